import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Health, Place, Received, Take } from './channel.ts'
import { wordsOf } from './concealment.ts'
import type { XAccount } from './x-account.ts'
import { arrange } from './x-arrange.ts'
import { XCatchUp } from './x-catch-up.ts'
import { streamFields, type XClient, XTrouble } from './x-client.ts'
import { nameOf, type XKnown, type XMeter } from './x-known.ts'
import type { XReader } from './x-reader.ts'
import { XReview } from './x-review.ts'
import { XStream } from './x-stream.ts'

const hourMs = 3_600_000

/** Until when everything public, and everything direct, was surely read; ms since 1970. */
const Mark = z.object({ posts: z.number(), directs: z.number() })
type Mark = z.infer<typeof Mark>
type Intake = { take: Take; place: Place }
type Matter = 'reading' | 'stream' | 'arranging'

export type Parts = { client: XClient; reader: XReader; known: XKnown; meter: XMeter }

/**
 * Receives what is written to the account.
 *
 *     arrange: X knows what to tell, and whither ─▶ it tells: by calls, or on a stream that is opened again and again
 *                                                │
 *     catch up: after every loss, and now and then: read all since a little before the mark ─▶ take ─▶ move the mark
 *                                                │
 *     review: look again at what came, for what was changed or taken away
 *
 * X tells many things twice and some not at all: what is told is taken at once, and the mark moves by catching up alone.
 */
export class XInbox {
  readonly #account: XAccount
  readonly #parts: Parts
  readonly #catchUp: XCatchUp
  readonly #review: XReview
  #streams: XStream[] = []
  readonly #complaints = new Map<Matter, string>()
  readonly #underway = new Map<string, Promise<void>>()
  #state: 'off' | 'connecting' | 'receiving' = 'off'
  #mark: Mark | null = null
  #readAt: number | null = null
  /** Something may not have been told, or was not taken. */
  #missed = true
  #wake = () => {}
  #take: Take | null = null

  constructor(account: XAccount, parts: Parts) {
    this.#account = account
    this.#parts = parts
    this.#catchUp = new XCatchUp(account, parts.client, parts.reader, parts.meter)
    this.#review = new XReview(account, parts.client, parts.reader, parts.known)
  }

  health(): Health {
    const isAway = this.#complaints.has('reading') || this.#streams.some(({ complaint }) => complaint !== null)
    const complaint = this.#complaint()
    if (this.#state === 'off') return { state: 'off', complaint: null, currentAt: null }
    return { state: isAway ? 'away' : this.#state, complaint, currentAt: this.#currentAt() }
  }

  async receive(take: Take, place: Place, signal: AbortSignal): Promise<void> {
    this.#state = 'connecting'
    this.#take = take
    this.#streams = this.#openable(signal)
    await this.#arrange(signal)
    await Promise.all([
      ...this.#streams.map(stream => stream.listen(signal)),
      this.#every(
        () => this.#untilArranged(),
        () => this.#arrange(signal),
        signal,
      ),
      this.#every(
        () => this.#account.pace.reviewMs,
        () => this.#reviewOnce(signal),
        signal,
      ),
      this.#keepUp({ take, place }, signal),
    ])
    this.#streams = []
    this.#state = 'off'
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

  #openable(signal: AbortSignal): XStream[] {
    const { settings } = this.#account
    const { reader, client } = this.#parts
    const hearing = (read: (line: string) => Promise<Received[]>) => ({
      opened: () => this.#lose(),
      lost: () => this.#lose(),
      heard: (line: string) => this.#hear(() => read(line)),
    })
    const activity = { path: '/2/activity/stream', query: {} }
    const words = { path: '/2/tweets/search/stream', query: streamFields }
    const found = async (line: string) => {
      const received = await reader.searched(line, signal)
      return received === null ? [] : [received]
    }
    return [
      ...(settings.receive === 'stream'
        ? [
            new XStream(
              this.#account,
              client,
              activity,
              hearing(line => reader.event(line, signal)),
            ),
          ]
        : []),
      ...(settings.search === null ? [] : [new XStream(this.#account, client, words, hearing(found))]),
    ]
  }

  /** X tells nothing twice on purpose: what is not taken is read again. */
  async #hear(read: () => Promise<Received[]>): Promise<void> {
    const take = this.#take
    if (take === null) return
    try {
      for (const received of await read()) await this.#bring(received, take)
    } catch {
      this.#lose()
    }
  }

  #lose(): void {
    this.#missed = true
    this.#wake()
  }

  async #keepUp(intake: Intake, signal: AbortSignal): Promise<void> {
    const { pace } = this.#account
    for (let failures = 0; !signal.aborted; ) {
      let waitMs = this.#told() ? pace.catchUpStreamMs : pace.catchUpCalledMs
      const woken = new Promise<void>(resolve => {
        this.#wake = resolve
      })
      try {
        await this.#readMissed(intake, signal)
        this.#complaints.delete('reading')
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        const told = error instanceof XTrouble ? error.afterMs : null
        waitMs = Math.max(told ?? 0, Math.min(pace.refusedFirstMs * 2 ** failures++, pace.refusedLongestMs))
        this.#complain('reading', error)
        await rest(waitMs, null, signal)
        continue
      }
      await rest(waitMs, woken, signal)
    }
  }

