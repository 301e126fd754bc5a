import type { Cursor } from '@muster/shared/position.ts'
import { snapshotOf } from '../desk/picture.ts'
import type { Store } from '../store/store.ts'

export type Taken = { text: string; at: Cursor; takenAt: number }

type Surroundings = {
  store: Store
  clock: () => number
  /** How long one is handed out, ms. */
  snapshotMs: number
  /** Whether the room's ring still reaches from there to now. */
  covers: (at: Cursor) => boolean
}

/** A room's snapshot, taken and encoded once for everybody who asks within a while. */
export class SnapshotShare {
  readonly #incidentId: string
  readonly #surroundings: Surroundings
  #last: Taken | null = null
  #taking: Promise<Taken | null> | null = null

  constructor(incidentId: string, surroundings: Surroundings) {
    this.#incidentId = incidentId
    this.#surroundings = surroundings
  }

  /** null where there is no such incident. Throws `StoreUnavailable`. */
  async take(): Promise<Taken | null> {
    const { clock, covers, snapshotMs } = this.#surroundings
    const last = this.#last
    if (last !== null && clock() - last.takenAt < snapshotMs && covers(last.at)) return last
    this.#taking ??= this.#takeNow().finally(() => {
      this.#taking = null
    })
    return this.#taking
  }

  async #takeNow(): Promise<Taken | null> {
    const snapshot = await snapshotOf(this.#surroundings.store, this.#incidentId)
    if (snapshot === null) return null
    this.#last = { text: JSON.stringify(snapshot), at: snapshot.at, takenAt: this.#surroundings.clock() }
    return this.#last
  }
}
