import type { PublicStatus, StatusUpdate } from '@muster/shared/status-page.ts'
import { Errand } from './errand.svelte.ts'
import type { Room } from './room.svelte.ts'
import type { Workplace } from './workplace.svelte.ts'

const ofStatus = { investigating: 'investigating', identified: 'identified', watching: 'monitoring' } as const

/** What the status pages say: written from the facts by one person, let out by another. */
export class PublicWord {
  readonly errand: Errand
  readonly #room: Room
  readonly #workplace: Workplace
  text = $state('')
  status = $state<PublicStatus>('investigating')
  #epoch = $state(0)
  #writing = $state(false)

  constructor(room: Room, workplace: Workplace) {
    this.#room = room
    this.#workplace = workplace
    this.errand = new Errand(workplace.courier)
  }

  /** The newest first. */
  get updates(): StatusUpdate[] {
    return [...this.#room.updates.values()].sort((one, other) => other.proposedAt - one.proposedAt)
  }

  get writing(): boolean {
    return this.#writing
  }

  /** Whether the facts it was begun from are today's no more. */
  get overtaken(): boolean {
    return this.#epoch !== this.#room.facts.epoch
  }

  /** Begins with what may be said. */
  begin(): void {
    const { incident, facts } = this.#room
    this.text = facts.maySay
    this.status = incident.state === 'resolved' ? 'resolved' : ofStatus[incident.status]
    this.#epoch = facts.epoch
    this.#writing = true
  }

  /** Takes the words of today's facts in place of those it was begun with. */
  close(): void {
    this.#writing = false
  }

  async propose(): Promise<void> {
    const { text, status } = this
    const done = await this.errand.do({
      type: 'status/propose',
      incidentId: this.#room.id,
      epoch: this.#epoch,
      text,
      status,
    })
    if (done) this.#writing = false
  }

  /** Nobody lets out what they wrote themselves. */
  mayApprove({ state, proposedBy }: StatusUpdate): boolean {
    return state === 'proposed' && proposedBy.id !== this.#workplace.me.id
  }

  async approve({ id: updateId, epoch }: StatusUpdate): Promise<void> {
    await this.errand.do({ type: 'status/approve', incidentId: this.#room.id, updateId, epoch })
  }

  async decline({ id: updateId }: StatusUpdate): Promise<void> {
    await this.errand.do({ type: 'status/decline', incidentId: this.#room.id, updateId })
  }

  async settle({ id: updateId }: StatusUpdate, pageId: string, published: boolean): Promise<void> {
    await this.errand.do({ type: 'status/settle', incidentId: this.#room.id, updateId, pageId, published })
  }
}
