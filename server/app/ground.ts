import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { Desk } from '../desk/desk.ts'
import type { Safe } from '../desk/safe.ts'
import type { Switchboard } from '../desk/switchboard.ts'
import { faultOf, type Logger, logOf } from '../insight/log.ts'
import { openSecrets } from '../secrets.ts'
import { openRedisStore } from '../store/redis.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'

/** What every room of a node stands on. */
export type Ground = {
  config: Config
  nodeId: string
  log: Logger
  /** Hears of what nobody expected; answers the reference a person can quote. */
  fault: (error: unknown, about: string) => string
  store: Store
  desk: Desk
  safe: Safe
  hmacKey: string
}

/** `switchboard` is asked for once there are commands that are about a channel. */
export async function layGround(config: Config, switchboard: () => Switchboard): Promise<Ground> {
  const log = logOf(config.logLevel)
  const fault = faultOf(log)
  const store = await openStore(config, fault)
  const desk = new Desk(store, {
    random: Math.random,
    length: (channelId, text, visibility) => switchboard().length(channelId, text, visibility),
    sameness: channelId => switchboard().sameness(channelId),
    fault,
  })
  const secrets = await openSecrets(desk, config, fault)
  return { config, nodeId: randomUUID(), log, fault, store, desk, ...secrets }
}

async function openStore({ redisUrl, data }: Config, fault: Ground['fault']): Promise<Store> {
  if (redisUrl !== null) return openRedisStore({ url: redisUrl, onFault: error => fault(error, 'redis') })
  await mkdir(data, { recursive: true, mode: 0o700 })
  return openSqliteStore({ file: join(data, 'muster.db') })
}
