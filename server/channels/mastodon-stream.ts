import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { assertAllowed, guardedLookup } from './address-guard.ts'
import { wordsOf } from './concealment.ts'
import type { MastodonAccount, Me } from './mastodon-account.ts'
import { jsonOf } from './mastodon-account.ts'
import { StreamEvent } from './mastodon-entities.ts'

/** Longest message of the stream that is read: a post with all about it takes a few KB. */
const longestMessage = 1024 * 1024
/** A stream that lasted this long ends a row of failures. */
const steadyMs = 60_000

/** What is told of a stream: that it opened (and something may have been missed until then), each event, and that it was lost. */
export type Hearing = { opened(): void; heard(event: StreamEvent): void; lost(): void }

/**
 * Listens to what happens to the account, through every loss of connection, until the signal aborts. By WebSocket: all
 * servers that speak Mastodon's API have it, and most of them nothing else.
 */
export class MastodonStream {
  readonly #account: MastodonAccount
  readonly #hearing: Hearing
  #open = false

  constructor(account: MastodonAccount, hearing: Hearing) {
    this.#account = account
    this.#hearing = hearing
  }

  get isOpen(): boolean {
    return this.#open
  }

  async listen(me: Me, signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#account.surroundings
    const { firstPauseMs, longestPauseMs } = this.#account.pace
    for (let failures = 0; !signal.aborted; failures++) {
      const begun = clock()
      await this.#once(me, signal).catch(error => {
        const reason = this.#account.conceal(wordsOf(error))
        if (!signal.aborted) log('info', 'stream lost, looking by itself', { server: me.domain, reason })
      })
      if (clock() - begun >= steadyMs) failures = 0
      const wait = Math.min(firstPauseMs * 2 ** failures, longestPauseMs) * (0.5 + random() / 2)
      await pause(wait, null, { signal }).catch(() => {})
    }
  }

  /** One connection, from its opening to its end; rejects with why it ended. */
  async #once(me: Me, signal: AbortSignal): Promise<void> {
    const socket = this.#connect(streamAddress(this.#account.settings.server, me.streaming))
    const end = () => socket.terminate()
    signal.addEventListener('abort', end, { once: true })
    const alive = watchLife(socket, this.#account.pace.silenceMs)
    try {
      await this.#follow(socket)
    } finally {
      if (this.#open) this.#hearing.lost()
      this.#open = false
      alive.stop()
      signal.removeEventListener('abort', end)
      socket.terminate()
    }
  }

  #connect(url: URL): WebSocket {
    const { internalHosts } = this.#account.surroundings
    const port = Number(url.port) || (url.protocol === 'wss:' ? 443 : 80)
    assertAllowed(url.hostname, port, internalHosts)
    return new WebSocket(url, {
      headers: { ...this.#account.authorization, 'user-agent': 'Muster' },
      lookup: guardedLookup(port, internalHosts),
      handshakeTimeout: this.#account.pace.askLimitMs,
      maxPayload: longestMessage,
      followRedirects: false,
      perMessageDeflate: false,
    })
  }

  #follow(socket: WebSocket): Promise<never> {
    return new Promise((_, reject) => {
      socket.on('open', () => {
        this.#open = true
        this.#hearing.opened()
      })
      socket.on('message', data => {
        const event = StreamEvent.safeParse(Buffer.isBuffer(data) ? jsonOf(data) : null).data
        if (event !== undefined) this.#hearing.heard(event)
      })
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('The connection was closed.')))
    })
  }
}

/** Where the server says its streams are, which may be another host; never in clear when the server itself is not. */
function streamAddress(server: string, streaming: string | null): URL {
  const own = new URL(server)
  const url = new URL('/api/v1/streaming?stream=user', streaming ?? server)
  const secure = own.protocol === 'https:' || (url.host !== own.host && /^(?:https|wss):$/.test(url.protocol))
  url.protocol = secure ? 'wss:' : 'ws:'
  return url
}

/** Ends a connection that shows no sign of life; servers answer a ping, and most of them send some themselves. */
function watchLife(socket: WebSocket, silenceMs: number): { stop(): void } {
  let heardAt = performance.now()
  const note = () => {
    heardAt = performance.now()
  }
  for (const sign of ['open', 'message', 'ping', 'pong']) socket.on(sign, note)
  const timer = setInterval(() => {
    if (performance.now() - heardAt > silenceMs) socket.terminate()
    else if (socket.readyState === WebSocket.OPEN) socket.ping()
  }, silenceMs / 3)
  return { stop: () => clearInterval(timer) }
}
