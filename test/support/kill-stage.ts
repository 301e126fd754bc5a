import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Random } from '@muster/server/drill/random.ts'
import { openRedisStore } from '@muster/server/store/redis.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import type { Store } from '@muster/server/store/store.ts'
import type { Command } from '@muster/shared/command.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { freePort } from './free-port.ts'
import { declared } from './kill-customers.ts'
import { type Fate, MortalProcess } from './mortal-process.ts'
import { PlayedNetworks } from './played-networks.ts'
import { Reaper } from './reaper.ts'
import { type RedisServer, startRedis } from './redis-server.ts'
import { withClock } from './turned-clock.ts'

type Parts = {
  clock: Clock
  folder: string
  url: string
  environment: NodeJS.ProcessEnv
  networks: PlayedNetworks
  reaper: Reaper
  store: Store
  closing: AsyncDisposableStack
  declared: Awaited<ReturnType<typeof declared>>
}

/** Everybody's clock, which can be put forward. */
class Clock {
  ahead = 0
  readonly now = (): number => Date.now() + this.ahead
}

/** Networks that are played here, and a store that outlives every server on it. */
export class KillStage {
  readonly #parts: Parts
  #server: MortalProcess | null = null

  private constructor(parts: Parts) {
    this.#parts = parts
  }

  /** So many customers write to every network, and one person takes all of them. */
  static async open(kind: Store['kind'], random: Random, customers: number): Promise<KillStage> {
    const clock = new Clock()
    await using opened = new AsyncDisposableStack()
    const folder = await mkdtemp(join(tmpdir(), 'muster-kill-'))
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const redis = kind === 'redis' ? await startRedis({ appendonly: true }) : null
    opened.defer(() => redis?.stop())
    const networks = new PlayedNetworks(random, clock.now, url)
    const reaper = new Reaper(networks, await networks.listen(), clock.now)
    opened.defer(() => networks.close())
    opened.defer(() => reaper.close())
    const store = await openStore(redis, join(folder, 'muster.db'), clock.now)
    opened.defer(() => store.close())
    const told = await declared(store, networks, customers)
    const channels = join(folder, 'channels.json')
    await writeFile(channels, JSON.stringify(networks.records(told.incidentId)))
    const environment = {
      MUSTER_PORT: String(port),
      MUSTER_DATA: folder,
      MUSTER_INTERNAL_HOSTS: '127.0.0.1',
      MUSTER_CHANNELS: channels,
      MUSTER_LOG_LEVEL: 'warn',
      ...(redis !== null && { REDIS_URL: redis.url }),
    }
    const closing = opened.move()
    return new KillStage({ clock, folder, url, environment, networks, reaper, store, closing, declared: told })
  }

  get networks(): PlayedNetworks {
    return this.#parts.networks
  }

  get reaper(): Reaper {
    return this.#parts.reaper
  }

  get store(): Store {
    return this.#parts.store
  }

  get incidentId(): string {
    return this.#parts.declared.incidentId
  }

  get held() {
    return this.#parts.declared.held
  }

  get now(): number {
    return this.#parts.clock.now()
  }

  get logFile(): string {
    return join(this.#parts.folder, 'server.log')
  }

  /** The clock of a server that lives is put forward with everybody's. */
  later(ms: number, server: MortalProcess | null = null): void {
    this.#parts.clock.ahead += ms
    server?.setClock(this.#parts.clock.ahead)
  }

  start(fate: Fate | null): MortalProcess {
    const { url, environment, clock } = this.#parts
    this.#server = new MortalProcess(fate, { url, environment, logFile: this.logFile, ahead: clock.ahead })
    return this.#server
  }

  /** Null where no answer came: whether it acted is then unknown. */
  async ask(who: 'responder' | 'lead', command: Command): Promise<Outcome | null> {
    const { url, declared } = this.#parts
    try {
      const response = await fetch(`${url}/api/commands`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${declared.tokens[who]}` },
        body: JSON.stringify(command),
      })
      const outcome = (await response.json()) as Outcome
      return outcome.type === 'unavailable' ? null : outcome
    } catch {
      return null
    }
  }

  /** The last server with all else. `keep` leaves what the servers wrote for whoever looks into it. */
  async close(keep: boolean): Promise<void> {
    const { closing, folder } = this.#parts
    await this.#server?.end()
    await closing.disposeAsync()
    if (!keep) await rm(folder, { recursive: true, force: true })
  }
}

async function openStore(redis: RedisServer | null, file: string, now: () => number): Promise<Store> {
  if (redis === null) return openSqliteStore({ file, shared: true, clock: now })
  return withClock(await openRedisStore({ url: redis.url }), async () => now())
}
