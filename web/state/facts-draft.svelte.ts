import type { Facts } from '@muster/shared/incident.ts'
import type { Courier } from './courier.ts'
import { lines } from './lines.ts'
import type { Room } from './room.svelte.ts'
import { outcomeSentence } from './sentences.ts'

/** Facts somebody is changing, over those they were looking at. Others' facts are never overwritten unseen. */
export class FactsDraft {
  readonly #room: Room
  readonly #courier: Courier
  #base: Facts
  #newer = $state.raw<Facts | null>(null)
  #busy = $state(false)
  #trouble = $state<string | null>(null)
  know = $state('')
  maySay = $state('')
  mustNotSay = $state('')
  example = $state('')
  nextUpdate = $state('')

  constructor(room: Room, courier: Courier) {
    this.#room = room
    this.#courier = courier
    this.#base = $state.raw(room.facts)
    this.#show(room.facts)
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
    const { know, maySay, mustNotSay, example, nextUpdateAt } = this.#base
    if (this.know !== know || this.maySay !== maySay || this.example !== example) return true
    return lines(this.mustNotSay).join('\n') !== mustNotSay.join('\n') || this.nextUpdate !== localTime(nextUpdateAt)
  }

  /** New facts replace an untouched draft, and stand beside a touched one. A wording raises the epoch of the same facts. */
  follow(facts: Facts): void {
    if (facts.epoch <= this.#base.epoch) return
    if (says(facts, this.#base)) this.#base = facts
    else if (this.changed) this.#newer = facts
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
    const outcome = await this.#courier.send({
      type: 'facts/publish',
      incidentId: this.#room.id,
      epoch: this.#base.epoch,
      ...this.#typed(),
    })
    this.#busy = false
    if (outcome.type === 'done') this.#published()
    else if (outcome.type === 'refused' && outcome.refusal.code === 'guidance-changed') {
      return this.#overtaken(outcome.refusal.facts)
    } else this.#trouble = outcomeSentence(outcome)
  }

  /** Where a wording alone came first nothing of another is lost: ours go over the same facts. */
  async #overtaken(facts: Facts | null): Promise<void> {
    const same = facts !== null && facts.epoch > this.#base.epoch && says(facts, this.#base)
    if (!same) {
      this.#newer = facts
      return
    }
    this.#base = facts
    await this.publish()
  }

  /** The log brings the facts as published; until then the draft stands as it is. */
  #published(): void {
    this.#trouble = null
    const { facts } = this.#room
    this.#show(facts.epoch > this.#base.epoch ? facts : { ...this.#base, ...this.#typed() })
  }

  #typed(): Pick<Facts, 'know' | 'maySay' | 'mustNotSay' | 'example' | 'nextUpdateAt'> {
    const nextUpdateAt = this.nextUpdate === '' ? null : new Date(this.nextUpdate).getTime()
    const { know, maySay, example } = this
    return { know, maySay, mustNotSay: lines(this.mustNotSay), example, nextUpdateAt }
  }

  #show(facts: Facts): void {
    this.#base = facts
    this.#newer = null
    this.#trouble = null
    this.know = facts.know
    this.maySay = facts.maySay
    this.mustNotSay = facts.mustNotSay.join('\n')
    this.example = facts.example
    this.nextUpdate = localTime(facts.nextUpdateAt)
  }
}

/** Whether both say the same, under whichever epoch. */
function says(one: Facts, other: Facts): boolean {
  return text(one) === text(other)
}

function text({ know, maySay, mustNotSay, example, nextUpdateAt }: Facts): string {
  return JSON.stringify([know, maySay, mustNotSay, example, nextUpdateAt])
}

/** As a field of local date and time takes it. */
function localTime(at: number | null): string {
  if (at === null) return ''
  const offset = new Date(at).getTimezoneOffset() * 60_000
  return new Date(at - offset).toISOString().slice(0, 16)
}
