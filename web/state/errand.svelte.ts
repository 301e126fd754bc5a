import type { Outcome } from '@muster/shared/refusal.ts'
import type { Courier, Wish } from './courier.ts'
import { outcomeSentence } from './sentences.ts'

/** One command after another from one place of a screen: whether it is under way, and what went wrong with the last. */
export class Errand {
  readonly #courier: Courier
  #busy = $state(false)
  #trouble = $state<string | null>(null)

  constructor(courier: Courier) {
    this.#courier = courier
  }

  get busy(): boolean {
    return this.#busy
  }

  get trouble(): string | null {
    return this.#trouble
  }

  /** Null when one is under way already. */
  async run(wish: Wish, sentence: (outcome: Outcome) => string | null = outcomeSentence): Promise<Outcome | null> {
    if (this.#busy) return null
    this.#busy = true
    const outcome = await this.#courier.send(wish)
    this.#busy = false
    this.#trouble = sentence(outcome)
    return outcome
  }

  /** Whether it was done. */
  async do(wish: Wish): Promise<boolean> {
    return (await this.run(wish))?.type === 'done'
  }

  forget(): void {
    this.#trouble = null
  }
}
