import fc from 'fast-check'
import { deeds, everybody, type Step } from './gate-deeds.ts'
import { mostTexts } from './gate-texts.ts'

/** The common ones more often, so that replies get to leave at all. */
const often: Partial<Record<Step['do'], number>> = {
  claim: 6,
  next: 4,
  save: 6,
  hand: 4,
  release: 2,
  submit: 14,
  askReview: 5,
  override: 4,
  recall: 2,
  read: 9,
  readNext: 4,
  approve: 14,
  overrule: 5,
  take: 18,
  sent: 4,
  clock: 14,
  publish: 2,
  word: 2,
  level: 2,
  pairUp: 2,
  sitDown: 5,
  again: 4,
}
const names = [...(Object.keys(deeds) as Step['do'][]), 'again', 'crash', 'clock'] as const
const weighted = [...names].flatMap(name => Array.from({ length: often[name] ?? 1 }, () => name))

export const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom(...weighted),
  who: fc.nat(everybody.length - 1),
  pick: fc.nat(5),
  text: fc.nat(mostTexts - 1),
  slip: fc.nat(9),
  node: fc.constantFrom(0 as const, 1 as const),
  along: fc.boolean(),
})
