import type { Outcome } from '@muster/shared/refusal.ts'
import { StoreUnavailable } from '../store/store.ts'

/** Muster fails at this one message, whatever the store does. */
export class Faulty extends Error {
  override name = 'Faulty'
}

/** What became of a command of intake: it is stored, or that is thrown. */
export function known(outcome: Outcome): Extract<Outcome, { type: 'done' }> {
  if (outcome.type === 'done') return outcome
  if (outcome.type !== 'unavailable') throw new Faulty(`It was answered ${outcome.type}.`)
  if (outcome.faulty) throw new Faulty(`Muster failed at storing it (${outcome.reference}).`)
  throw new StoreUnavailable(outcome.sentence)
}
