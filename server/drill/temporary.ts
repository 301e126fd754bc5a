import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { company } from '../domain/indexes.ts'
import { openRedisStore } from '../store/redis.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import type { Cast } from './crowd.ts'
import {
  type Accounts,
  castOf,
  channelOf,
  channelsOf,
  declareDrill,
  deskOf,
  newAccounts,
  type Seats,
} from './foundation.ts'
import { freePort } from './free-port.ts'
import { Network } from './network.ts'
import { Outside } from './outside.ts'
import type { Random } from './random.ts'
import { playReal, type RealNetworks, recordOf } from './real-networks.ts'
import { startRedis } from './redis-process.ts'
import { ServerProcess } from './server-process.ts'
import type { Pace } from './window.ts'

export type StoreName = 'sqlite' | 'redis'

type Wanted = Seats & {
  store: StoreName
  leaseMs: number
  random: Random
  now: () => number
  redisUrl: string | null
  /** How much the accounts on real networks may send; null where only webhooks are played. */
  pace?: Pace | null
  /** Whether these keep their limits and are well otherwise. */
  fair?: boolean
}

/** A whole installation for one drill, which is gone afterwards. */
export type Temporary = {
  url: string
  incidentId: string
  accounts: Accounts
  cast: Cast
  network: Outside
  real: RealNetworks
  server: ServerProcess
  /** Ends what was started and removes what was written; `keep` leaves the folder for whoever looks into it. */
  close: (keep: boolean) => Promise<void>
  folder: string
}

/** Prepares store, incident, people and networks, then starts the server on them. Throws a sentence when it cannot. */
export async function buildTemporary(wanted: Wanted): Promise<Temporary> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-drill-'))
  const undo: (() => Promise<unknown>)[] = []
  const close = async (keep: boolean) => {
    for (const act of undo.reverse()) await act()
    if (!keep) await rm(folder, { recursive: true, force: true })
  }
  try {
    const redis = wanted.store === 'redis' ? await redisFor(wanted.redisUrl, folder, undo) : null
    const accounts = newAccounts()
    const { random, now } = wanted
    const hooks = new Network({ accounts: Object.values(accounts), random: random.fork('weather'), now })
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const real = wanted.pace ? playReal({ pace: wanted.pace, random, now, url }) : {}
    const network = new Outside(hooks, Object.values(real))
    if (wanted.fair) network.weatherOfReal = 'fair'
    undo.push(() => network.close())
    const networkPort = await hooks.listen()
    for (const each of network.real) await each.listen()
    const data = join(folder, 'data')
    await mkdir(data, { mode: 0o700 })
    const { incidentId, cast } = await prepare(
      redis,
      data,
      [...channelsOf(accounts), ...network.real.map(({ channelId }) => channelId)],
      wanted,
    )
    const channels = join(folder, 'channels.json')
    const records = [
      ...Object.values(accounts).map(account => channelOf(account, incidentId, networkPort)),
      ...network.real.map(each => recordOf(each, incidentId, wanted.pace)),
    ]
    await writeFile(channels, JSON.stringify(records), { mode: 0o600 })
    const environment = {
      MUSTER_PORT: String(port),
      MUSTER_DATA: data,
      MUSTER_INTERNAL_HOSTS: '127.0.0.1',
      MUSTER_CHANNELS: channels,
      MUSTER_LOG_LEVEL: 'warn',
      ...(redis !== null && { REDIS_URL: redis }),
    }
    const server = new ServerProcess({ url, environment, logFile: join(folder, 'server.log') })
    undo.push(() => server.stop())
    await server.start()
    return { url, incidentId, accounts, cast, network, real, server, close, folder }
  } catch (error) {
    await close(false)
    throw error
  }
}

async function redisFor(given: string | null, folder: string, undo: (() => Promise<unknown>)[]): Promise<string> {
  if (given !== null) return given
  const { url, stop } = await startRedis(folder)
  undo.push(stop)
  return url
}

async function prepare(
  redisUrl: string | null,
  data: string,
  channels: readonly string[],
  { leaseMs, ...seats }: Wanted,
): Promise<{ incidentId: string; cast: Cast }> {
  const store: Store =
    redisUrl === null
      ? await openSqliteStore({ file: join(data, 'muster.db') })
      : await openRedisStore({ url: redisUrl })
  try {
    const desk = deskOf(store)
    if ((await store.top(company.room)).seq > 0)
      throw new Error(
        'REDIS_URL names a Redis that is in use. A drill needs an empty one, or none: then it starts its own.',
      )
    const incidentId = randomUUID()
    await declareDrill(desk, { id: incidentId, channels, leaseMs })
    const cast = await castOf(desk, seats)
    return { incidentId, cast }
  } finally {
    await store.close()
  }
}
