const remembered = 31
const rememberedTries = 96
/** Before anything was sent. */
const usualMs = 500
/** As if so many had gone at the first try. */
const taken = 4
const mostTries = 3

/** What came of a try: its reply waits no more, or goes again later, or its network takes nothing for now. */
export type End = 'over' | 'again' | 'limited'

/** How long sendings by a lane take, and how many tries a reply takes: of the last ones. */
export class SendingTimes {
  readonly #times = new Map<string, number[]>()
  readonly #ends = new Map<string, End[]>()

  /** One try, which took so long. */
  note(lane: string, ms: number, end: End): void {
    const ends = this.#ends.get(lane) ?? []
    // What is refused together was one try too many, not many.
    if (end === 'limited' && ends.at(-1) === 'limited') return
    this.#ends.set(lane, [...ends, end].slice(-rememberedTries))
    if (end !== 'limited') this.#times.set(lane, [...(this.#times.get(lane) ?? []), ms].slice(-remembered))
  }

  /** What was measured while nothing left by a lane says nothing of it once something does. */
  forget(lane: string): void {
    this.#times.delete(lane)
    this.#ends.delete(lane)
  }

  /** How long one usually takes, in ms, and how many tries a reply takes on average. */
  of(lane: string): { ms: number; tries: number } {
    return { ms: this.#usual(lane), tries: this.#tries(lane) }
  }

  /** The one in the middle, for a few hang and would speak for all. */
  #usual(lane: string): number {
    const sorted = (this.#times.get(lane) ?? []).toSorted((one, other) => one - other)
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? usualMs
  }

  #tries(lane: string): number {
    const ends = this.#ends.get(lane) ?? []
    const over = ends.filter(end => end === 'over').length
    return Math.min(mostTries, (taken + ends.length) / (taken + over))
  }
}
