import type { Facts } from '@muster/shared/incident.ts'
import type { Courier } from './courier.ts'
import type { Room } from './room.svelte.ts'

const prefix = 'muster/facts/'

/**
 * What of the facts one person has read: the number is in the roster, for whoever leads; the text they read is kept on
 * this machine, so that they are shown what changed and not four thousand characters again.
 */
export class Guidance {
  readonly #room: Room
  readonly #courier: Courier
  readonly #personId: string
  readonly #key: string
  /** Those that were in force while this screen was open. */
  readonly #met = new Map<number, Facts>()
  #read = $state.raw<Facts | null>(null)
  #asked = $state(0)

  constructor(room: Room, courier: Courier, personId: string) {
    this.#room = room
    this.#courier = courier
    this.#personId = personId
    this.#key = `${prefix}${personId}/${room.id}`
    this.#read = kept(this.#key)
  }

  /** The facts this person read last; null where this machine does not know them. */
  get before(): Facts | null {
    return this.#read
  }

  /** Whether there are facts this person has not said they read. */
  get unread(): boolean {
    if (!this.#room.known || this.#room.incident.state !== 'open') return false
    const self = this.#room.responders.get(this.#personId)
    const { epoch } = this.#room.facts
    return self !== undefined && self.acknowledged < epoch && this.#asked < epoch
  }

  /** The text of the facts of this epoch, if this machine still has it. */
  textOf(epoch: number): Facts | null {
    return this.#read?.epoch === epoch ? this.#read : (this.#met.get(epoch) ?? null)
  }

  /** Whoever published facts has read them, and what this machine keeps must not be older than what they said. */
  follow(): void {
    const { facts } = this.#room
    this.#met.set(facts.epoch, facts)
    const acknowledged = this.#room.responders.get(this.#personId)?.acknowledged ?? 0
    if (acknowledged === facts.epoch) this.#keep()
  }

  async read(): Promise<void> {
    const { epoch } = this.#room.facts
    this.#keep()
    if (!this.unread) return
    this.#asked = epoch
    const outcome = await this.#courier.send({ type: 'facts/acknowledge', incidentId: this.#room.id, epoch })
    if (outcome.type !== 'done' && this.#asked === epoch) this.#asked = 0
  }

  #keep(): void {
    const { facts } = this.#room
    if (this.#read?.epoch === facts.epoch) return
    this.#read = facts
    try {
      localStorage.setItem(this.#key, JSON.stringify(facts))
    } catch {
      // A browser that keeps nothing shows the facts whole.
    }
  }
}

function kept(key: string): Facts | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Facts | null
  } catch {
    return null
  }
}
