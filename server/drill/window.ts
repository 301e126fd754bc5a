/** No more than `most` in any `perMs` in a row. */
export type Pace = { most: number; perMs: number }

/** A limit as a network enforces it: to the very message, by its own clock. */
export class Window {
  readonly #pace: Pace
  readonly #now: () => number
  #taken: number[] = []

  constructor(pace: Pace, now: () => number) {
    this.#pace = pace
    this.#now = now
  }

  /** False where there is no room. */
  take(): boolean {
    if (this.left === 0) return false
    this.#taken.push(this.#now())
    return true
  }

  get left(): number {
    const from = this.#now() - this.#pace.perMs
    this.#taken = this.#taken.filter(at => at > from)
    return Math.max(0, this.#pace.most - this.#taken.length)
  }

  /** When there is room for one more again than now, ms since 1970. */
  get resetsAt(): number {
    const [first = this.#now()] = this.#taken
    return first + this.#pace.perMs
  }
}
