import type { Drafts, LocalDraft, Turn } from './drafts.ts'
import type { Apart } from './offers.svelte.ts'
import type { Kept, SharedHand } from './shared-draft.ts'
import { isBlank, type Sheet } from './sheet.ts'

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
  put(sheet: Sheet, hand: SharedHand | null, apart: readonly Apart[]): boolean {
    const empty = isBlank(sheet) && apart.length === 0
    if (empty) this.drop()
    const kept = hand?.kept() ?? null
    const shared = hand && kept && { ...kept, pair: hand.pair }
    return !empty && this.#drafts.put(this.#place.incidentId, this.#place.conversationId, { ...sheet, shared, apart })
  }

  drop(): void {
    this.#drafts.drop(this.#place.incidentId, this.#place.conversationId)
  }

  /** Hears what another tab does to it, until the returned function is called. */
  hear(hearer: (turn: Turn) => void): () => void {
    return this.#drafts.hear(this.#place.incidentId, this.#place.conversationId, hearer)
  }
}
