import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from 'redis'
import { StoreUnavailable } from './store.ts'

/** How long anything waits for an answer of Redis, in ms. */
export const patience = 3_000

export type Script = { text: string; hash: string }

export function loadScript(name: string): Script {
  const text = readFileSync(new URL(`./${name}.lua`, import.meta.url), 'utf8')
  return { text, hash: createHash('sha1').update(text).digest('hex') }
}

type Client = ReturnType<typeof newClient>

/** The options are what keeps an outage an outage: nothing waits for Redis to return, and nothing gives up on it. */
function newClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandOptions: { timeout: 0 },
    // The ping keeps an idle connection within the time-out, which also ends a handshake that is never answered.
    pingInterval: 1_000,
    socket: {
      connectTimeout: patience,
      socketTimeout: patience,
      reconnectStrategy: retries => Math.min(50 * 2 ** retries, 1_000) * (0.5 + Math.random() / 2),
    },
  })
}

/**
 * A connection that comes back by itself. While it is away everything asked of it fails at once with `StoreUnavailable`;
 * what was in flight when it broke fails as well, done or not. `onFault` hears of each outage once.
 */
export class Link {
  readonly #url: string
  readonly #onFault: (error: Error) => void
  #client: Client
  #closed = false
  #lastFault: Error | null = null

  constructor(url: string, onFault: (error: Error) => void) {
    this.#url = url
    this.#onFault = onFault
    this.#client = this.#connect()
  }

  /** Resolves when the connection stands; throws after `patience` without one, and when it is cut. */
  async ready(): Promise<void> {
    const client = this.#client
    if (client.isReady) return
    await new Promise<void>(resolve => {
      const settle = () => {
        clearTimeout(tooLate)
        client.off('ready', settle).off('end', settle)
        resolve()
      }
      const tooLate = setTimeout(settle, patience)
      client.on('ready', settle).on('end', settle)
    })
    if (!client.isReady) throw away(this.#lastFault ?? new Error('no answer'))
  }

  send(args: string[]): Promise<unknown> {
    const client = this.#client
    return new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => {
        reject(away(new Error(`no answer within ${patience / 1_000} s`)))
        this.#replace(client)
      }, patience)
      client
        .sendCommand(args)
        .then(resolve, (cause: Error) => reject(away(cause)))
        .finally(() => clearTimeout(tooLate))
    })
  }

  /** Runs a script; a Redis that does not know it is given its text. */
  async run(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args]
    try {
      return await this.send(['EVALSHA', script.hash, ...rest])
    } catch (error) {
      if (!String((error as Error).cause).includes('NOSCRIPT')) throw error
      return await this.send(['EVAL', script.text, ...rest])
    }
  }

  /** Lets what is in flight finish, but waits for nothing that does not come. */
  async close(): Promise<void> {
    const client = this.#client
    if (!this.#closed && client.isReady) await Promise.race([client.close(), pause(patience, null, { ref: false })])
    this.cut()
  }

  /** Ends at once; what is in flight fails. */
  cut(): void {
    this.#closed = true
    this.#client.destroy()
  }

  #connect(): Client {
    const client = newClient(this.#url)
    client.on('error', (error: Error) => {
      if (!this.#lastFault && !this.#closed) this.#onFault(away(error))
      this.#lastFault = error
    })
    client.on('ready', () => {
      this.#lastFault = null
    })
    // It tries for ever, so it rejects only when it is destroyed.
    client.connect().catch(() => {})
    return client
  }

  /** A connection whose other end is silent may stay so for a quarter of an hour; a new one finds out at once. */
  #replace(client: Client): void {
    if (this.#closed || client !== this.#client) return
    client.destroy()
    this.#client = this.#connect()
  }
}

function away(cause: Error): StoreUnavailable {
  return new StoreUnavailable(
    `Redis could not be asked: ${cause.message}. What was asked may or may not have happened.`,
    {
      cause,
    },
  )
}
