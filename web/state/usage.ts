import type { IncidentUsage, WordingUsage } from '@muster/shared/figures.ts'
import { Looks } from './looks.svelte.ts'
import { usagePath } from './path.ts'

const betweenMs = 10_000
const unused: WordingUsage = { used: 0, held: 0, returned: 0, edited: 0, cameBack: 0 }

/** How an incident's wordings fare, as long as somebody can see it. */
export class Usage {
  readonly #looks: Looks<IncidentUsage>

  constructor(incidentId: string) {
    this.#looks = new Looks(usagePath(incidentId), betweenMs)
  }

  /** Null before the first answer. */
  of(wordingId: string): WordingUsage | null {
    const { answer } = this.#looks
    return answer === null ? null : (answer.wordings[wordingId] ?? unused)
  }

  /** Until what it returns is called. */
  follow(): () => void {
    return this.#looks.follow()
  }
}
