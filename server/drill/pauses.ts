/** Waits of simulated people, all of which end at once when the drill does. */
export class Pauses {
  readonly #pending = new Set<() => void>()
  #over = false

  get over(): boolean {
    return this.#over
  }

  /** Resolves after `ms`, or when it is over. */
  async wait(ms: number): Promise<void> {
    if (ms <= 0 || this.#over) return
    await new Promise<void>(resolve => {
      const end = () => {
        clearTimeout(timer)
        this.#pending.delete(end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.#pending.add(end)
    })
  }

  end(): void {
    this.#over = true
    for (const end of this.#pending) end()
  }
}
