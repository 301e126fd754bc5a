import { setTimeout as pause } from 'node:timers/promises'
import { complaintOf } from '@muster/shared/complaint.ts'
import { z } from 'zod'
import type { Health, Place, Received, Take } from './channel.ts'
import { wordsOf } from './concealment.ts'
import { failureOf } from './failure.ts'
import { type MastodonAccount, type Me, ServerAway } from './mastodon-account.ts'
import type { StreamEvent } from './mastodon-entities.ts'
import { MastodonNotices, type Read } from './mastodon-notices.ts'
import { MastodonOwed } from './mastodon-owed.ts'
import { MastodonReview } from './mastodon-review.ts'
import { MastodonStream } from './mastodon-stream.ts'
import { toldBy } from './mastodon-told.ts'

const hourMs = 3_600_000
/** A connection that lasted this long ends a row of failures. */
const steadyMs = 60_000
/** Most events of the stream that wait to be taken; more than these are found at the next review. */
const mostHeard = 5_000

/**
 * The newest notification that was taken with all before it, and from when on the account is ours to answer. Another account
 * or server numbers anew.
 */
const Mark = z.object({ account: z.string(), newest: z.string().nullable(), since: z.number() })
type Mark = z.infer<typeof Mark>
type Intake = { take: Take; place: Place }

/**
 * Receives what names the account.
 *
 *     connecting → receiving: read all notifications after the mark → take them → save the mark ─┐
 *         ▲            ▲── rest, then until the stream tells of something, or the next poll ◄──────┤
 *         └── away: a jittered pause that doubles, or as long as the server asked ◄── any failure ◄┘
 *
 * The stream replays nothing and holds some back, so it only says when to look: what came is always read from the
 * notifications, in their order. What was changed or taken away it says itself, and a review finds the rest; of what waits
 * since before it listened, looking at each finds it.
 */
export class MastodonInbox {
  readonly #account: MastodonAccount
  readonly #review: MastodonReview
  readonly #heard: Received[] = []
  #health: Health = { state: 'off', complaint: null, currentAt: null }
  #awaySince: number | null = null
  #news = Promise.withResolvers<void>()

  constructor(account: MastodonAccount) {
    this.#account = account
    this.#review = new MastodonReview(account.surroundings.clock())
  }

  health(): Health {
    return this.#health
  }

  async receive(take: Take, place: Place, signal: AbortSignal): Promise<void> {
    const { clock } = this.#account.surroundings
    this.#health = { ...this.#health, state: 'connecting', complaint: null }
    for (let failures = 0; !signal.aborted; failures++) {
      const begun = clock()
      const asked = await this.#connection({ take, place }, signal).catch(error => this.#failed(error, signal))
      if (clock() - begun >= steadyMs) failures = 0
      await pause(Math.max(asked ?? 0, this.#pauseAfter(failures)), null, { signal }).catch(() => {})
    }
    this.#health = { ...this.#health, state: 'off', complaint: null }
  }

  async #connection(intake: Intake, signal: AbortSignal): Promise<null> {
    const me = await this.#account.refresh(signal)
    const end = new AbortController()
    const stream = new MastodonStream(this.#account, {
      opened: () => this.#news.resolve(),
      heard: event => this.#hear(event, me),
      // Looked at once, it shows whether its server is away: until then nobody would be told of that.
      lost: () => this.#news.resolve(),
    })
    const listening = stream.listen(me, AbortSignal.any([signal, end.signal]))
    try {
      await this.#follow(me, stream, intake, signal)
    } finally {
      end.abort()
      await listening
    }
    return null
  }