  async #readMissed({ take, place }: Intake, signal: AbortSignal): Promise<void> {
    const { pace, settings, surroundings } = this.#account
    const asked = surroundings.clock()
    const mark = this.#mark ?? (await markIn(place, asked))
    const missed = this.#missed
    this.#missed = false
    const bring = (received: Received) => this.#bring(received, take)
    const from = mark.posts - pace.overlapMs
    try {
      await this.#catchUp.account(from, missed || settings.receive === 'webhook', bring, signal)
      if (missed) await this.#catchUp.words(from, bring, signal)
      const isDirectDue = settings.directMessages && (missed || asked - mark.directs >= pace.catchUpDirectMs)
      if (isDirectDue) await this.#catchUp.directs(mark.directs - pace.overlapMs, bring, signal)
      const moved = { posts: asked, directs: isDirectDue ? asked : mark.directs }
      await place.save(moved)
      this.#mark = moved
    } catch (error) {
      this.#missed ||= missed
      throw error
    }
    this.#readAt = asked
    this.#state = 'receiving'
  }

  async #arrange(signal: AbortSignal): Promise<void> {
    try {
      await arrange(this.#account, this.#parts.client, signal)
      this.#complaints.delete('arranging')
    } catch (error) {
      if (!signal.aborted) this.#complain('arranging', error)
    }
  }

  async #reviewOnce(signal: AbortSignal): Promise<void> {
    const take = this.#take
    if (take === null) return
    await this.#review
      .look(received => this.#bring(received, take), signal)
      .catch(error => {
        if (!signal.aborted) this.#log('posts could not be looked at again', error)
      })
  }

  #untilArranged(): number {
    const { arrangeMs, catchUpCalledMs } = this.#account.pace
    return this.#complaints.has('arranging') ? catchUpCalledMs : arrangeMs
  }

  async #every(ms: () => number, act: () => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await rest(ms(), null, signal)
      if (!signal.aborted) await act()
    }
  }

  /** Whether all that happens is told at once. */
  #told(): boolean {
    return this.#account.settings.receive === 'stream' && this.#streams.every(({ aliveAt }) => aliveAt !== null)
  }

  #currentAt(): number | null {
    if (this.#readAt === null || this.#missed || !this.#told()) return this.#readAt
    return Math.max(this.#readAt, Math.min(...this.#streams.map(({ aliveAt }) => aliveAt ?? 0)))
  }

  #complaint(): string | null {
    const { username } = this.#account.settings
    const reading = this.#complaints.get('reading')
    if (reading !== undefined) {
      return `What was written to @${username} on X could not be read: ${reading}. It waits there, and is tried again by itself.`
    }
    const stream = this.#streams.find(({ complaint }) => complaint !== null)?.complaint
    if (stream) return `What is new for @${username} on X is read only now and then: ${stream}.`
    const arranging = this.#complaints.get('arranging')
    if (arranging === undefined) return null
    return `X was not told what to send for @${username}, so its mentions are read only now and then: ${arranging}.`
  }

  #complain(matter: Matter, error: unknown): void {
    this.#complaints.set(matter, this.#log(`X: ${matter} failed`, error))
  }

  #log(message: string, error: unknown): string {
    const reason = this.#parts.client.conceal(wordsOf(error)).replace(/[.:,; ]+$/, '')
    this.#account.surroundings.log('warn', message, { account: this.#account.settings.username, reason })
    return reason
  }
}

/** A channel that was never read begins an hour ago: so much may belong to an incident that is declared now. */
async function markIn(place: Place, now: number): Promise<Mark> {
  const saved = Mark.safeParse(await place.load()).data
  return saved ?? { posts: now - hourMs, directs: now - hourMs }
}

async function rest(ms: number, woken: Promise<void> | null, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const waited = pause(ms, null, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => {})
  await (woken === null ? waited : Promise.race([waited, woken]))
  over.abort()
}
