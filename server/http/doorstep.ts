/** In bytes: of all who call, and of one network. */
const usualMost = { all: 16 * 1024 * 1024, one: 4 * 1024 * 1024 }

/**
 * Room for what came of calls that prove nothing before their body is read. Only what really came takes room, so that
 * nobody keeps any by announcing much, and no network has more than its part.
 */
export class Doorstep {
  readonly #most: { all: number; one: number }
  readonly #from = new Map<string, number>()
  #all = 0

  constructor(most: { all: number; one: number } = usualMost) {
    this.#most = most
  }

  /** Whether there is room for so many bytes more from there; then they take it. */
  take(from: string, bytes: number): boolean {
    const those = this.#of(from) + bytes
    if (those > this.#most.one || this.#all + bytes > this.#most.all) return false
    this.#all += bytes
    this.#from.set(from, those)
    return true
  }

  giveBack(from: string, bytes: number): void {
    const those = this.#of(from) - bytes
    this.#all -= bytes
    if (those > 0) this.#from.set(from, those)
    else this.#from.delete(from)
  }

  #of(from: string): number {
    return this.#from.get(from) ?? 0
  }
}
