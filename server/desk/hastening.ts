import type { Reply } from '@muster/shared/reply.ts'
import { laneOf } from '@muster/shared/weather.ts'
import { muster } from '../domain/decision.ts'
import type { Recovered } from '../domain/failing.ts'
import { hastenedTo } from '../domain/hasten.ts'
import { company, lists } from '../domain/indexes.ts'
import type { Desk } from './desk.ts'
import type { Lingering } from './lingering.ts'
import { byUrgency, type Due } from './outbox.ts'
import { pagesOf } from './picture.ts'
import { Rounds } from './rounds.ts'

type Surroundings = {
  desk: Desk
  /** The incidents whose replies may be on their way. */
  lingering: Lingering
  /** The ids of the channels that are open on this node. */
  open: () => readonly string[]
  /** Hears of each lane that works again, and that something may leave. */
  recovered: (lane: string) => void
  hastened: () => void
  fault: (error: unknown, about: string) => void
}

/** A lane that was failing and took something again. */
type Well = { lane: string; recoveredAt: number }

const everyMs = 250
/** So many of a lane may be due at once: should it fail again, no more of them are tried in vain. */
export const mostDue = 64
const atOnce = 200
/** What was under way when its lane recovered is back by then: no sending takes longer. */
const underwayMs = 90_000

/**
 * Brings forward what was put off by a lane that is known to work again. Whatever died since, what is to be done is found in
 * the records: when the lane recovered, and what was tried last before that.
 */
export class Hastening {
  readonly #surroundings: Surroundings
  readonly #rounds: Rounds
  /** By lane: of which recovery this node heard, when, and whether nothing is left to be done for it. */
  readonly #heard = new Map<string, { recoveredAt: number; heardAt: number; isOver: boolean }>()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    const { fault } = surroundings
    this.#rounds = new Rounds({ look: () => this.look(), everyMs, about: 'what was put off', fault })
  }

  start(): void {
    this.#rounds.start()
  }

  async close(): Promise<void> {
    await this.#rounds.close()
  }

  async look(): Promise<void> {
    const { desk, open } = this.#surroundings
    const lanes = open().flatMap(id => [laneOf(id, 'public'), laneOf(id, 'direct')])
    if (lanes.length === 0) return
    const keys = [...lanes.map(company.recovered), ...lanes.map(company.failing)]
    const { now, records } = await desk.store.read(company.room, keys)
    const well = lanes.flatMap((lane, at): Well[] => {
      const recovered = records[at]?.value as Recovered | undefined
      const isTroubled = Boolean(records[lanes.length + at])
      if (recovered === undefined || isTroubled || this.#isOver(lane, recovered.at, now)) return []
      return [{ lane, recoveredAt: recovered.at }]
    })
    if (well.length === 0) return
    const incidentIds = (await this.#surroundings.lingering.delivering(now)).map(({ id }) => id)
    await Promise.all(well.map(each => this.#hasten(each, incidentIds, now)))
  }

  #isOver(lane: string, recoveredAt: number, now: number): boolean {
    const known = this.#heard.get(lane)
    if (known?.recoveredAt === recoveredAt) return known.isOver
    this.#heard.set(lane, { recoveredAt, heardAt: now, isOver: false })
    this.#surroundings.recovered(lane)
    return false
  }

  async #hasten(well: Well, incidentIds: readonly string[], now: number): Promise<void> {
    const { desk, hastened } = this.#surroundings
    const due = await Promise.all(incidentIds.map(id => desk.store.count(id, lists.outboxOf(well.lane), now)))
    const wanted = mostDue - due.reduce((sum, count) => sum + count, 0)
    if (wanted <= 0) return
    const found = await Promise.all(incidentIds.map(id => this.#putOffIn(id, well, now, wanted)))
    const next = found.flat().toSorted(byUrgency).slice(0, wanted)
    if (next.length === 0) return this.#nothingLeft(well.lane, now)
    await Promise.all(
      next.map(({ incidentId, reply: { id: replyId } }) => {
        const { recoveredAt } = well
        const command = { id: crypto.randomUUID(), type: 'delivery/hasten', replyId, recoveredAt } as const
        return desk.handle(incidentId, command, muster)
      }),
    )
    hastened()
  }

  #nothingLeft(lane: string, now: number): void {
    const heard = this.#heard.get(lane)
    if (heard !== undefined && now > heard.heardAt + underwayMs) heard.isOver = true
  }

  /** The most urgent of those that wait for nothing but their pause. */
  async #putOffIn(incidentId: string, { lane, recoveredAt }: Well, now: number, wanted: number): Promise<Due[]> {
    const { store } = this.#surroundings.desk
    const found: Due[] = []
    for await (const page of pagesOf<Reply>(store, incidentId, lists.urgentIn(lane), { atOnce })) {
      const putOff = page.filter(reply => hastenedTo(reply, recoveredAt, now) !== null)
      found.push(...putOff.map(reply => ({ incidentId, reply })))
      if (found.length >= wanted) break
    }
    return found
  }
}
