import type { Outcome } from '@muster/shared/refusal.ts'
import { Letters } from './letters.ts'
import type { Approving, Grant, StoppedByEpoch, Submission, Temptation, ToldToWait } from './observation.ts'

/** What simulated people write down about what they did and were told. */
export class Notebook {
  readonly grants: Grant[] = []
  readonly submissions: Submission[] = []
  readonly letters = new Letters()
  /** The drill ends: whoever was writing hands in at once, as nobody would, so what they are told then is not held against anybody. */
  isRushed = false
  readonly approvings: Approving[] = []
  readonly temptations: Temptation[] = []
  readonly toldToWait: ToldToWait[] = []
  readonly stopped: StoppedByEpoch = { drafts: 0, submits: 0, approvals: 0 }
  readonly claimMs: number[] = []
  readonly refusals: Record<string, number> = {}
  readonly episodes: Record<string, number> = {}

  /** All that was written down. */
  get pages() {
    const { grants, submissions, approvings, temptations, toldToWait, stopped, claimMs, refusals, episodes } = this
    return { grants, submissions, approvings, temptations, toldToWait, stopped, claimMs, refusals, episodes }
  }

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
