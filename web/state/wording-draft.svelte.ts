import type { Wording, WordingText } from '@muster/shared/incident.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Begun } from './begun.ts'
import type { Courier } from './courier.ts'
import { Errand } from './errand.svelte.ts'
import type { Room } from './room.svelte.ts'
import { outcomeSentence } from './sentences.ts'
import { say } from './words.ts'

/** What stands there now instead of what the writer began from: another text, or null when it was retracted. */
type Newer = { wording: Wording | null }

/** What was looked at, or published from here, before anything was typed over it. */
type Base = WordingText & { epoch: number }

/** The fields as they were left, and the wording they were written over. */
export type WordingForm = Record<'id' | 'title' | 'topic' | 'text', string> & { base: Base | null }

/** A wording somebody writes, new or over the one they were looking at. Another's is never overwritten unseen. */
export class WordingDraft {
  readonly #room: Room
  readonly #errand: Errand
  readonly #begun: Begun<WordingForm>
  #busy = $state(false)
  #id = $state<string | null>(null)
  #base = $state.raw<Base | null>(null)
  #newer = $state.raw<Newer | null>(null)
  title = $state('')
  topic = $state('')
  text = $state('')

  constructor(room: Room, courier: Courier, begun: Begun<WordingForm>) {
    this.#room = room
    this.#errand = new Errand(courier)
    this.#begun = begun
    const kept = begun.get()
    if (kept === null) return
    this.#id = kept.id
    this.#base = kept.base
    this.title = kept.title
    this.topic = kept.topic
    this.text = kept.text
  }

  /** The wording that is written; null while none is. */
  get id(): string | null {
    return this.#id
  }

  get base(): Base | null {
    return this.#base
  }

  get newer(): Newer | null {
    return this.#newer
  }

  get busy(): boolean {
    return this.#busy
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

  /** In this browser, for as long as it is unpublished. */
  keep(): void {
    const { title, topic, text } = this
    if (this.#id === null || !this.changed) this.#begun.drop()
    else
      this.#begun.put([title, text].filter(Boolean).join('\n\n'), {
        id: this.#id,
        title,
        topic,
        text,
        base: this.#base,
      })
  }

  /** Another's text replaces an untouched draft, and stands beside a touched one. */
  follow(wordings: ReadonlyMap<string, Wording>): void {
    if (this.#id === null || this.#busy || this.#room.facts.epoch < (this.#base?.epoch ?? 0)) return
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
    if (id === null || !this.ready || this.#busy) return false
    const { language = null, channelId = null, expiresAt = null } = this.#base ?? {}
    const wording = {
      id,
      title: this.title,
      topic: this.topic || null,
      text: this.text,
      language,
      channelId,
      expiresAt,
    }
    const { epoch } = room.facts
    this.#busy = true
    const wish = { type: 'wording/publish', incidentId: room.id, epoch, wording } as const
    const outcome = await this.#errand.run(wish, guidanceSentence)
    const done = outcome?.type === 'done'
    if (done && this.#id === id) this.#published({ ...wording, epoch: epoch + 1 })
    this.#busy = false
    return done
  }

  /** What was typed while it was under way stays, over what was published. */
  #published(base: Base): void {
    this.#base = base
    if (!this.changed) this.close()
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
