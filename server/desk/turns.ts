/** Lets what is about one thing go on one after another, and beyond so many that wait all the rest at once. */
export class Turns {
  readonly #most: number
  /** The last of each, and how many there are. */
  readonly #rows = new Map<string, { last: Promise<unknown>; count: number }>()

  constructor(most: number) {
    this.#most = most
  }

  /** `isTurn`: nobody else is at it meanwhile. */
  take<T>(about: string, act: (isTurn: boolean) => Promise<T>): Promise<T> {
    const row = this.#rows.get(about)
    const count = row?.count ?? 0
    if (count >= this.#most) return act(false)
    const done = row === undefined ? act(true) : row.last.then(() => act(true))
    const over = () => this.#leave(about)
    this.#rows.set(about, { last: done.then(over, over), count: count + 1 })
    return done
  }

  #leave(about: string): void {
    const row = this.#rows.get(about)
    if (row?.count === 1) this.#rows.delete(about)
    else if (row) row.count -= 1
  }
}
