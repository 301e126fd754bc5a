import type { Draft } from '@muster/shared/conversation.ts'
import type { Drafts } from './drafts.ts'

export type Place = { incidentId: string; conversationId: string }

/** Saves a draft on the server; false when it was not saved. */
export type SaveDraft = (text: string, epoch: number) => Promise<boolean>

const betweenSaves = 2_000

/**
 * The text somebody writes to one customer. Every keystroke is kept on this machine; while a claim is held the server
 * gets it too, two seconds after a change at the latest, which also renews the lease.
 */
export class DraftKeeper {
  readonly #drafts: Drafts
  readonly #place: Place
  readonly #save: SaveDraft
  readonly #now: () => number
  #text = $state('')
  #epoch = $state(0)
  #replyId = $state<string | null>(null)
  #kept = $state<'nowhere' | 'here' | 'server'>('nowhere')
  #offered = $state.raw<Draft | null>(null)
  #savedAt = 0
  #saving = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(drafts: Drafts, place: Place, save: SaveDraft, now: () => number) {
    this.#drafts = drafts
    this.#place = place
    this.#save = save
    this.#now = now
    const local = drafts.get(place.incidentId, place.conversationId)
    if (local === null) return
    this.#text = local.text
    this.#epoch = local.epoch
    this.#replyId = local.replyId
    this.#savedAt = local.savedAt
    this.#kept = 'here'
  }

  get text(): string {
    return this.#text
  }

  get blank(): boolean {
    return this.#text.trim() === ''
  }

  /** The guidance its writer had read. */
  get epoch(): number {
    return this.#epoch
  }

  /** The reply it was submitted as. */
  get replyId(): string | null {
    return this.#replyId
  }

  /** Where the newest letter is safe. */
  get kept(): 'nowhere' | 'here' | 'server' {
    return this.#kept
  }

  /** Another draft of the same reply, saved later than this one. */
  get offered(): Draft | null {
    return this.#offered
  }

  /** `epoch` is today's: an empty editor is begun under it. */
  type(text: string, epoch: number): void {
    if (this.blank) this.#epoch = epoch
    this.#text = text
    this.#keep()
    this.#timer ??= setTimeout(() => void this.saveNow(), betweenSaves)
  }

  /** Its writer read the facts of this epoch. */
  read(epoch: number): void {
    this.#epoch = epoch
    this.#keep()
    void this.saveNow()
  }

  async saveNow(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#saving) {
      this.#timer = setTimeout(() => void this.saveNow(), betweenSaves)
      return
    }
    const text = this.#text
    this.#saving = true
    const saved = await this.#save(text, this.#epoch)
    this.#saving = false
    if (saved && text === this.#text) this.#kept = 'server'
  }

  /** What the server has: taken over into an empty editor, offered beside a text that is older. */
  meet(draft: Draft | null): void {
    this.#offered = null
    if (draft === null || draft.text.trim() === '' || draft.text === this.#text) return
    if (this.blank) this.use(draft)
    else if (draft.savedAt > this.#savedAt) this.#offered = draft
  }

  use(draft: Draft): void {
    this.#text = draft.text
    this.#epoch = draft.epoch
    this.#offered = null
    this.#keep()
    this.#kept = 'server'
  }

  submitted(replyId: string): void {
    this.#replyId = replyId
    this.#keep()
  }

  cameBack(): void {
    this.#replyId = null
    this.#keep()
  }

  /** It was sent, or nobody needs it any more. */
  drop(): void {
    this.#text = ''
    this.#replyId = null
    this.#kept = 'nowhere'
    this.#offered = null
    this.#drafts.drop(this.#place.incidentId, this.#place.conversationId)
  }

  stop(): void {
    if (this.#timer !== undefined) void this.saveNow()
  }

  #keep(): void {
    const { incidentId, conversationId } = this.#place
    this.#savedAt = this.#now()
    const draft = { text: this.#text, epoch: this.#epoch, savedAt: this.#savedAt, replyId: this.#replyId }
    if (this.blank) this.#drafts.drop(incidentId, conversationId)
    this.#kept = !this.blank && this.#drafts.put(incidentId, conversationId, draft) ? 'here' : 'nowhere'
  }
}
