import type { Wording } from '@muster/shared/incident.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Courier } from './courier.ts'
import { Errand } from './errand.svelte.ts'
import type { Room } from './room.svelte.ts'
import { outcomeSentence } from './sentences.ts'
import { say } from './words.ts'

/** What stands there now instead of what the writer began from: another text, or null when it was retracted. */
type Newer = { wording: Wording | null }

/** A wording somebody writes, new or over the one they were looking at. Another's is never overwritten unseen. */
export class WordingDraft {
  readonly #room: Room
  readonly #errand: Errand
  #id = $state<string | null>(null)
  #base = $state.raw<Wording | null>(null)
  #newer = $state.raw<Newer | null>(null)
  title = $state('')
  topic = $state('')
  text = $state('')

  constructor(room: Room, courier: Courier) {
    this.#room = room
    this.#errand = new Errand(courier)
  }

  /** The wording that is written; null while none is. */
  get id(): string | null {
    return this.#id
  }

  get base(): Wording | null {
    return this.#base
  }

  get newer(): Newer | null {
    return this.#newer
  }

  get busy(): boolean {
    return this.#errand.busy
  }

  get trouble(): string | null {
    return this.#errand.trouble
  }

  get changed(): boolean {
    const { title = '', topic = null, text = '' } = this.#base ?? {}
    return this.title !== title || this.topic !== (topic ?? '') || this.text !== text
  }

  get ready(): boolean {
    return this.changed && this.#newer === null && this.title.trim() !== '' && this.text.trim() !== ''
  }

  begin(wording: Wording | null): void {
    this.#id = wording?.id ?? crypto.randomUUID()
    this.#show(wording)
  }

  close(): void {
    this.#id = null
    this.#show(null)
  }

  /** Another's text replaces an untouched draft, and stands beside a touched one. */
  follow(wordings: ReadonlyMap<string, Wording>): void {
    if (this.#id === null || this.busy) return
    const wording = wordings.get(this.#id) ?? null
    if (wording?.epoch === (this.#newer ? this.#newer.wording : this.#base)?.epoch) return
    if (wording !== null && !this.changed) this.#show(wording)
    else this.#newer = { wording }
  }

  takeNewer(): void {
    const wording = this.#newer?.wording ?? null
    if (wording === null) this.close()
    else this.#show(wording)
  }

  keepMine(): void {
    this.#base = this.#newer?.wording ?? null
    this.#newer = null
  }

  /** True once it is published. */
  async publish(): Promise<boolean> {
    const { room, id } = { room: this.#room, id: this.#id }
    if (id === null || !this.ready) return false
    const wording = { id, title: this.title, topic: this.topic || null, text: this.text }
    const { epoch } = room.facts
    const wish = { type: 'wording/publish', incidentId: room.id, epoch, wording } as const
    const outcome = await this.#errand.run(wish, guidanceSentence)
    if (outcome?.type === 'done') this.close()
    return outcome?.type === 'done'
  }

  #show(wording: Wording | null): void {
    this.#base = wording
    this.#newer = null
    this.#errand.forget()
    this.title = wording?.title ?? ''
    this.topic = wording?.topic ?? ''
    this.text = wording?.text ?? ''
  }
}

/** Whoever publishes guidance is not answering a customer: what they must do then is another thing. */
export function guidanceSentence(outcome: Outcome): string | null {
  const overtaken = outcome.type === 'refused' && outcome.refusal.code === 'guidance-changed'
  return overtaken ? say('lead.overtaken') : outcomeSentence(outcome)
}
