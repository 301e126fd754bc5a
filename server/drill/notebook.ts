import type { Outcome } from '@muster/shared/refusal.ts'
import type { Grant, Submission, Temptation } from './observation.ts'

/** What simulated people write down about what they did and were told. */
export class Notebook {
  readonly grants: Grant[] = []
  readonly submissions: Submission[] = []
  readonly temptations: Temptation[] = []
  readonly claimMs: number[] = []
  readonly refusals: Record<string, number> = {}
  readonly episodes: Record<string, number> = {}

  /** Counts an answer and names it: the refusal's code, or its type. */
  answer(outcome: Outcome | null): string {
    const name = nameOf(outcome)
    if (name !== 'done') this.refusals[name] = (this.refusals[name] ?? 0) + 1
    return name
  }

  episode(name: string): void {
    this.episodes[name] = (this.episodes[name] ?? 0) + 1
  }

  /** Something that must not be accepted was tried. */
  tempted(kind: Temptation['kind'], person: string, outcome: Outcome | null): void {
    this.temptations.push({ kind, person, accepted: outcome?.type === 'done', answer: nameOf(outcome) })
  }
}

function nameOf(outcome: Outcome | null): string {
  if (outcome === null) return 'no answer'
  return outcome.type === 'refused' ? outcome.refusal.code : outcome.type
}
