import type { Reply } from '@muster/shared/reply.ts'

type Entry = { at: number; age: number }

/** How far back one looks for what is to come, in ms. */
const windowMs = 5 * 60_000
const leastMs = 60_000
const mostKept = 400

/**
 * How many replies that are still to be handed in will leave before one that is: if people go on as they did in the last
 * minutes, as many as come, in the time it waits, for customers who by then have waited longer.
 */
export class Overtaking {
  readonly #entries = new Map<string, Entry[]>()

  /** A reply was handed in. */
  note(lane: string, { submittedAt, urgency }: Reply): void {
    const recent = this.#recent(lane, submittedAt)
    this.#entries.set(lane, [...recent, { at: submittedAt, age: submittedAt - urgency }].slice(-mostKept))
  }

  /** Of one that will wait for so long if nobody overtakes it. */
  expected(lane: string, { submittedAt, urgency }: Reply, waitMs: number): number {
    const recent = this.#recent(lane, submittedAt)
    const first = recent[0]
    if (first === undefined) return 0
    const age = submittedAt - urgency
    // Whoever overtakes it at a later time must by then be that much older.
    const ahead = recent.reduce((sum, each) => sum + Math.min(Math.max(0, each.age - age), Math.max(0, waitMs)), 0)
    return Math.floor(ahead / Math.max(leastMs, submittedAt - first.at))
  }

  #recent(lane: string, now: number): Entry[] {
    return (this.#entries.get(lane) ?? []).filter(({ at }) => at > now - windowMs)
  }
}
