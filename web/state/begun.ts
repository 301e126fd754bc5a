import type { Drafts, LocalDraft } from './drafts.ts'

export type Kept<Form> = { form: Form; savedAt: number }

/**
 * One half-written text that is no reply, in this browser beside the replies: whatever drops those drops it too. `text` is
 * what of it is shown where the server cannot be reached, `form` the whole. `forMs`: how long it is kept, if no longer than
 * the rest.
 */
export class Begun<Form> {
  readonly #drafts: Drafts
  readonly #incidentId: string
  readonly #name: string
  readonly #now: () => number
  readonly #forMs: number | null
  #kept = false

  constructor(drafts: Drafts, incidentId: string, name: string, now: () => number, forMs: number | null = null) {
    this.#drafts = drafts
    this.#incidentId = incidentId
    this.#name = name
    this.#now = now
    this.#forMs = forMs
  }

  /** From then on it is this tab's, too. */
  get(): Form | null {
    const form = this.#found()?.form ?? null
    this.#kept = form !== null
    return form
  }

  /** When it was last kept, ms since the epoch; null where nothing is. */
  since(): number | null {
    return this.#found()?.savedAt ?? null
  }

  put(text: string, form: Form): void {
    const savedAt = this.#now()
    const draft = { text, form, epoch: 0, savedAt, replyId: null }
    const until = this.#forMs === null ? {} : { until: savedAt + this.#forMs }
    this.#kept = this.#drafts.put(this.#incidentId, this.#name, { ...draft, ...until })
  }

  /** What another tab keeps is not this one's to drop. */
  drop(): void {
    if (this.#kept) this.#drafts.drop(this.#incidentId, this.#name)
    this.#kept = false
  }

  /** What another tab of this browser kept or dropped, and what was there before. */
  hear(hearer: (before: Kept<Form> | null, after: Kept<Form> | null) => void): () => void {
    return this.#drafts.hear(this.#incidentId, this.#name, ({ before, after }) => {
      hearer(keptOf(before), keptOf(after))
    })
  }

  #found(): Kept<Form> | null {
    const draft = this.#drafts.get(this.#incidentId, this.#name)
    return isOver(draft, this.#now()) ? null : keptOf(draft)
  }
}

function keptOf<Form>(draft: LocalDraft | null): Kept<Form> | null {
  return draft?.form === undefined ? null : { form: draft.form as Form, savedAt: draft.savedAt }
}

function isOver(draft: LocalDraft | null, now: number): boolean {
  return draft?.until !== undefined && draft.until <= now
}
