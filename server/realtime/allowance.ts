/** So much per second for as long as one likes, and a burst now and then. */
export class Allowance {
  readonly #burst: number
  readonly #perSecond: number
  readonly #clock: () => number
  #left: number
  #at: number

  /** `clock` in ms. */
  constructor(burst: number, perSecond: number, clock: () => number) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#clock = clock
    this.#left = burst
    this.#at = clock()
  }

  /** False when it is used up, and then nothing is taken. */
  take(amount = 1): boolean {
    const now = this.#clock()
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1_000) * this.#perSecond)
    this.#at = now
    if (this.#left < amount) return false
    this.#left -= amount
    return true
  }
}
