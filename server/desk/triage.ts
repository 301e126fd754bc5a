import type { Arrival } from '../channels/channel.ts'
import { previewOf } from '../domain/standing.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import { Alikes } from './alike.ts'

/** What is told of a message by its text alone: in which language it is, and which group says nearly the same. */
export type Triaged = { language: string | null; alike: string | null }

/** Guesses, before anybody looks: one that fails keeps no message out. */
export class Triage {
  readonly #languageOf: (text: string) => string | null
  readonly #alikes: Alikes

  constructor(store: Store, languageOf: (text: string) => string | null) {
    this.#languageOf = languageOf
    this.#alikes = new Alikes(store)
  }

  /** `own`: the group it begins where none says the same. Throws `StoreUnavailable`. */
  async of(incidentId: string, arrival: Arrival, own: string): Promise<Triaged> {
    return { language: this.#language(arrival), alike: await this.#alike(incidentId, arrival, own) }
  }

  /** Forgets what was written in incidents to which nothing comes any more. */
  sweep(): void {
    this.#alikes.sweep()
  }

  #language({ text }: Arrival): string | null {
    try {
      return this.#languageOf(text)
    } catch {
      return null
    }
  }

  /** What nobody answers is in no group. */
  async #alike(incidentId: string, { text, trimmed = null, automatic }: Arrival, own: string): Promise<string | null> {
    if (automatic !== null) return null
    try {
      return await this.#alikes.groupOf(incidentId, previewOf({ text, trimmed }), own)
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error
      return null
    }
  }
}
