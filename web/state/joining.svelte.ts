import type { JoinView } from '@muster/shared/endpoint.ts'
import type { Entry } from '@muster/shared/entry.ts'
import { ask } from './http.ts'
import { incidentJoinPath } from './path.ts'

const betweenLooks = 15_000
const soon = 1_000

/** An incident's open join, as those who lead see it: looked at again while somebody can see it, and when somebody came. */
export class Joining {
  readonly #url: string
  #view = $state.raw<JoinView | null | undefined>(undefined)
  #trouble = $state<string | null>(null)
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #due = Number.POSITIVE_INFINITY

  constructor(incidentId: string) {
    this.#url = incidentJoinPath(incidentId)
  }

  /** Null: none is open. Undefined before the first answer. */
  get view(): JoinView | null | undefined {
    return this.#view
  }

  get trouble(): string | null {
    return this.#trouble
  }

  /** Looks now and again while the page is visible, until what it returns is called. */
  follow(): () => void {
    const attend = () => {
      this.#rest()
      if (!document.hidden) void this.look()
    }
    document.addEventListener('visibilitychange', attend)
    attend()
    return () => {
      document.removeEventListener('visibilitychange', attend)
      this.#rest()
    }
  }

  hear({ type }: Pick<Entry, 'type'>): void {
    if (type === 'responder/joined' && !document.hidden) this.#lookIn(soon)
  }

  async look(): Promise<void> {
    this.#rest()
    const asked = this.#asked
    const answer = await ask<{ join: JoinView | null }>('GET', this.#url)
    if (asked !== this.#asked) return
    if (answer.type === 'ok') this.#view = answer.body.join
    this.#trouble = answer.type === 'ok' ? null : answer.sentence
    this.#lookIn(betweenLooks)
  }

  /** A crowd that joins at once is looked at once. */
  #lookIn(ms: number): void {
    const at = performance.now() + ms
    if (at >= this.#due) return
    clearTimeout(this.#timer)
    this.#due = at
    this.#timer = setTimeout(() => void this.look(), ms)
  }

  #rest(): void {
    this.#asked += 1
    this.#due = Number.POSITIVE_INFINITY
    clearTimeout(this.#timer)
  }
}
