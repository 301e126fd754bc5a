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

  /** A reply came to wait. */
  note(lane: string, { at, urgency }: { at: number; urgency: number }): void {
    this.#entries.set(lane, [...this.#recent(lane, at), { at, age: at - urgency }].slice(-mostKept))
  }

  /** Of one that will wait for so long if nobody overtakes it. */
  expected(lane: string, { at: now, urgency }: { at: number; urgency: number }, waitMs: number): number {
    const recent = this.#recent(lane, now)
    const first = recent[0]
    if (first === undefined) return 0
    const age = now - urgency
    // Whoever overtakes it at a later time must by then be that much older.
    const before = recent.reduce((sum, each) => sum + Math.min(Math.max(0, each.age - age), Math.max(0, waitMs)), 0)
    return Math.floor(before / Math.max(leastMs, now - first.at))
  }

  #recent(lane: string, now: number): Entry[] {
    return (this.#entries.get(lane) ?? []).filter(({ at }) => at > now - windowMs)
  }
}
