/**
 * Replies whose place among those that wait is still being found, by this node. None of them leaves meanwhile: it would take
 * the turn of one that was told when it leaves.
 */
export class Unplaced {
  /** How many are at each: who sends one letter twice asks twice. */
  readonly #counts = new Map<string, number>()
  readonly #over: () => void

  /** `over`: some have their places now, and may leave. */
  constructor(over: () => void) {
    this.#over = over
  }

  has(replyId: string): boolean {
    return this.#counts.has(replyId)
  }

  async during<T>(replyIds: readonly string[], act: () => Promise<T>): Promise<T> {
    for (const id of replyIds) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1)
    try {
      return await act()
    } finally {
      for (const id of replyIds) this.#leave(id)
      this.#over()
    }
  }

  #leave(id: string): void {
    const count = this.#counts.get(id) ?? 0
    if (count > 1) this.#counts.set(id, count - 1)
    else this.#counts.delete(id)
  }
}
