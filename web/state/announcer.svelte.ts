const between = 5_000

/**
 * The one status line: what a person who cannot see the whole screen must hear. At most one sentence every few seconds;
 * of several meanwhile the newest is said, and one about their own work is never pushed out by a general one.
 */
export class Announcer {
  #said = $state('')
  #own = $state<string | null>(null)
  #next: { sentence: string; own: boolean } | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  get said(): string {
    return this.#said
  }

  /** What was said of this person's own work just now. */
  get own(): string | null {
    return this.#own
  }

  /** Something about this person's own work. */
  say(sentence: string): void {
    this.#offer({ sentence, own: true })
  }

  /** Something about the room. */
  mention(sentence: string): void {
    if (!this.#next?.own) this.#offer({ sentence, own: false })
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #offer(next: { sentence: string; own: boolean }): void {
    this.#next = next
    if (this.#timer === undefined) this.#speak()
  }

  #speak(): void {
    if (this.#next) this.#said = this.#next.sentence
    this.#own = this.#next?.own ? this.#next.sentence : null
    this.#timer = this.#next ? setTimeout(() => this.#rest(), between) : undefined
    this.#next = null
  }

  #rest(): void {
    this.#timer = undefined
    this.#speak()
  }
}
