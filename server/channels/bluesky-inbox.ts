import { setTimeout as pause } from 'node:timers/promises'
import { type Complaint, complaintOf } from '@muster/shared/complaint.ts'
import { z } from 'zod'
import { accountOf, type BlueskyAccount } from './bluesky-account.ts'
import { BlueskyDirect } from './bluesky-direct.ts'
import { followPosts } from './bluesky-follow.ts'
import { BlueskyNotices } from './bluesky-notices.ts'
import { BlueskySearch } from './bluesky-search.ts'
import { BlueskyStanding } from './bluesky-standing.ts'
import { BlueskyTrouble } from './bluesky-xrpc.ts'
import type { Health, Place, Take } from './channel.ts'
import { failureOf } from './failure.ts'

const hourMs = 3_600_000
const mostRemembered = 5_000

/** How far each way was read: notices by time, the log of direct messages and the stream by their own places. */
const Mark = z.object({
  /** An hour before the channel was first opened: what is older is not ours to answer. */
  from: z.number().nonnegative(),
  notices: z.number().nonnegative(),
  direct: z.string().max(500).nullable().catch(null),
  stream: z.number().nonnegative().nullable().catch(null),
})
type Mark = z.infer<typeof Mark>
type Save = (change: Partial<Mark>) => Promise<void>

/** One of the ways in, and how it fares. */
type Way = {
  /** What is said where it fails. */
  trouble: Complaint['code']
  currentAt: number | null
  complaint: Complaint | null
  awaySince: number | null
  turn: (mark: Mark, save: Save, signal: AbortSignal) => Promise<void>
}

/**
 * Everything that comes in: notices, on wish direct messages and the stream of the whole network. Each way goes on by
 * itself, waits longer after each failure, and keeps none of the others up.
 */
export class BlueskyInbox {
  readonly #account: BlueskyAccount
  readonly direct: BlueskyDirect
  readonly #standing: BlueskyStanding
  readonly #notices: BlueskyNotices
  #ways: Way[] = []
  #running = false
  #remembers = false

  constructor(account: BlueskyAccount) {
    this.#account = account
    this.direct = new BlueskyDirect(account)
    this.#standing = new BlueskyStanding(account)
    this.#notices = new BlueskyNotices(account)
  }

  health(): Health {
    const [first] = this.#ways
    if (!this.#running || first === undefined) return { state: 'off', complaint: null, currentAt: null }
    const times = this.#ways.map(({ currentAt }) => currentAt)
    // What fails first stands for the others: mostly they fail together.
    const complaint = this.#ways.find(way => way.complaint !== null)?.complaint ?? null
    const state = first.complaint !== null ? 'away' : this.#ways.every(wasTried) ? 'receiving' : 'connecting'
    const currentAt = times.includes(null) ? null : Math.min(...times.map(Number))
    return { state, complaint, currentAt }
  }

  async receive(take: Take, place: Place, signal: AbortSignal): Promise<void> {
    this.#ways = this.#waysIn(take, place)
    this.#running = true
    const marks = new Marks(place, this.#account.surroundings.clock() - hourMs)
    await Promise.all(this.#ways.map(way => this.#keepAt(way, marks, signal)))
    this.#running = false
  }

  #waysIn(take: Take, place: Place): Way[] {
    const { directMessages, search } = this.#account.settings
    const notices = this.#way('unread', async (mark, save, signal) => {
      await this.#standing.look(signal)
      await this.#remember(place)
      await this.#notices.look(mark, take, notices => save({ notices }), signal)
      await followPosts(this.#account, take, signal)
    })
    const direct = this.#way('direct-unread', (mark, save, signal) =>
      this.direct.look(mark.direct, take, cursor => save({ direct: cursor }), signal),
    )
    return [notices, ...(directMessages ? [direct] : []), ...(search === null ? [] : [this.#stream(search, take)])]
  }

  /** What waits since before this process ran is looked at again in its turn, as what it takes in itself. */
  async #remember(place: Place): Promise<void> {
    if (this.#remembers) return
    let remembered = 0
    for await (const owed of place.owed()) {
      this.#account.known.remember(owed)
      if (++remembered === mostRemembered) break
    }
    this.#remembers = true
  }

  #stream(search: ConstructorParameters<typeof BlueskySearch>[1], take: Take): Way {
    const stream = new BlueskySearch(this.#account, search)
    const way = this.#way('words-unread', (mark, save, signal) => {
      const current = (at: number) => {
        Object.assign(way, { currentAt: at, complaint: null, awaySince: null })
      }
      return stream.listen(mark.stream, take, { reached: cursor => save({ stream: cursor }), current }, signal)
    })
    return way
  }

  #way(trouble: Complaint['code'], turn: Way['turn']): Way {
    return { trouble, turn, currentAt: null, complaint: null, awaySince: null }
  }

  async #keepAt(way: Way, marks: Marks, signal: AbortSignal): Promise<void> {
    const { surroundings, pace } = this.#account
    for (let failures = 0; !signal.aborted; ) {
      const begun = surroundings.clock()
      const failure = await this.#turn(way, marks, signal)
      if (signal.aborted) return
      failures = failure === null || surroundings.clock() - begun >= pace.longestPauseMs ? 0 : failures + 1
      const ms = failure === null ? pace.pollMs : this.#pauseAfter(failures, failure)
      await pause(ms, null, { signal }).catch(() => {})
    }
  }

  /** What it failed with; null where it did not. */
  async #turn(way: Way, marks: Marks, signal: AbortSignal): Promise<unknown> {
    const begun = this.#account.surroundings.clock()
    try {
      await accountOf(this.#account)
      await way.turn(await marks.load(), change => marks.save(change), signal)
      Object.assign(way, { currentAt: begun, complaint: null, awaySince: null })
      return null
    } catch (error) {
      if (!signal.aborted) this.#complain(way, error)
      return error ?? new Error('It failed.')
    }
  }

  #complain(way: Way, error: unknown): void {
    const { settings, conceal, surroundings } = this.#account
    const failure = failureOf(error, conceal)
    surroundings.log('warn', 'bluesky away', { handle: settings.handle, what: way.trouble, reason: failure.reason })
    way.awaySince ??= surroundings.clock()
    way.complaint = complaintOf(way.trouble, { place: `@${settings.handle}`, since: way.awaySince, failure })
  }

  #pauseAfter(failures: number, error: unknown): number {
    const { pace, surroundings } = this.#account
    const jitter = 0.5 + surroundings.random() / 2
    const wait = Math.min(pace.firstPauseMs * 2 ** (failures - 1), pace.longestPauseMs) * jitter
    return Math.max(wait, error instanceof BlueskyTrouble ? (error.afterMs ?? 0) : 0)
  }
}

function wasTried({ currentAt, complaint }: Way): boolean {
  return currentAt !== null || complaint !== null
}

/** The one saved place that all ways share. */
class Marks {
  readonly #place: Place
  readonly #from: number
  #mark: Promise<Mark> | null = null

  constructor(place: Place, from: number) {
    this.#place = place
    this.#from = from
  }

  async load(): Promise<Mark> {
    this.#mark ??= this.#read()
    this.#mark.catch(() => {
      this.#mark = null
    })
    return await this.#mark
  }

  async save(change: Partial<Mark>): Promise<void> {
    this.#mark = this.load().then(mark => ({ ...mark, ...change }))
    await this.#place.save(await this.#mark)
  }

  async #read(): Promise<Mark> {
    const start = { from: this.#from, notices: this.#from, direct: null, stream: null }
    return Mark.catch(start).parse(await this.#place.load())
  }
}
