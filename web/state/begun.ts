import type { Drafts } from './drafts.ts'

/**
 * One half-written text that is no reply, in this browser beside the replies: whatever drops those drops it too. `text` is
 * what of it is shown where the server cannot be reached, `form` the whole.
 */
export class Begun<Form> {
  readonly #drafts: Drafts
  readonly #incidentId: string
  readonly #name: string
  readonly #now: () => number
  #kept = false

  constructor(drafts: Drafts, incidentId: string, name: string, now: () => number) {
    this.#drafts = drafts
    this.#incidentId = incidentId
    this.#name = name
    this.#now = now
  }

  get(): Form | null {
    const form = this.#drafts.get(this.#incidentId, this.#name)?.form ?? null
    this.#kept = form !== null
    return form as Form | null
  }

  /** When it was last kept, ms since the epoch; null where nothing is. */
  since(): number | null {
    return this.#drafts.get(this.#incidentId, this.#name)?.savedAt ?? null
  }

  put(text: string, form: Form): void {
    const draft = { text, form, epoch: 0, savedAt: this.#now(), replyId: null }
    this.#kept = this.#drafts.put(this.#incidentId, this.#name, draft)
  }

  /** What another tab keeps is not this one's to drop. */
  drop(): void {
    if (this.#kept) this.#drafts.drop(this.#incidentId, this.#name)
    this.#kept = false
  }
}
