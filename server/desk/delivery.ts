import type { Reply } from '@muster/shared/reply.ts'
import { laneOf } from '@muster/shared/weather.ts'
import { lists } from '../domain/indexes.ts'
import { longestTryingMs } from '../domain/report.ts'
import { HeldLanes } from './held-lanes.ts'
import type { Lingering } from './lingering.ts'
import { offForLong } from './off-for-long.ts'
import { byUrgency, mostUrgent } from './outbox.ts'
import { Rounds } from './rounds.ts'
import { type Surroundings as Needs, Sending } from './sending.ts'
import { SendingTimes } from './sending-times.ts'

type Surroundings = Needs & {
  /** The incidents whose replies may be on their way. */
  lingering: Lingering
  /** The ids of the channels that are open on this node. */
  open: () => readonly string[]
  /** Whether a reply's place among those that wait is still being found. */
  isUnplaced?: (replyId: string) => boolean
  /** ms between two looks at the outboxes when nobody woke it. */
  everyMs: number
}

/** So that one slow account holds up no other. */
export const mostOfALane = 16
const mostAtOnce = 64
const mostLooks = 8
const sweepEveryMs = 30_000
const sweepPage = 64

/** Takes queued replies out, each lane's most urgent first, as fast as limits and networks let it. */
export class Delivery {
  readonly #surroundings: Surroundings
  readonly #sending: Sending
  /** What is under way, and by which lane. */
  readonly #underway = new Map<string, string>()
  readonly #held: HeldLanes
  readonly #times = new SendingTimes()
  readonly #rounds: Rounds
  #swept = 0
  /** How far the sweep came in each incident's outbox. */
  readonly #sweptTo = new Map<string, { score: number; key: string }>()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    this.#sending = new Sending(surroundings)
    const { desk, everyMs, fault } = surroundings
    this.#held = new HeldLanes({ ...surroundings, store: desk.store })
    this.#rounds = new Rounds({ look: () => this.#look(), everyMs, about: 'delivery', fault })
  }

  start(): void {
    this.#rounds.start()
    this.wake()
  }

  /** Something may be ready to leave. */
  wake(): void {
    this.#rounds.wake()
  }

  /** Resolves when there is nothing more that may leave now. */
  async idle(): Promise<void> {
    while (this.#rounds.running !== null || this.#underway.size > 0) {
      await (this.#rounds.running ?? new Promise(resolve => setTimeout(resolve, 1)))
    }
  }

  /** Takes nothing more and waits for what is being sent, at most as long as one sending usually takes. */
  async close(): Promise<void> {
    this.#rounds.stop()
    this.#sending.hurry()
    await this.idle()
  }

  async #look(): Promise<void> {
    const now = await this.#held.read()
    const ids = (await this.#surroundings.lingering.delivering(now)).map(({ id }) => id)
    await Promise.all(ids.map(id => this.#lookAfter(id, now)))
    const heads = await Promise.all(ids.map(id => this.#hasDue(id, now)))
    const due = ids.filter((_, at) => heads[at])
    if (due.length === 0) return this.#held.letAllGo()
    await this.#emptyLanes(due, now)
    if (now - this.#swept >= sweepEveryMs) await this.#sweep(due, now)
  }

  async #hasDue(incidentId: string, now: number): Promise<boolean> {
    const page = { after: null, limit: 1, upTo: now }
    return (await this.#surroundings.desk.store.list(incidentId, lists.outbox, page)).length > 0
  }

  /** As many of each lane as may go on at once; what lanes share goes to the most urgent of all of them. */
  async #emptyLanes(incidentIds: readonly string[], now: number): Promise<void> {
    const { desk, open, isUnplaced } = this.#surroundings
    const lanes = open().flatMap(id => [laneOf(id, 'public'), laneOf(id, 'direct')])
    const awake = lanes.filter(lane => this.#roomIn(lane) > 0 && !this.#held.isHeld(lane))
    const found = await Promise.all(
      awake.map(async lane => {
        const due = await mostUrgent(desk.store, incidentIds, lane, { now, wanted: mostOfALane })
        if (due.length === 0) this.#held.letGo(lane)
        return due.filter(({ reply: { id } }) => !this.#underway.has(id) && !isUnplaced?.(id))
      }),
    )
    for (const { incidentId, reply } of found.flat().toSorted(byUrgency)) {
      const lane = laneOf(reply.to.channelId, reply.target.visibility)
      if (this.#roomIn(lane) < 1 || !this.#held.spends(reply)) continue
      this.#deal(reply, lane, () => this.#deliver({ incidentId, reply, now }, lane))
    }
  }

  #roomIn(lane: string): number {
    if (this.#underway.size >= mostAtOnce) return 0
    let busy = 0
    for (const each of this.#underway.values()) if (each === lane) busy += 1
    return Math.min(mostOfALane - busy, mostAtOnce - this.#underway.size)
  }

  async #deliver(way: { incidentId: string; reply: Reply; now: number }, lane: string): Promise<void> {
    const began = performance.now()
    const tried = await this.#sending.deliver(way)
    if (tried === null) return
    const { spent, end } = tried
    if (spent.granted) this.#times.note(lane, performance.now() - began, end)
    else this.#held.hold(way.reply)
  }

  /** How sendings by a lane go. */
  sendingOf(lane: string): { ms: number; tries: number } {
    return this.#times.of(lane)
  }

  /** A lane that was failing works again: how sendings by it go is measured anew. */
  recovered(lane: string): void {
    this.#times.forget(lane)
  }

  /** What others left under way, and what nobody knows the fate of. */
  async #lookAfter(incidentId: string, now: number): Promise<void> {
    const { store } = this.#surroundings.desk
    const upTo = { after: null, limit: mostLooks, upTo: now }
    const [left, sought] = await Promise.all(
      [lists.sending, lists.sought].map(list => store.list(incidentId, list, upTo)),
    )
    const busy = [...this.#underway.values()].filter(lane => lane === '').length
    const acts = [
      ...(left ?? []).map(({ stored }) => ({ reply: stored.value as Reply, act: 'recover' as const })),
      ...(sought ?? []).map(({ stored }) => ({ reply: stored.value as Reply, act: 'seek' as const })),
    ]
    for (const { reply, act } of acts.slice(0, Math.max(0, 2 * mostLooks - busy))) {
      this.#deal(reply, '', () => this.#sending[act]({ incidentId, reply, now }))
    }
  }

  /** Page by page through what is due: what waits for hours for a channel that is switched off goes back to its writer. */
  async #sweep(incidentIds: readonly string[], now: number): Promise<void> {
    const { desk, channel } = this.#surroundings
    for (const incidentId of incidentIds) {
      const page = { after: this.#sweptTo.get(incidentId) ?? null, limit: sweepPage, upTo: now - longestTryingMs }
      const found = await desk.store.list(incidentId, lists.outbox, page)
      const last = found.at(-1)
      if (found.length < sweepPage || !last) this.#sweptTo.delete(incidentId)
      else this.#sweptTo.set(incidentId, { score: last.score, key: last.key })
      const closed = found.map(({ stored }) => stored.value as Reply).filter(({ to }) => channel(to.channelId) === null)
      const channelIds = new Set(closed.map(({ to }) => to.channelId))
      const off = await offForLong(desk.store, [...channelIds], now)
      for (const reply of closed.filter(({ to }) => off.has(to.channelId))) {
        this.#deal(reply, '', () => this.#sending.giveUp({ incidentId, reply, now }))
      }
    }
    this.#swept = this.#sweptTo.size === 0 ? now : 0
  }

  #deal(reply: Reply, lane: string, act: () => Promise<unknown>): void {
    if (this.#underway.has(reply.id) || this.#rounds.stopped) return
    this.#underway.set(reply.id, lane)
    void act()
      .catch(error => this.#surroundings.fault(error, `delivery of ${reply.id}`))
      .finally(() => {
        this.#underway.delete(reply.id)
        this.wake()
      })
  }
}