  async #follow(me: Me, stream: MastodonStream, intake: Intake, signal: AbortSignal): Promise<never> {
    const { pace, surroundings } = this.#account
    const notices = new MastodonNotices(this.#account, me, signal)
    const owed = new MastodonOwed(notices, me.domain, intake.place)
    let mark = await this.#markOf(notices, me, intake)
    for (let reviewedAt = surroundings.clock(), lookedAt = Number.NEGATIVE_INFINITY; ; ) {
      const begun = surroundings.clock()
      this.#news = Promise.withResolvers()
      mark = mark.newest === null ? await this.#markOf(notices, me, intake) : await this.#readNew(notices, mark, intake)
      await this.#takeHeard(intake.take)
      if (begun - reviewedAt >= pace.reviewMs) {
        await takeEach(this.#review.changes(notices, me.domain, mark.since, begun), intake.take)
        reviewedAt = begun
      }
      if (begun - lookedAt >= pace.reviewMs) {
        await takeEach(owed.changes(begun), intake.take)
        lookedAt = begun
      }
      this.#health = { state: 'receiving', complaint: null, currentAt: begun }
      this.#awaySince = null
      await pause(pace.restMs, null, { signal })
      await within(this.#news.promise, stream.isOpen ? pace.pollMs : pace.pollAloneMs, signal)
    }
  }

  /** Where to go on. An account is read for the first time from an hour ago: what is older is not ours to answer. */
  async #markOf(notices: MastodonNotices, me: Me, intake: Intake): Promise<Mark> {
    const account = `${me.id}@${me.domain}`
    const loaded = Mark.safeParse(await intake.place.load()).data
    const saved = loaded?.account === account ? loaded : undefined
    if (saved !== undefined && saved.newest !== null) return saved
    const since = saved?.since ?? this.#account.surroundings.clock() - hourMs
    const { read, newest } = await notices.since(since)
    await this.#takeIn(read, { account, newest: null, since }, intake)
    const mark = { account, newest, since }
    if (saved === undefined || newest !== null) await intake.place.save(mark)
    return mark
  }

  async #readNew(notices: MastodonNotices, from: Mark, intake: Intake): Promise<Mark> {
    let mark = from
    while (mark.newest !== null) {
      const page = await notices.after(mark.newest)
      if (page === null) break
      await this.#takeIn(page.read, mark, intake)
      mark = { ...mark, newest: page.next }
      await intake.place.save(mark)
    }
    return mark
  }

  /** Hands on a page, all at once; where some are not taken, saves the mark before the first of these. */
  async #takeIn(page: readonly Read[], mark: Mark, { take, place }: Intake): Promise<void> {
    const fresh = page.filter(({ id }) => id === null || !this.#review.knows(id))
    const failures = new Map<Read, unknown>()
    const taking = asWritten(fresh).map(read =>
      (read.received === null ? Promise.resolve() : take(read.received)).then(
        () => this.#review.note(read),
        error => failures.set(read, error),
      ),
    )
    await Promise.all(taking)
    const failed = fresh.findIndex(read => failures.has(read))
    const failure = fresh[failed]
    if (failure === undefined) return
    const last = fresh.slice(0, failed).findLast(({ id }) => id !== null)
    if (last !== undefined && mark.newest !== null) await place.save({ ...mark, newest: last.id })
    throw new Error(`A post could not be stored: ${wordsOf(failures.get(failure))}`)
  }

  /** One at a time and each until it is taken, so that nothing the stream told is lost with a store that is away. */
  async #takeHeard(take: Take): Promise<void> {
    for (let next = this.#heard[0]; next !== undefined; next = this.#heard[0]) {
      await take(next)
      this.#heard.shift()
    }
  }

  #hear({ event, payload }: StreamEvent, me: Me): void {
    const told = payload == null ? null : toldBy(event, payload, me, this.#account.surroundings.clock())
    if (told !== null && this.#heard.length < mostHeard) this.#heard.push(told)
    if (told !== null || event === 'notification' || event === 'notifications_merged') this.#news.resolve()
  }

  /** How long the server wants to be left alone, in ms; null where it did not say. */
  #failed(error: unknown, signal: AbortSignal): number | null {
    if (signal.aborted) return null
    const { settings, conceal, surroundings } = this.#account
    const failure = failureOf(error, conceal)
    const server = new URL(settings.server).host
    surroundings.log('warn', 'mastodon away', { server, reason: failure.reason })
    this.#awaySince ??= surroundings.clock()
    const complaint = complaintOf('unread', { place: server, since: this.#awaySince, failure })
    this.#health = { ...this.#health, state: 'away', complaint }
    return error instanceof ServerAway ? error.afterMs : null
  }

  #pauseAfter(failures: number): number {
    const { firstPauseMs, longestPauseMs } = this.#account.pace
    const jitter = 0.5 + this.#account.surroundings.random() / 2
    return Math.min(firstPauseMs * 2 ** failures, longestPauseMs) * jitter
  }
}

/** As each is found: a look-up that fails takes back nothing of what was found before it. */
async function takeEach(changes: AsyncIterable<Received>, take: Take): Promise<void> {
  for await (const change of changes) await take(change)
}

/** Servers that work on several posts at once number their notifications in any order. */
function asWritten(page: readonly Read[]): Read[] {
  const writtenAt = ({ at, status }: Read) => Date.parse(status?.created_at ?? '') || at
  return page.toSorted((one, other) => writtenAt(one) - writtenAt(other))
}

async function within(news: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const enough = new AbortController()
  const waited = pause(ms, null, { signal: AbortSignal.any([signal, enough.signal]) }).catch(() => {})
  await Promise.race([news, waited])
  enough.abort()
  signal.throwIfAborted()
}
