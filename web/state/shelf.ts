import type { Drafts, LocalDraft, Turn } from './drafts.ts'
import type { Kept } from './shared-draft.ts'

export type Place = { incidentId: string; conversationId: string }

/** Where this machine keeps what somebody writes to one customer. */
export class Shelf {
  readonly #drafts: Drafts
  readonly #place: Place

  constructor(drafts: Drafts, place: Place) {
    this.#drafts = drafts
    this.#place = place
  }

  get(): LocalDraft | null {
    return this.#drafts.get(this.#place.incidentId, this.#place.conversationId)
  }

  /** This text as it was shared in this pair. */
  shared(pair: string, text: string): Kept | null {
    const local = this.get()
    return local?.shared?.pair === pair && local.text === text ? local.shared : null
  }

  /** False where nothing is kept. */
  put(draft: LocalDraft): boolean {
    const empty = draft.text.trim() === '' && (draft.apart ?? []).length === 0
    if (empty) this.drop()
    return !empty && this.#drafts.put(this.#place.incidentId, this.#place.conversationId, draft)
  }

  drop(): void {
    this.#drafts.drop(this.#place.incidentId, this.#place.conversationId)
  }

  /** Hears what another tab does to it, until the returned function is called. */
  hear(hearer: (turn: Turn) => void): () => void {
    return this.#drafts.hear(this.#place.incidentId, this.#place.conversationId, hearer)
  }
}
