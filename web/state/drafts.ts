import type { Hands } from './hands.ts'
import type { Apart } from './offers.svelte.ts'
import type { Kept } from './shared-draft.ts'
import type { UsedWording } from './wording.ts'

const prefix = 'muster/draft/'
const keptFor = 7 * 24 * 60 * 60 * 1_000

/** What somebody typed, on this machine. `replyId` once it was submitted: it stays until that reply was sent. */
export type LocalDraft = {
  text: string
  /** The guidance its writer had read. */
  epoch: number
  savedAt: number
  replyId: string | null
  /** Missing in one that an older page kept. */
  hands?: Hands
  /** Those put into it, as they were then. */
  wordings?: readonly UsedWording[]
  /** The returned reply whose comments its writer put aside. */
  aside?: string | null
  /** As what it was shared with somebody else, and in which pair. */
  shared?: (Kept & { pair: string }) | null
  /** What was written apart from what was shared, and its writer has not decided on. */
  apart?: readonly Apart[]
  /** Of a text that is no reply: its form, as whoever leads left it. */
  form?: unknown
  /** When it is over, if sooner than the rest; ms since the epoch. */
  until?: number
}

/** What another tab of this browser kept, or dropped, and what was there before. */
export type Turn = { before: LocalDraft | null; after: LocalDraft | null }

export type KeptDraft = LocalDraft & { id: string }

/** Drafts in this browser, kept on every keystroke, so that no loss of connection or claim loses a word. */
export class Drafts {
  readonly #personId: string
  readonly #storage: Storage

  constructor(personId: string, now: number, storage: Storage = localStorage) {
    this.#personId = personId
    this.#storage = storage
    for (const key of this.#keys('')) {
      const draft = this.#read(key)
      if (!draft || draft.savedAt < now - keptFor || (draft.until ?? now) < now) storage.removeItem(key)
    }
  }

  get(incidentId: string, conversationId: string): LocalDraft | null {
    return this.#read(this.#key(incidentId, conversationId))
  }

  /** False where this browser keeps nothing. */
  put(incidentId: string, conversationId: string, draft: LocalDraft): boolean {
    try {
      this.#storage.setItem(this.#key(incidentId, conversationId), JSON.stringify(draft))
      return true
    } catch {
      return false
    }
  }

  drop(incidentId: string, conversationId: string): void {
    this.#storage.removeItem(this.#key(incidentId, conversationId))
  }

  /** Hears what another tab of this person does to one draft; a tab that was frozen hears it when it wakes. */
  hear(incidentId: string, conversationId: string, hearer: (turn: Turn) => void): () => void {
    const key = this.#key(incidentId, conversationId)
    const listener = (event: StorageEvent) => {
      if (event.key === key) hearer({ before: parsed(event.oldValue), after: parsed(event.newValue) })
    }
    window.addEventListener('storage', listener)
    return () => window.removeEventListener('storage', listener)
  }

  /** How many texts of this person wait here unsent. */
  count(): number {
    return this.#keys(`${this.#personId}/`).length
  }

  /** Every text of this person that is kept here, the newest first. */
  all(): KeptDraft[] {
    return this.#keys(`${this.#personId}/`)
      .flatMap(key => {
        const draft = this.#read(key)
        return draft === null ? [] : textsOf({ ...draft, id: key.slice(prefix.length) })
      })
      .sort((one, other) => other.savedAt - one.savedAt)
  }

  dropAll(): void {
    for (const key of this.#keys(`${this.#personId}/`)) this.#storage.removeItem(key)
  }

  #key(incidentId: string, conversationId: string): string {
    return `${prefix}${this.#personId}/${incidentId}/${conversationId}`
  }

  #keys(under: string): string[] {
    return Object.keys(this.#storage).filter(key => key.startsWith(prefix + under))
  }

  #read(key: string): LocalDraft | null {
    return parsed(this.#storage.getItem(key))
  }
}

/** One, and beside it what was written apart. */
function textsOf(draft: KeptDraft): KeptDraft[] {
  const apart = (draft.apart ?? []).map((each, index) => ({
    ...draft,
    ...each,
    id: `${draft.id}/apart/${index}`,
    replyId: null,
  }))
  return apart.length > 0 && draft.text.trim() === '' ? apart : [draft, ...apart]
}

function parsed(value: string | null): LocalDraft | null {
  try {
    return JSON.parse(value ?? 'null') as LocalDraft | null
  } catch {
    return null
  }
}
