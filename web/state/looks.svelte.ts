import { ask } from './http.ts'

/** What one address of the server answers, asked for again every few seconds while somebody can see it. */
export class Looks<Body> {
  readonly #url: string
  readonly #betweenMs: number
  #answer = $state.raw<Body | null>(null)
  #trouble = $state<string | null>(null)
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(url: string, betweenMs: number) {
    this.#url = url
    this.#betweenMs = betweenMs
  }

  /** The newest answer, however old; null before the first. */
  get answer(): Body | null {
    return this.#answer
  }

  /** Why the last look brought nothing. */
  get trouble(): string | null {
    return this.#trouble
  }

  /** Looks now and again while the page is visible, until what it returns is called. */
  follow(): () => void {
    const attend = () => {
      this.#rest()
      if (!document.hidden) void this.#look()
    }
    document.addEventListener('visibilitychange', attend)
    attend()
    return () => {
      document.removeEventListener('visibilitychange', attend)
      this.#rest()
    }
  }

  #rest(): void {
    this.#asked += 1
    clearTimeout(this.#timer)
  }

  async #look(): Promise<void> {
    const asked = this.#asked
    const answer = await ask<Body>('GET', this.#url)
    if (asked !== this.#asked) return
    if (answer.type === 'ok') this.#answer = answer.body
    this.#trouble = answer.type === 'ok' ? null : answer.sentence
    this.#timer = setTimeout(() => void this.#look(), this.#betweenMs)
  }
}
