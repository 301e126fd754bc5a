const remembered = 31
const rememberedTries = 96
/** Before anything was sent. */
const usualMs = 500
/** As if so many had gone at the first try. */
const taken = 8
const mostTries = 3

/** How long sendings by a lane take, and how many tries a reply takes: of the last ones. */
export class SendingTimes {
  readonly #last = new Map<string, number[]>()
  readonly #over = new Map<string, boolean[]>()

  /** One try, which took so long; `isOver`: the reply waits no more. */
  note(lane: string, ms: number, isOver: boolean): void {
    this.#last.set(lane, [...(this.#last.get(lane) ?? []), ms].slice(-remembered))
    this.#over.set(lane, [...(this.#over.get(lane) ?? []), isOver].slice(-rememberedTries))
  }

  /** How long one usually takes, in ms, and how many tries a reply takes on average. */
  of(lane: string): { ms: number; tries: number } {
    return { ms: this.#usual(lane), tries: this.#tries(lane) }
  }

  /** The one in the middle, for a few hang and would speak for all. */
  #usual(lane: string): number {
    const sorted = (this.#last.get(lane) ?? []).toSorted((one, other) => one - other)
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? usualMs
  }

  #tries(lane: string): number {
    const tries = this.#over.get(lane) ?? []
    const over = tries.filter(isOver => isOver).length
    return Math.min(mostTries, (taken + tries.length) / (taken + over))
  }
}
