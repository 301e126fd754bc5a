import type { IncidentUsage, WordingUsage } from '@muster/shared/endpoint.ts'
import { ask } from './http.ts'
import { usagePath } from './path.ts'

const betweenLooks = 10_000
const unused: WordingUsage = { used: 0, held: 0, returned: 0, edited: 0, cameBack: 0 }

/** How an incident's wordings fare, asked for again every few seconds while somebody can see it. */
export class Usage {
  readonly #url: string
  #answer = $state.raw<IncidentUsage | null>(null)
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(incidentId: string) {
    this.#url = usagePath(incidentId)
  }

  /** Null before the first answer. */
  of(wordingId: string): WordingUsage | null {
    return this.#answer === null ? null : (this.#answer.wordings[wordingId] ?? unused)
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
    const answer = await ask<IncidentUsage>('GET', this.#url)
    if (asked !== this.#asked) return
    if (answer.type === 'ok') this.#answer = answer.body
    this.#timer = setTimeout(() => void this.#look(), betweenLooks)
  }
}
