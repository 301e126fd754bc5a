import type { Reply } from '@muster/shared/reply.ts'
import { laneOf } from '@muster/shared/weather.ts'
import { muster } from '../domain/decision.ts'
import type { Departures } from '../domain/forecast.ts'
import { lists } from '../domain/indexes.ts'
import { type Place, placeAmong } from '../domain/place.ts'
import type { Desk } from './desk.ts'
import type { Outlook } from './outlook.ts'
import { Overtaking } from './overtaking.ts'
import { isMoved, type Lane, type Survey } from './survey.ts'
import { Turns } from './turns.ts'

export type Queued = Reply & { state: 'queued' }
type Way = { incidentId: string; reply: Queued; lane: string }
/** Of those that wait by a lane how many leave before a reply, and which after it, in their order. */
type Line = { waiting: number; ahead: number; behind: readonly Reply[] }
/** A lane as it was at `now`. */
type Seen = Line & { now: number; known: Lane | null }
type Open = { now: number; departures: Departures }

/** What leaves as soon as this, in ms, needs no place kept. */
const shortMs = 1_000
/** A told time is kept to this part of the wait, or to `shortMs`: the rest of a fifth is left to what networks do. */
const kept = 0.06
/** Parts of the wait by which it is told later, for those who may still come before it. */
const leastDelay = 0.05
const mostDelay = 0.1
/** Most of those behind a reply that are looked at: the first of them have the least time to spare. */
const mostBehind = 200
/** So often one looks before what moves meanwhile is no longer waited for. */
const mostLooks = 2
/** So many of a lane find their places one after another; whoever comes while they do is told by urgency alone. */
const mostInTurn = 64

/**
 * Finds a queued reply its place, and when it will have left. The most urgent goes first, but never before one that would
 * then leave much later than was told.
 */
export class Placing {
  readonly #desk: Desk
  readonly #outlook: Outlook
  readonly #overtaking = new Overtaking()
  readonly #turns = new Turns(mostInTurn)

  constructor(desk: Desk, outlook: Outlook) {
    this.#desk = desk
    this.#outlook = outlook
  }

  /** When a reply will have left, ms since 1970, which is kept from then on; null where nobody can tell. */
  async leavesAt(incidentId: string, reply: Queued): Promise<number | null> {
    return this.#inTurn(reply, (lane, isTurn) =>
      this.#tell({ incidentId, reply, lane }, isTurn && reply.leavesBy === null),
    )
  }

  /** It waits now and nobody is told when it leaves. */
  async place(incidentId: string, reply: Queued): Promise<void> {
    await this.#inTurn(reply, async (lane, isTurn) => {
      if (!isTurn) return
      const way = { incidentId, reply, lane }
      const seen = await this.#look(way, true)
      if (!seen.known?.departures) return
      const { urgency } = this.#placeIn(way, seen, { now: seen.now, departures: seen.known.departures })
      if (urgency !== reply.urgency) await this.#keep(way, urgency, null)
    })
  }

  async #tell(way: Way, keeps: boolean): Promise<number | null> {
    const { reply, lane } = way
    const seen = await this.#look(way, keeps)
    if (!seen.known?.departures) return null
    const open = { now: seen.now, departures: seen.known.departures }
    const found = keeps ? this.#placeIn(way, seen, open) : { urgency: reply.urgency, place: seen.ahead + 1 }
    const isPaid = found.place <= seen.known.mostByCost
    const free = this.#timeOf(lane, found, open)
    const at = Math.max(reply.notBefore, free)
    // Where its lane is free, all it waits for is that its writer thinks better of it.
    if (keeps && (free - open.now > shortMs || found.urgency !== reply.urgency)) {
      const leavesBy = Math.round(at + Math.max(shortMs, (at - open.now) * kept))
      await this.#keep(way, found.urgency, isPaid ? leavesBy : null)
    }
    return isPaid ? at : null
  }

  /** With those counted in that may still come before it. */
  #timeOf(lane: string, { urgency, place }: Place, { now, departures }: Open): number {
    const alone = departures(place)
    const later = departures(place + this.#overtaking.expected(lane, { at: now, urgency }, alone - now))
    const wait = alone - now
    return Math.round(Math.min(Math.max(later, alone + wait * leastDelay), alone + wait * mostDelay))
  }

  #placeIn({ reply, lane }: Way, { ahead, behind }: Seen, { now, departures }: Open): Place {
    this.#overtaking.note(lane, { at: now, urgency: reply.urgency })
    return placeAmong(reply, ahead, behind, departures)
  }

  async #look(way: Way, keeps: boolean): Promise<Seen> {
    for (let looks = 1; ; looks++) {
      const survey = await (looks === 1 ? this.#outlook.look() : this.#outlook.again())
      const line = await this.#lineOf(way, survey.incidentIds, keeps)
      const known = knownOf(way, survey)
      if (!(await this.#isOld(known, line))) return { now: survey.now, known, ...line }
      if (looks < mostLooks) continue
      // What leaves meanwhile is then counted twice rather than not at all.
      const last = await this.#outlook.again()
      return { now: last.now, known: knownOf(way, last), ...line }
    }
  }

  /**
   * Whether more wait by now than that look knew of, or a limit is not as it was. It is asked last: a reply is let through
   * before it leaves its line, so none is missing there of which nothing is known here.
   */
  async #isOld(known: Lane | null, { waiting }: Line): Promise<boolean> {
    return waiting > (known?.weather.queued ?? 0) + 1 || (await isMoved(this.#desk.store, known?.drawn ?? []))
  }

  async #lineOf(way: Way, incidentIds: readonly string[], keeps: boolean): Promise<Line> {
    const { reply, lane } = way
    const [ahead, waiting, behind] = await Promise.all([
      this.#count(incidentIds, lane, reply.urgency - 1),
      this.#count(incidentIds, lane),
      keeps ? this.#behind(way, incidentIds) : [],
    ])
    return { ahead, waiting, behind }
  }

  async #count(incidentIds: readonly string[], lane: string, upTo?: number): Promise<number> {
    const counts = await Promise.all(incidentIds.map(id => this.#desk.store.count(id, lists.urgentIn(lane), upTo)))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** Those that are no more urgent, in the order in which they leave. */
  async #behind({ reply: { id, urgency }, lane }: Way, incidentIds: readonly string[]): Promise<Reply[]> {
    const page = { after: { score: urgency, key: '' }, limit: mostBehind }
    const found = await Promise.all(
      incidentIds.map(incidentId => this.#desk.store.list(incidentId, lists.urgentIn(lane), page)),
    )
    const all = found.flat().toSorted((one, other) => one.score - other.score)
    const replies = all.map(({ stored }) => stored.value as Reply)
    return replies.filter(reply => reply.id !== id).slice(0, mostBehind)
  }

  async #keep({ incidentId, reply }: Way, urgency: number, leavesBy: number | null): Promise<void> {
    const keep = { id: crypto.randomUUID(), type: 'delivery/keep', replyId: reply.id, urgency, leavesBy } as const
    await this.#desk.handle(incidentId, keep, muster)
  }

  /** Two that looked at once would both take the same place; on two nodes they may, and then one more goes before. */
  #inTurn<T>(reply: Reply, act: (lane: string, isTurn: boolean) => Promise<T>): Promise<T> {
    const lane = laneOf(reply.to.channelId, reply.target.visibility)
    return this.#turns.take(lane, isTurn => act(lane, isTurn))
  }
}

function knownOf({ lane }: Way, { lanes }: Survey): Lane | null {
  return lanes.get(lane.split('/', 1)[0] ?? '')?.find(each => each.lane === lane) ?? null
}
