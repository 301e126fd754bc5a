import type { GateReason, Outcome } from '@muster/shared/refusal.ts'
import type { Courier, Wish } from './courier.ts'
import { outcomeSentence } from './sentences.ts'

export type Problem = { errand: Errand | null; sentence: string; reasons: readonly GateReason[] }
export type Errand =
  | 'claiming'
  | 'releasing'
  | 'handing-over'
  | 'asking'
  | 'sending'
  | 'approving'
  | 'returning'
  | 'taking-back'
  | 'pairing'
  | 'leaving'

/** They say in their own place what went wrong. */
const apart: readonly (Errand | null)[] = ['asking', 'handing-over']

/** What somebody asks of the server about one conversation: one thing at a time, and what went wrong with the last. */
export class Errands {
  readonly #courier: Courier
  #busy = $state<Errand | null>(null)
  #problem = $state.raw<Problem | null>(null)

  constructor(courier: Courier) {
    this.#courier = courier
  }

  get busy(): Errand | null {
    return this.#busy
  }

  /** What is told beside the text. */
  get problem(): Problem | null {
    return this.#problem && apart.includes(this.#problem.errand) ? null : this.#problem
  }

  problemWith(errand: Errand): Problem | null {
    return this.#problem?.errand === errand ? this.#problem : null
  }

  settle(): void {
    this.#problem = null
  }

  complain(outcome: Outcome, errand: Errand | null = null): void {
    const sentence = outcomeSentence(outcome)
    const reasons = outcome.type === 'refused' && outcome.refusal.code === 'gate' ? outcome.refusal.reasons : []
    this.#problem = sentence === null ? null : { errand, sentence, reasons }
  }

  /** Null while another errand is under way. */
  async run(errand: Errand, wish: () => Promise<Wish> | Wish, patienceMs?: number): Promise<Outcome | null> {
    if (this.#busy) return null
    this.#busy = errand
    const outcome = await this.#courier.send(await wish(), patienceMs)
    this.#busy = null
    this.complain(outcome, errand)
    return outcome
  }

  /** Beside everything else, and without a word unless it went wrong. */
  async aside(wish: Wish): Promise<Outcome> {
    const outcome = await this.#courier.send(wish)
    if (outcome.type !== 'done') this.complain(outcome)
    return outcome
  }
}
