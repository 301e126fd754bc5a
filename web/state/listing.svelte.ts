import { ask } from './http.ts'

const atLeastBetween = 500

/** A list the server gives whole, fetched again when asked; the newest answer wins. */
export class Listing<Item> {
  readonly #url: string
  readonly #name: string
  readonly #also: (body: Readonly<Record<string, unknown>>) => void
  #items = $state.raw<readonly Item[] | null>(null)
  #trouble = $state<string | null>(null)
  #asked = 0
  #answered = 0
  #waiting = false

  /** `name` is the field of the answer that holds the items; `also` is given whatever else it holds. */
  constructor(url: string, name: string, also: (body: Readonly<Record<string, unknown>>) => void = () => {}) {
    this.#url = url
    this.#name = name
    this.#also = also
  }

  /** null until the first answer. */
  get items(): readonly Item[] | null {
    return this.#items
  }

  get trouble(): string | null {
    return this.#trouble
  }

  /** What is shown then is no older than when it was asked for. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked
    const answer = await ask<Record<string, readonly Item[]>>('GET', this.#url)
    if (asked < this.#answered) return
    this.#answered = asked
    if (answer.type === 'ok') {
      this.#items = answer.body[this.#name] ?? []
      this.#also(answer.body)
    }
    this.#trouble = answer.type === 'ok' ? null : answer.sentence
  }

  /** Once for all calls of the next half second: news come in waves. */
  refreshSoon(): void {
    if (this.#waiting) return
    this.#waiting = true
    setTimeout(() => {
      this.#waiting = false
      void this.refresh()
    }, atLeastBetween)
  }
}
