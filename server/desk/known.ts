import { type Defect, defectOf } from '@muster/shared/defect.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { StoreUnavailable } from '../store/store.ts'

/** Muster fails at this one message, whatever the store does. */
export class Faulty extends Error {
  override name = 'Faulty'
  /** Under which the log tells more; null where it does not. */
  readonly reference: string | null

  constructor(sentence: string, reference: string | null) {
    super(sentence)
    this.reference = reference
  }
}

export function defectIn({ message, reference }: Faulty): Defect {
  return defectOf('fault', message, reference === null ? {} : { name: reference })
}

/** What became of a command of intake: it is stored, or that is thrown. */
export function known(outcome: Outcome): Extract<Outcome, { type: 'done' }> {
  if (outcome.type === 'done') return outcome
  if (outcome.type !== 'unavailable') throw new Faulty(`It was answered ${outcome.type}.`, null)
  if (outcome.faulty) throw new Faulty(`Muster failed at storing it (${outcome.reference}).`, outcome.reference)
  throw new StoreUnavailable(outcome.sentence)
}
