import type { Facts } from '@muster/shared/incident.ts'
import type { GateReason, Outcome } from '@muster/shared/refusal.ts'
import type { PublicStatus, StatusUpdate } from '@muster/shared/status-page.ts'
import type { Begun } from './begun.ts'
import type { Wish } from './courier.ts'
import { Errand } from './errand.svelte.ts'
import type { Room } from './room.svelte.ts'
import { outcomeSentence } from './sentences.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

const ofStatus = { investigating: 'investigating', identified: 'identified', watching: 'monitoring' } as const

/** As it was left, and the facts it was written over. */
export type PublicWordForm = { base: Facts; text: string; status: PublicStatus }

/** What the status pages say: written from the facts by one person, let out by another. */
export class PublicWord {
  readonly errand: Errand
  readonly #room: Room
  readonly #workplace: Workplace
  readonly #begun: Begun<PublicWordForm>
  text = $state('')
  status = $state<PublicStatus>('investigating')
  #base: Facts
  #writing = $state(false)
  #reasons = $state.raw<readonly GateReason[]>([])

  constructor(room: Room, workplace: Workplace, begun: Begun<PublicWordForm>) {
    this.#room = room
    this.#workplace = workplace
    this.#begun = begun
    this.errand = new Errand(workplace.courier)
    const kept = begun.get()
    this.#base = $state.raw(kept?.base ?? room.facts)
    if (kept === null) return
    this.text = kept.text
    this.status = kept.status
    this.#writing = true
  }

  /** The newest first. */
  get updates(): StatusUpdate[] {
    return [...this.#room.updates.values()].sort((one, other) => other.proposedAt - one.proposedAt)
  }

  get writing(): boolean {
    return this.#writing
  }

  /** What went wrong with the last that was asked, and what all of its words keep it from the public. */
  get problem(): { sentence: string; reasons: readonly GateReason[] } | null {
    const { trouble } = this.errand
    return trouble === null ? null : { sentence: trouble, reasons: this.#reasons }
  }

  /** The facts that whoever writes has read. */
  get base(): Facts {
    return this.#base
  }

  /** Whether these are today's no more. A wording raises the epoch of the same facts. */
  get overtaken(): boolean {
    return this.#base.publishedAt !== this.#room.facts.publishedAt
  }

  /** Begins with what may be said. */
  begin(): void {
    this.#base = this.#room.facts
    this.text = this.#base.maySay
    this.status = this.#usualStatus
    this.#writing = true
  }

  /** Goes on with what was written, over today's facts. */
  keepMine(): void {
    this.#base = this.#room.facts
  }

  close(): void {
    this.#writing = false
  }

  /** In this browser, for as long as it is not handed in. */
  keep(): void {
    const { text, status } = this
    const changed = text !== this.#base.maySay || status !== this.#usualStatus
    if (this.#writing && changed) this.#begun.put(text, { base: this.#base, text, status })
    else this.#begun.drop()
  }

  /** What was typed while it was under way stays. */
  async propose(): Promise<void> {
    const { text, status } = this
    const { epoch } = this.overtaken ? this.#base : this.#room.facts
    const incidentId = this.#room.id
    const done = await this.#do({ type: 'status/propose', incidentId, epoch, text, status })
    if (done && this.text === text) this.#writing = false
  }

  /** Nobody lets out what they wrote themselves. */
  mayApprove({ state, proposedBy }: StatusUpdate): boolean {
    return state === 'proposed' && proposedBy.id !== this.#workplace.me.id
  }

  async approve({ id: updateId, epoch }: StatusUpdate): Promise<void> {
    await this.#do({ type: 'status/approve', incidentId: this.#room.id, updateId, epoch })
  }

  async decline({ id: updateId }: StatusUpdate): Promise<void> {
    await this.#do({ type: 'status/decline', incidentId: this.#room.id, updateId })
  }

  async settle({ id: updateId }: StatusUpdate, pageId: string, published: boolean): Promise<void> {
    await this.#do({ type: 'status/settle', incidentId: this.#room.id, updateId, pageId, published })
  }

  async #do(wish: Wish): Promise<boolean> {
    const outcome = await this.errand.run(wish, sentenceOf)
    if (outcome !== null) this.#reasons = reasonsOf(outcome)
    return outcome?.type === 'done'
  }

  get #usualStatus(): PublicStatus {
    const { state, status } = this.#room.incident
    return state === 'resolved' ? 'resolved' : ofStatus[status]
  }
}

function reasonsOf(outcome: Outcome): readonly GateReason[] {
  return outcome.type === 'refused' && outcome.refusal.code === 'gate' ? outcome.refusal.reasons : []
}

function sentenceOf(outcome: Outcome): string | null {
  return reasonsOf(outcome).length > 0 ? say('publicWord.stopped') : outcomeSentence(outcome)
}
