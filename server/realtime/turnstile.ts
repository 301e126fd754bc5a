/**
 * Lets so many through in each turn of the event loop, first come first served. When thousands come back at once, those
 * who are already in are served between two handfuls of them.
 */
export class Turnstile {
  readonly #perTurn: number
  readonly #waiting: (() => void)[] = []
  #left: number
  #turning = false

  constructor(perTurn: number) {
    this.#perTurn = perTurn
    this.#left = perTurn
  }

  pass(): Promise<void> {
    if (!this.#turning) {
      this.#turning = true
      setImmediate(() => this.#turn())
    }
    if (this.#left > 0) {
      this.#left--
      return Promise.resolve()
    }
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  #turn(): void {
    const next = this.#waiting.splice(0, this.#perTurn)
    this.#left = this.#perTurn - next.length
    for (const resolve of next) resolve()
    this.#turning = next.length > 0
    if (this.#turning) setImmediate(() => this.#turn())
  }
}
