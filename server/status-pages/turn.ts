/** Lets requests through one after another, none sooner than `everyMs` after the one before began. */
export class Turn {
  readonly #everyMs: number
  #last: Promise<void> = Promise.resolve()

  constructor(everyMs: number) {
    this.#everyMs = everyMs
  }

  /** Resolves when it is one's turn; rejects when the signal aborts before. */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const mine = this.#last
    this.#last = mine.then(() => new Promise(resolve => setTimeout(resolve, this.#everyMs)))
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      void mine.then(resolve)
    })
  }
}
