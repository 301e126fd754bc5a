import type { Training } from '@muster/shared/training.ts'
import type { Begun } from './begun.ts'
import type { Courier } from './courier.ts'
import { Errand } from './errand.svelte.ts'
import type { Room } from './room.svelte.ts'
import { fieldsFrom, type TrainingFields, trainingFrom } from './training-form.ts'

/** The figures as they were left, and the rules they were written over. */
export type TrainingForm = { base: Training; fields: TrainingFields }

/** The rules by which new people grow, as somebody changes them. Another's change is never overwritten unseen. */
export class TrainingDraft {
  readonly #room: Room
  readonly #errand: Errand
  readonly #begun: Begun<TrainingForm>
  #busy = $state(false)
  #base: Training
  #newer = $state.raw<Training | null>(null)
  fields: TrainingFields

  constructor(room: Room, courier: Courier, begun: Begun<TrainingForm>) {
    this.#room = room
    this.#errand = new Errand(courier)
    this.#begun = begun
    const kept = begun.get()
    this.#base = $state.raw(kept?.base ?? room.incident.policy.training)
    this.fields = $state(kept?.fields ?? fieldsFrom(this.#base))
  }

  get newer(): Training | null {
    return this.#newer
  }

  get busy(): boolean {
    return this.#busy
  }

  get trouble(): string | null {
    return this.#errand.trouble
  }

  get changed(): boolean {
    return !says(this.fields, fieldsFrom(this.#base))
  }

  /** Every figure is one the rules take. */
  get sound(): boolean {
    return trainingFrom(this.fields, this.#base) !== null
  }

  /** In this browser, for as long as it is unpublished. */
  keep(): void {
    const fields = $state.snapshot(this.fields)
    if (!this.changed) this.#begun.drop()
    else this.#begun.put(Object.values(fields).join('\n'), { base: this.#base, fields })
  }

  follow(training: Training): void {
    if (this.#busy || says(training, this.#newer ?? this.#base)) return
    if (!this.changed || says(fieldsFrom(training), this.fields)) this.#show(training)
    else this.#newer = training
  }

  takeNewer(): void {
    this.#show(this.#newer ?? this.#room.incident.policy.training)
  }

  keepMine(): void {
    this.#base = this.#newer ?? this.#base
    this.#newer = null
  }

  /** Whether it was done. */
  async publish(): Promise<boolean> {
    const training = trainingFrom(this.fields, this.#base)
    if (this.#busy || training === null || !this.changed || this.#newer !== null) return false
    this.#busy = true
    const done = await this.#errand.do({ type: 'incident/change', incidentId: this.#room.id, training })
    if (done) this.#base = training
    this.#busy = false
    return done
  }

  #show(training: Training): void {
    this.#base = training
    this.#newer = null
    this.#errand.forget()
    this.fields = fieldsFrom(training)
  }
}

/** Whether both say the same, in whatever order their parts stand. */
function says(one: object, other: object): boolean {
  const sorted = (whole: object) => JSON.stringify(Object.entries(whole).sort(([a], [b]) => (a < b ? -1 : 1)))
  return sorted(one) === sorted(other)
}
