import { type Complaint, complaintOf } from '@muster/shared/complaint.ts'
import type { Failure } from '@muster/shared/failure.ts'
import type { Health, Place, Received, Take } from './channel.ts'
import { failureOf } from './failure.ts'
import type { XAccount } from './x-account.ts'
import { arrange } from './x-arrange.ts'
import { XCatchUp } from './x-catch-up.ts'
import { streamFields, type XClient } from './x-client.ts'
import { rest, type Told, XKeepUp } from './x-keep-up.ts'
import { nameOf, type XKnown, type XMeter } from './x-known.ts'
import type { XReader } from './x-reader.ts'
import { XReview } from './x-review.ts'
import { XStream } from './x-stream.ts'
import { XWords } from './x-words.ts'

export type Parts = { client: XClient; reader: XReader; known: XKnown; meter: XMeter }

/**
 * Receives what is written to the account.
 *
 *     arrange: X knows what to tell, and whither ─▶ it tells: by calls, or on a stream that is opened again and again
 *                                                │
 *     keep up: after every loss, and now and then: read all since a little before the mark ─▶ take ─▶ move the mark
 *                                                │
 *     review: look again at what came, for what was changed or taken away
 *
 * X tells many things twice and some not at all: what is told is taken at once, and the mark moves by keeping up alone.
 */
export class XInbox {
  readonly #account: XAccount
  readonly #parts: Parts
  readonly #keepUp: XKeepUp
  readonly #review: XReview
  readonly #underway = new Map<string, Promise<void>>()
  #streams: XStream[] = []
  #words: XWords | null = null
  #isOn = false
  #remembers = false
  #unarranged: Failure | null = null

  constructor(account: XAccount, parts: Parts) {
    const { client, reader, meter } = parts
    this.#account = account
    this.#parts = parts
    this.#keepUp = new XKeepUp(account, client, new XCatchUp(account, client, reader, meter), () => this.#told())
    this.#review = new XReview(account, parts)
  }

  health(): Health {
    if (!this.#isOn) return { state: 'off', complaint: null, currentAt: null }
    const { readAt, complaint } = this.#keepUp
    const isAway = complaint !== null || this.#listening.some(stream => stream.complaint !== null)
    const state = isAway ? 'away' : readAt === null ? 'connecting' : 'receiving'
    return { state, complaint: this.#complaint(), currentAt: this.#currentAt() }
  }

  async receive(take: Take, place: Place, signal: AbortSignal): Promise<void> {
    const { pace } = this.#account
    const bring = (received: Received) => this.#bring(received, take)
    this.#isOn = true
    this.#open(bring, signal)
    await this.#arrange(signal)
    const untilArranged = () => (this.#unarranged === null ? pace.arrangeMs : pace.catchUpCalledMs)
    const untilNext = () => (this.#isTold() ? pace.catchUpStreamMs : pace.catchUpCalledMs)
    await Promise.all([
      ...this.#streams.map(stream => stream.listen(signal)),
      this.#words?.listen(signal),
      every(untilArranged, () => this.#arrange(signal), signal),
      every(
        () => pace.reviewMs,
        () => this.#lookAgain(bring, place, signal),
        signal,
      ),
      this.#keepUp.run(place, bring, untilNext, signal),
    ])
    this.#streams = []
    this.#words = null
    this.#isOn = false
  }

  /** Hands on what is not known yet, once however often it comes meanwhile; rejects where it is not taken. */
  async #bring(received: Received, take: Take): Promise<void> {
    const { known } = this.#parts
    if (!known.isNews(received)) return
    const name = nameOf(received)
    const underway = this.#underway.get(name)
    if (underway !== undefined) return await underway
    const taking = take(received)
      .then(() => known.note(received, this.#account.surroundings.clock()))
      .finally(() => this.#underway.delete(name))
    this.#underway.set(name, taking)
    await taking
  }

  #open(bring: (received: Received) => Promise<void>, signal: AbortSignal): void {
    const { settings } = this.#account
    const { reader, client } = this.#parts
    const lose = () => this.#keepUp.lose()
    const open = (
      path: string,
      query: Readonly<Record<string, string>>,
      read: (line: string) => Promise<Received[]>,
    ) => {
      const heard = async (line: string) => {
        for (const received of await read(line)) await bring(received)
      }
      // What is not taken is read again, for X tells nothing twice on purpose.
      const hearing = { opened: lose, lost: lose, heard: (line: string) => heard(line).catch(lose) }
      return new XStream(this.#account, client, { path, query }, hearing)
    }
    const activity = open('/2/activity/stream', {}, line => reader.event(line, signal))
    const words = open('/2/tweets/search/stream', streamFields, line => reader.searched(line, signal))
    this.#streams = settings.receive === 'stream' ? [activity] : []
    this.#words = settings.search === null ? null : new XWords(this.#account, words)
  }

  /** Those that are to be open now. */
  get #listening(): XStream[] {
    const words = this.#words
    return words === null || words.isPaused ? this.#streams : [...this.#streams, words.stream]
  }

  async #arrange(signal: AbortSignal): Promise<void> {
    try {
      await arrange(this.#account, this.#parts.client, signal)
      this.#unarranged = null
    } catch (error) {
      if (!signal.aborted) this.#unarranged = this.#log('X was not told what to tell', error)
    }
  }

  async #lookAgain(bring: (received: Received) => Promise<void>, place: Place, signal: AbortSignal): Promise<void> {
    try {
      if (!this.#remembers) await this.#remember(place)
      await this.#review.look(bring, signal)
    } catch (error) {
      if (!signal.aborted) this.#log('posts on X could not be looked at again', error)
    }
  }

  async #remember(place: Place): Promise<void> {
    const { known } = this.#parts
    for await (const owed of place.owed()) known.remember(owed, this.#account.surroundings.clock())
    this.#remembers = true
  }

  /** Whether all that happens is told at once. */
  #isTold(): boolean {
    return this.#account.settings.receive === 'stream' && this.#listening.every(isOpen)
  }

  #told(): Told {
    const { receive } = this.#account.settings
    return {
      quotes: receive === 'stream' && this.#streams.every(isOpen),
      words: this.#words === null || isOpen(this.#words.stream),
    }
  }

  #currentAt(): number | null {
    const { readAt, hasMissed } = this.#keepUp
    if (readAt === null || hasMissed || !this.#isTold()) return readAt
    return Math.max(readAt, Math.min(...this.#listening.map(({ aliveAt }) => aliveAt ?? 0)))
  }

  #complaint(): Complaint | null {
    const place = `@${this.#account.settings.username}`
    const { complaint: unread, since } = this.#keepUp
    if (unread !== null) return complaintOf('unread', { place, since, failure: unread })
    const untold = this.#listening.find(({ complaint }) => complaint !== null)?.complaint ?? this.#unarranged
    if (untold !== null) return complaintOf('seldom', { place, failure: untold })
    const { unsearched } = this.#keepUp
    if (unsearched !== null) return complaintOf('words-unread', { place, ...unsearched })
    return this.#words?.isPaused ? complaintOf('words-paused', { place }) : null
  }

  #log(message: string, error: unknown): Failure {
    const failure = failureOf(error, words => this.#parts.client.conceal(words))
    const { settings, surroundings } = this.#account
    surroundings.log('warn', message, { account: settings.username, reason: failure.reason })
    return failure
  }
}

function isOpen({ aliveAt }: XStream): boolean {
  return aliveAt !== null
}

async function every(ms: () => number, act: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await rest(ms(), null, signal)
    if (!signal.aborted) await act()
  }
}
