const remembered = 31
/** Before anything was sent. */
const usualMs = 500

/** How long sendings by a lane take: the one in the middle of the last ones, for a few hang and would speak for all. */
export class SendingTimes {
  readonly #last = new Map<string, number[]>()

  note(lane: string, ms: number): void {
    this.#last.set(lane, [...(this.#last.get(lane) ?? []), ms].slice(-remembered))
  }

  /** ms */
  usual(lane: string): number {
    const sorted = (this.#last.get(lane) ?? []).toSorted((one, other) => one - other)
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? usualMs
  }
}
