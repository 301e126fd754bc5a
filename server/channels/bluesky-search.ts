import { on } from 'node:events'
import { fold } from '@muster/shared/fold.ts'
import WebSocket from 'ws'
import { assertAllowed, guardedLookup } from './address-guard.ts'
import { accountOf, type BlueskyAccount } from './bluesky-account.ts'
import { Basket, type FoundPost } from './bluesky-basket.ts'
import { accountGone, deleted } from './bluesky-follow.ts'
import { profilesOf } from './bluesky-look.ts'
import { StreamEvent } from './bluesky-shape.ts'
import { allTaken, takePost } from './bluesky-take.ts'
import type { Take } from './channel.ts'

const posts = 'app.bsky.feed.post'
const gone = new Set(['deleted', 'takendown', 'suspended'])
const longestEvent = 262_144

/** `currentAt` in ms since 1970; `reached` in the stream's own microseconds. */
type Heard = { reached: (cursor: number) => Promise<void>; current: (at: number) => void }
type Search = { jetstream: string; words: readonly string[] }

/**
 * Listens to every post of the network for some words, in this process: nothing but the wish for posts is told to the
 * stream. A broken line goes on where it was: the stream keeps a day and a half.
 */
export class BlueskySearch {
  readonly #account: BlueskyAccount
  readonly #jetstream: string
  readonly #words: RegExp

  constructor(account: BlueskyAccount, { jetstream, words }: Search) {
    this.#account = account
    this.#jetstream = jetstream
    this.#words = wordsAsPattern(words)
  }

  /** Until the line breaks, which throws. */
  async listen(mark: number | null, take: Take, heard: Heard, signal: AbortSignal): Promise<void> {
    const own = await accountOf(this.#account)
    const basket = new Basket(batch => this.#takeIn(batch, take, signal), heard.reached, mark ?? 0)
    const socket = this.open(mark)
    try {
      const events = on(socket, 'message', { signal, close: ['close'], highWaterMark: 64, lowWaterMark: 16 })
      const watch = watchdog(socket, this.#account.pace.silenceMs)
      socket.once('open', () => heard.current(this.#account.surroundings.clock()))
      for await (const [data] of events) {
        watch.refresh()
        const event = eventIn(data)
        if (event === null) continue
        const post = this.#wanted(event, own)
        if (post === null) await this.#follow(event, take)
        await basket.put(post, event.time_us)
        heard.current(event.time_us / 1000)
      }
      throw new Error('The stream ended.')
    } finally {
      socket.terminate()
      await basket.settled()
    }
  }

  open(cursor: number | null): WebSocket {
    const { surroundings, pace } = this.#account
    const url = new URL(this.#jetstream)
    if (url.pathname === '/') url.pathname = '/subscribe'
    url.searchParams.set('wantedCollections', posts)
    url.searchParams.set('maxMessageSizeBytes', String(longestEvent))
    if (cursor !== null) url.searchParams.set('cursor', String(cursor))
    const port = Number(url.port) || (url.protocol === 'wss:' ? 443 : 80)
    assertAllowed(url.hostname, port, surroundings.internalHosts)
    const lookup = guardedLookup(port, surroundings.internalHosts)
    const bounds = { handshakeTimeout: pace.askLimitMs, maxPayload: longestEvent * 2, perMessageDeflate: false }
    const socket = new WebSocket(url, { ...bounds, lookup })
    // Whoever listens is told by the end of it; without a listener it would end the process.
    socket.on('error', () => {})
    return socket
  }

  /** A post that names the account comes among its notices. */
  #wanted(event: StreamEvent, own: string): FoundPost | null {
    if (event.kind !== 'commit' || event.commit.operation !== 'create' || event.commit.collection !== posts) return null
    const { rkey, cid, record } = event.commit
    if (cid === undefined || event.did === own || JSON.stringify(record ?? null).includes(own)) return null
    return this.#words.test(fold(textOf(record)))
      ? { ref: { uri: `at://${event.did}/${posts}/${rkey}`, cid }, did: event.did, record }
      : null
  }

  async #follow(event: StreamEvent, take: Take): Promise<void> {
    const { known } = this.#account
    if (event.kind === 'account') {
      const { active, status = '' } = event.account
      if (!active && gone.has(status) && known.of(event.did).length > 0)
        await accountGone(this.#account, event.did, take)
    }
    if (event.kind !== 'commit') return
    const uri = `at://${event.did}/${event.commit.collection}/${event.commit.rkey}`
    if (!known.has(uri)) return
    if (event.commit.operation === 'update') known.hurry(uri)
    if (event.commit.operation === 'delete') await deleted(this.#account, uri, take)
  }

  async #takeIn(batch: readonly FoundPost[], take: Take, signal: AbortSignal): Promise<void> {
    const { known, session } = this.#account
    const fresh = batch.filter(({ ref }) => !known.has(ref.uri))
    const people = await profilesOf(
      session,
      fresh.map(({ did }) => did),
      signal,
    )
    const taken = fresh.map(({ ref, did, record }) => {
      const author = people.get(did) ?? { did, handle: did }
      const sight = { ref, author, record, replyDisabled: false, searched: true }
      return takePost(known, { id: ref.uri, raw: { ...ref, author, record }, sight }, take)
    })
    await allTaken(taken)
  }
}

/** Ends a stream on which nothing came for so long; `refresh` says that something did. */
function watchdog(socket: WebSocket, silenceMs: number): NodeJS.Timeout {
  const timer = setTimeout(() => socket.terminate(), silenceMs)
  socket.once('close', () => clearTimeout(timer))
  return timer
}

function eventIn(data: unknown): StreamEvent | null {
  try {
    return StreamEvent.safeParse(JSON.parse(String(data))).data ?? null
  } catch {
    return null
  }
}

function textOf(record: unknown): string {
  return typeof record === 'object' && record !== null && 'text' in record ? String(record.text).slice(0, 3_000) : ''
}

/** Any of the words, whole, whatever their case. */
export function wordsAsPattern(words: readonly string[]): RegExp {
  const escaped = words.map(word => fold(word).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).filter(word => word !== '')
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`, 'u')
}
