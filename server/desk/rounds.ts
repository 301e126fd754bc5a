type Round = {
  look: () => Promise<void>
  /** ms between two looks when nobody wakes it. */
  everyMs: number
  about: string
  fault: (error: unknown, about: string) => void
}

/** A look that is taken again and again, and at once when woken: never two at a time, and none that was asked for is left out. */
export class Rounds {
  readonly #round: Round
  #running: Promise<void> | null = null
  #again = false
  #stopped = false
  #timer: NodeJS.Timeout | null = null

  constructor(round: Round) {
    this.#round = round
  }

  get stopped(): boolean {
    return this.#stopped
  }

  /** The look that is being taken; null between two. */
  get running(): Promise<void> | null {
    return this.#running
  }

  /** The first look is taken with the first tick, unless it is woken before. */
  start(): void {
    this.#timer = setInterval(() => {
      if (this.#running === null) this.wake()
    }, this.#round.everyMs)
  }

  /** There may be something to be seen: also what the look that is being taken has passed by. */
  wake(): void {
    if (this.#stopped) return
    if (this.#running !== null) {
      this.#again = true
      return
    }
    const { look, about, fault } = this.#round
    this.#running = look()
      .catch(error => fault(error, about))
      .finally(() => {
        this.#running = null
        if (!this.#again) return
        this.#again = false
        this.wake()
      })
  }

  /** Begins no look any more. */
  stop(): void {
    this.#stopped = true
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  async close(): Promise<void> {
    this.stop()
    while (this.#running !== null) await this.#running
  }
}
