/** A seeded source of chance (mulberry32): the same seed tells the same story. Not for secrets. */
export class Random {
  readonly #seed: number
  #state: number

  constructor(seed: number) {
    this.#seed = (seed ^ Math.floor(seed / 4_294_967_296)) >>> 0
    this.#state = this.#seed
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('nothing to pick from')
    return list[this.below(list.length)] as T
  }

  /** One of the names, each as likely as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[]
    let left = this.next() * names.reduce((sum, name) => sum + weights[name], 0)
    const found = names.find(name => {
      left -= weights[name]
      return left < 0
    })
    return found ?? (names.at(-1) as Name)
  }

  /** Milliseconds to the next event of those that come `perSecond` on average, each independent of the last. */
  pause(perSecond: number): number {
    return (-Math.log(1 - this.next()) / perSecond) * 1000
  }

  /** Another source for one purpose: it depends on the seed and the name, not on what was drawn here before. */
  fork(name: string): Random {
    let hash = 0x811c9dc5 ^ this.#seed
    for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193)
    return new Random((hash ^ (hash >>> 15)) >>> 0)
  }
}
