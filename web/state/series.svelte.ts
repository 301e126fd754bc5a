import type { IncidentSeries } from '@muster/shared/endpoint.ts'
import { ask } from './http.ts'
import { seriesPath } from './path.ts'

const betweenLooks = 5_000

/** An incident's figures over time, asked for again every few seconds while somebody can see them. */
export class Series {
  readonly #url: string
  #answer = $state.raw<IncidentSeries | null>(null)
  #trouble = $state<string | null>(null)
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(incidentId: string, minutes: number) {
    this.#url = seriesPath(incidentId, minutes)
  }

  /** The newest answer, however old; null before the first. */
  get answer(): IncidentSeries | null {
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
    const answer = await ask<IncidentSeries>('GET', this.#url)
    if (asked !== this.#asked) return
    if (answer.type === 'ok') this.#answer = answer.body
    this.#trouble = answer.type === 'ok' ? null : answer.sentence
    this.#timer = setTimeout(() => void this.#look(), betweenLooks)
  }
}
