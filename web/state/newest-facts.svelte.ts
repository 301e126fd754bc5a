import type { Facts } from '@muster/shared/incident.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { Room } from './room.svelte.ts'

/** The facts a text stands under: a refusal may bring newer ones before the log does. */
export class NewestFacts {
  readonly #room: Room
  #refusedBy = $state.raw<Facts | null>(null)

  constructor(room: Room) {
    this.#room = room
  }

  /** The newest facts this screen heard of. */
  get now(): Facts {
    const { facts } = this.#room
    return this.#refusedBy !== null && this.#refusedBy.epoch > facts.epoch ? this.#refusedBy : facts
  }

  learn(refusal: Refusal): void {
    if (refusal.code === 'guidance-changed') this.#refusedBy = refusal.facts
  }
}
