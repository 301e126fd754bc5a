import type { Facts } from '@muster/shared/incident.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { DraftKeeper } from './draft-keeper.svelte.ts'
import type { Guidance } from './guidance.svelte.ts'
import { NewestFacts } from './newest-facts.svelte.ts'
import type { Room } from './room.svelte.ts'

/** What one text stands on: the facts its writer had read, and whether they are still the newest. */
export class Footing {
  readonly #keeper: DraftKeeper
  readonly #guidance: Guidance
  readonly #newest: NewestFacts
  #read = $state.raw<Facts | null>(null)

  constructor(keeper: DraftKeeper, room: Room, guidance: Guidance) {
    this.#keeper = keeper
    this.#guidance = guidance
    this.#newest = new NewestFacts(room)
    this.#read = keeper.blank || keeper.sheet.epoch === room.facts.epoch ? room.facts : null
  }

  /** The newest facts this screen heard of. */
  get facts(): Facts {
    return this.#newest.now
  }

  /** The facts the text was written under; null where they are not known any more. */
  get before(): Facts | null {
    const { epoch } = this.#keeper.sheet
    return this.#read?.epoch === epoch ? this.#read : this.#guidance.textOf(epoch)
  }

  get stale(): boolean {
    return !this.#keeper.blank && this.#keeper.sheet.epoch !== this.facts.epoch
  }

  /** An empty text is begun under today's facts: their epoch. */
  begin(): number {
    const { facts } = this
    if (this.#keeper.blank) this.#read = facts
    return facts.epoch
  }

  /** Its writer has read today's. */
  read(): void {
    const { facts } = this
    this.#read = facts
    if (!this.#keeper.blank) this.#keeper.read(facts.epoch)
    void this.#guidance.read()
  }

  learn(refusal: Refusal): void {
    this.#newest.learn(refusal)
  }
}
