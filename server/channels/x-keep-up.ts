import { setTimeout as pause } from 'node:timers/promises'
import type { Failure } from '@muster/shared/failure.ts'
import { z } from 'zod'
import type { Place, Received } from './channel.ts'
import { failureOf } from './failure.ts'
import type { XAccount } from './x-account.ts'
import type { XCatchUp } from './x-catch-up.ts'
import { type XClient, XTrouble } from './x-client.ts'
import { type Unsearched, XSearching } from './x-searching.ts'

const hourMs = 3_600_000

/** Until when what names the account, and everything direct, was surely read, and the rest searched for; ms since 1970. */
const Mark = z.object({ posts: z.number(), directs: z.number(), quotes: z.number(), words: z.number() })
type Mark = z.infer<typeof Mark>
const Saved = Mark.partial({ quotes: true, words: true })
type Bring = (received: Received) => Promise<void>
/** Whether what only quotes the account, or holds a word, is told in the moment it is written. */
export type Told = { quotes: boolean; words: boolean }

/** Reads what nobody told, after every loss and now and then. The mark moves only when all before it was taken. */
export class XKeepUp {
  readonly #account: XAccount
  readonly #client: XClient
  readonly #catchUp: XCatchUp
  readonly #told: () => Told
  readonly #quotes: XSearching
  readonly #words: XSearching
  #mark: Mark | null = null
  #readAt: number | null = null
  /** Something may not have been told, or was not taken: in public, and directly. */
  #missed = { posts: true, directs: true }
  /** X lets direct messages be read again from then on, ms since 1970. */
  #directsFrom = 0
  #complaint: Failure | null = null
  #since = 0
  #wake = () => {}

  constructor(account: XAccount, client: XClient, catchUp: XCatchUp, told: () => Told) {
    this.#account = account
    this.#client = client
    this.#catchUp = catchUp
    this.#told = told
    const failed = (error: XTrouble) => this.#log('X could not be searched', error)
    this.#quotes = new XSearching(account, failed)
    this.#words = new XSearching(account, failed)
  }

  /** When what was read last was asked for, ms since 1970; null before the first time. */
  get readAt(): number | null {
    return this.#readAt
  }

  get hasMissed(): boolean {
    return this.#missed.posts
  }

  /** Why nothing can be read. */
  get complaint(): Failure | null {
    return this.#complaint
  }

  /** Since when, ms since 1970. */
  get since(): number {
    return this.#since
  }

  /** Why X is not searched, though all else is read; null where nothing is wrong. */
  get unsearched(): Unsearched | null {
    return this.#quotes.complaint ?? this.#words.complaint
  }

  /** Something may not have been told. */
  lose(): void {
    this.#missed = { posts: true, directs: true }
    this.#quotes.lose()
    this.#words.lose()
    this.#wake()
  }

  /** `restMs`: how long to wait before the next look, where nothing is lost before. */
  async run(place: Place, bring: Bring, restMs: () => number, signal: AbortSignal): Promise<void> {
    const { pace } = this.#account
    for (let failures = 0; !signal.aborted; ) {
      const woken = new Promise<void>(resolve => {
        this.#wake = resolve
      })
      try {
        await this.#read(place, bring, signal)
        this.#complaint = null
        failures = 0
        await rest(Math.min(restMs(), this.#untilSearched()), woken, signal)
      } catch (error) {
        if (signal.aborted) return
        if (this.#complaint === null) this.#since = this.#account.surroundings.clock()
        this.#complaint = this.#log('what was missed on X could not be read', error)
        const told = error instanceof XTrouble ? error.afterMs : null
        const waitMs = Math.min(pace.refusedFirstMs * 2 ** failures++, pace.refusedLongestMs)
        await rest(Math.max(told ?? 0, waitMs), null, signal)
      }
    }
  }

  async #read(place: Place, bring: Bring, signal: AbortSignal): Promise<void> {
    const asked = this.#account.surroundings.clock()
    this.#mark ??= await markIn(place, asked)
    await this.#readMentions(this.#mark, asked, bring, signal)
    await this.#search(this.#mark, asked, bring, signal)
    await this.#readDirects(this.#mark, asked, bring, signal)
    await place.save(this.#mark)
    this.#readAt = asked
  }

  async #readMentions(mark: Mark, asked: number, bring: Bring, signal: AbortSignal): Promise<void> {
    const missed = this.#missed.posts
    this.#missed.posts = false
    try {
      const wereAll = await this.#catchUp.mentions(mark.posts - this.#account.pace.overlapMs, bring, signal)
      // The others are searched for, with the quotes.
      if (!wereAll) this.#quotes.lose()
      mark.posts = asked
    } catch (error) {
      this.#missed.posts ||= missed
      throw error
    }
  }

  /** What was told and not missed need not be searched for. */
  async #search(mark: Mark, asked: number, bring: Bring, signal: AbortSignal): Promise<void> {
    const told = this.#told()
    const isQuotesDue = this.#quotes.missed || !told.quotes
    const quotes = (from: number) => this.#catchUp.quotes(from, bring, signal)
    mark.quotes = isQuotesDue ? await this.#quotes.look(mark.quotes, asked, quotes, signal) : asked
    const isWordsDue = (this.#words.missed || !told.words) && (await this.#account.surroundings.mayCost())
    if (!isWordsDue) this.#words.drop()
    const words = (from: number) => this.#catchUp.words(from, bring, signal)
    mark.words = isWordsDue ? await this.#words.look(mark.words, asked, words, signal) : asked
  }

  #untilSearched(): number {
    const next = [this.#quotes, this.#words].map(({ againAt }) => againAt ?? Number.POSITIVE_INFINITY)
    return Math.max(0, Math.min(...next) - this.#account.surroundings.clock())
  }

  /** X lets direct messages be read so seldom that being told to wait must not keep posts from being read. */
  async #readDirects(mark: Mark, asked: number, bring: Bring, signal: AbortSignal): Promise<void> {
    const { pace, settings } = this.#account
    const missed = this.#missed.directs
    const isDue = missed || asked - mark.directs >= pace.catchUpDirectMs
    if (!settings.directMessages || !isDue || asked < this.#directsFrom) return
    this.#missed.directs = false
    try {
      await this.#catchUp.directs(mark.directs - pace.overlapMs, bring, signal)
      mark.directs = asked
    } catch (error) {
      this.#missed.directs ||= missed
      if (!(error instanceof XTrouble) || error.status !== 429) throw error
      this.#directsFrom = asked + (error.afterMs ?? pace.limitedFirstMs)
      this.#log('direct messages on X are read later', error)
    }
  }

  #log(message: string, error: unknown): Failure {
    const failure = failureOf(error, words => this.#client.conceal(words))
    const { settings, surroundings } = this.#account
    surroundings.log('warn', message, { account: settings.username, reason: failure.reason })
    return failure
  }
}

/** A channel that was never read begins an hour ago: so much may belong to an incident that is declared now. */
async function markIn(place: Place, now: number): Promise<Mark> {
  const saved = Saved.safeParse(await place.load()).data
  const { posts, directs, quotes = posts, words = posts } = saved ?? { posts: now - hourMs, directs: now - hourMs }
  return { posts, directs, quotes, words }
}

export async function rest(ms: number, woken: Promise<void> | null, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const waited = pause(ms, null, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => {})
  await (woken === null ? waited : Promise.race([waited, woken]))
  over.abort()
}
