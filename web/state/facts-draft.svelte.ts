import type { Facts } from '@muster/shared/incident.ts'
import type { Begun } from './begun.ts'
import type { Courier } from './courier.ts'
import { lines } from './lines.ts'
import { localTime, momentOf } from './local-time.ts'
import { type PatternRow, PatternRows } from './pattern-rows.svelte.ts'
import type { Room } from './room.svelte.ts'
import { outcomeSentence } from './sentences.ts'

type Said = Pick<Facts, 'know' | 'maySay' | 'mustNotSay' | 'mustNotMatch' | 'example' | 'nextUpdateAt'>

type Fields = Record<'know' | 'maySay' | 'mustNotSay' | 'example' | 'nextUpdate', string>

/** The fields as they were left, and the facts they were written over. */
export type FactsForm = { base: Facts; fields: Fields; patterns?: PatternRow[] }

/** Facts somebody is changing, over those they were looking at. Others' facts are never overwritten unseen. */
export class FactsDraft {
  readonly #room: Room
  readonly #courier: Courier
  readonly #begun: Begun<FactsForm>
  #base: Facts
  #newer = $state.raw<Facts | null>(null)
  #busy = $state(false)
  #trouble = $state<string | null>(null)
  readonly patterns = new PatternRows()
  know = $state('')
  maySay = $state('')
  mustNotSay = $state('')
  example = $state('')
  nextUpdate = $state('')

  constructor(room: Room, courier: Courier, begun: Begun<FactsForm>) {
    this.#room = room
    this.#courier = courier
    this.#begun = begun
    const kept = begun.get()
    this.#base = $state.raw(kept?.base ?? room.facts)
    this.#show(this.#base)
    if (kept) Object.assign(this, kept.fields)
    if (kept?.patterns) this.patterns.rows = kept.patterns
  }

  get base(): Facts {
    return this.#base
  }

  /** Facts published by somebody else over which this draft has not been decided. */
  get newer(): Facts | null {
    return this.#newer
  }

  get busy(): boolean {
    return this.#busy
  }

  get trouble(): string | null {
    return this.#trouble
  }

  get changed(): boolean {
    const { know, maySay, mustNotSay, mustNotMatch, example, nextUpdateAt } = this.#base
    if (this.know !== know || this.maySay !== maySay || this.example !== example) return true
    if (JSON.stringify(this.patterns.typed) !== JSON.stringify(mustNotMatch)) return true
    return lines(this.mustNotSay).join('\n') !== mustNotSay.join('\n') || this.nextUpdate !== localTime(nextUpdateAt)
  }

  /** In this browser, for as long as it is unpublished. */
  keep(): void {
    const { know, maySay, mustNotSay, example, nextUpdate } = this
    const text = [maySay, know, mustNotSay, example].filter(Boolean).join('\n\n')
    if (!this.changed) this.#begun.drop()
    else {
      const patterns = $state.snapshot(this.patterns.rows)
      this.#begun.put(text, { base: this.#base, fields: { know, maySay, mustNotSay, example, nextUpdate }, patterns })
    }
  }

  /**
   * New facts replace an untouched draft, and stand beside a touched one. A wording raises the epoch of the same facts. One's
   * own come with the log before or after the answer: what was typed since stays, over them.
   */
  follow(facts: Facts): void {
    if (this.#busy || facts.epoch <= this.#base.epoch) return
    if (says(facts, this.#base)) this.#base = facts
    else if (this.changed && !says(facts, this.#typed())) this.#newer = facts
    else this.#show(facts)
  }

  /** Something more we may say, after what was there. */
  append(text: string): void {
    this.maySay = [this.maySay.trimEnd(), text].filter(Boolean).join('\n\n')
  }

  /** A moment as the field for the next update takes it. */
  updateAt(at: number): void {
    this.nextUpdate = localTime(at)
  }

  takeNewer(): void {
    this.#show(this.#newer ?? this.#room.facts)
  }

  keepMine(): void {
    this.#base = this.#newer ?? this.#base
    this.#newer = null
    this.#trouble = null
  }

  async publish(): Promise<void> {
    if (this.#busy || this.#newer !== null || !this.changed) return
    this.#busy = true
    await this.#send(this.#typed())
    this.#busy = false
  }

  async #send(said: Said): Promise<void> {
    const { epoch } = this.#base
    const outcome = await this.#courier.send({ type: 'facts/publish', incidentId: this.#room.id, epoch, ...said })
    this.#trouble = null
    this.patterns.forget()
    if (outcome.type === 'done') this.#base = { ...this.#base, ...said }
    else if (outcome.type === 'refused' && outcome.refusal.code === 'guidance-changed') {
      await this.#overtaken(outcome.refusal.facts, said)
    } else if (!this.patterns.complain(outcome)) this.#trouble = outcomeSentence(outcome)
  }

  /** Where a wording alone came first nothing of another is lost: ours go over the same facts. */
  async #overtaken(facts: Facts | null, said: Said): Promise<void> {
    const same = facts !== null && facts.epoch > this.#base.epoch && says(facts, this.#base)
    if (!same) {
      this.#newer = facts
      return
    }
    this.#base = facts
    await this.#send(said)
  }

  #typed(): Said {
    const { know, maySay, example } = this
    const never = { mustNotSay: lines(this.mustNotSay), mustNotMatch: this.patterns.typed }
    return { know, maySay, ...never, example, nextUpdateAt: momentOf(this.nextUpdate) }
  }

  #show(facts: Facts): void {
    this.#base = facts
    this.#newer = null
    this.#trouble = null
    this.know = facts.know
    this.maySay = facts.maySay
    this.mustNotSay = facts.mustNotSay.join('\n')
    this.patterns.show(facts.mustNotMatch)
    this.example = facts.example
    this.nextUpdate = localTime(facts.nextUpdateAt)
  }
}

/** Whether both say the same, under whichever epoch. */
function says(one: Said, other: Said): boolean {
  return text(one) === text(other)
}

function text({ know, maySay, mustNotSay, mustNotMatch, example, nextUpdateAt }: Said): string {
  return JSON.stringify([know, maySay, mustNotSay, mustNotMatch, example, nextUpdateAt])
}
