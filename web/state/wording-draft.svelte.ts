import type { Wording, WordingText } from '@muster/shared/incident.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Begun } from './begun.ts'
import type { Courier } from './courier.ts'
import { Errand } from './errand.svelte.ts'
import { textOf } from './library.ts'
import { localTime, momentOf } from './local-time.ts'
import type { Room } from './room.svelte.ts'
import { outcomeSentence } from './sentences.ts'
import { say } from './words.ts'

/** What stands there now instead of what the writer began from: another text, or null when it was retracted. */
type Newer = { wording: Wording | null }

/** What was looked at, or published from here, before anything was typed over it. */
type Base = WordingText & { epoch: number }

/** Empty where it fits any, or lasts. */
type Fields = Record<'title' | 'topic' | 'text' | 'language' | 'channelId' | 'until', string>

/** The fields as they were left, and the wording they were written over. */
export type WordingForm = Fields & { id: string; base: Base | null }

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
  language = $state('')
  channelId = $state('')
  until = $state('')

  constructor(room: Room, courier: Courier, begun: Begun<WordingForm>) {
    this.#room = room
    this.#errand = new Errand(courier)
    this.#begun = begun
    const kept = begun.get()
    if (kept === null) return
    const { id, base, ...fields } = kept
    this.#id = id
    this.#base = base
    Object.assign(this, fields)
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
    return JSON.stringify(this.#fields) !== JSON.stringify(fieldsOf(this.#base))
  }

  /** What somebody proposed has no epoch yet, and is published as it is, too. */
  get ready(): boolean {
    const news = this.changed || this.#base?.epoch === 0
    return news && this.#newer === null && this.title.trim() !== '' && this.text.trim() !== ''
  }

  /** A moment as the field for the last use takes it. */
  lastUntil(at: number): void {
    this.until = localTime(at)
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
    const { title, text } = this
    if (this.#id === null || !this.changed) this.#begun.drop()
    else {
      const form = { id: this.#id, ...this.#fields, base: this.#base }
      this.#begun.put([title, text].filter(Boolean).join('\n\n'), form)
    }
  }

  /** Another's text replaces an untouched draft, and stands beside a touched one. */
  follow(wordings: ReadonlyMap<string, Wording>): void {
    if (this.#id === null || this.#busy || this.#room.facts.epoch < (this.#base?.epoch ?? 0)) return
    const wording = wordings.get(this.#id) ?? null
    if (isSame(wording, this.#newer ? this.#newer.wording : this.#base)) return
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
    const wording = this.#typed(id)
    const { epoch } = room.facts
    this.#busy = true
    const wish = { type: 'wording/publish', incidentId: room.id, epoch, wording } as const
    const outcome = await this.#errand.run(wish, guidanceSentence)
    const done = outcome?.type === 'done'
    if (done && this.#id === id) this.#published(wording, epoch + 1)
    this.#busy = false
    return done
  }

  /** What was typed while it was under way stays, over what was published. */
  #published(wording: WordingText, epoch: number): void {
    this.#base = { ...wording, epoch }
    if (!this.changed) this.close()
  }

  #show(wording: Wording | null): void {
    this.#base = wording
    this.#newer = null
    this.#errand.forget()
    Object.assign(this, fieldsOf(wording))
  }

  get #fields(): Fields {
    const { title, topic, text, language, channelId, until } = this
    return { title, topic, text, language, channelId, until }
  }

  /** The field knows no seconds: where it was not touched, the moment stays as it was. */
  #typed(id: string): WordingText {
    const { title, topic, text, language, channelId, until } = this.#fields
    const former = this.#base?.expiresAt ?? null
    const expiresAt = until === localTime(former) ? former : momentOf(until)
    return {
      id,
      title,
      topic: topic || null,
      text,
      language: language || null,
      channelId: channelId || null,
      expiresAt,
    }
  }
}

function fieldsOf(wording: WordingText | null): Fields {
  const { title = '', topic = null, text = '', language = null, channelId = null, expiresAt = null } = wording ?? {}
  return {
    title,
    topic: topic ?? '',
    text,
    language: language ?? '',
    channelId: channelId ?? '',
    until: localTime(expiresAt),
  }
}

/** What is proposed anew keeps its epoch, 0. */
function isSame(one: Base | null, other: Base | null): boolean {
  if (one === null || other === null) return one === other
  return one.epoch === other.epoch && JSON.stringify(textOf(one)) === JSON.stringify(textOf(other))
}

/** Whoever publishes guidance is not answering a customer: what they must do then is another thing. */
export function guidanceSentence(outcome: Outcome): string | null {
  const overtaken = outcome.type === 'refused' && outcome.refusal.code === 'guidance-changed'
  return overtaken ? say('lead.overtaken') : outcomeSentence(outcome)
}
