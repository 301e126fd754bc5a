import type { Facts } from '@muster/shared/incident.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { newest, saysTheSame } from './briefing.ts'
import { Errand } from './errand.svelte.ts'
import { pickBy } from './pick.ts'
import { type Choice, type Question, questionsOf } from './questions.ts'
import { outcomeSentence } from './sentences.ts'
import type { Visit } from './visit.svelte.ts'
import type { Workplace } from './workplace.svelte.ts'

/**
 * One person's briefing.
 *
 *     reading ──read──► asking ──last right answer──► finishing ──done──► finished
 *        ▲                 │                              │
 *        └─ other facts ───┴──────────────────────────────┘
 *
 * An answer holds while what it was about stays: of other facts only what changed is asked again.
 */
export class Briefing {
  readonly #here: Visit
  readonly #errand: Errand
  readonly #seed: string
  #before: Facts
  #reading = $state(true)
  #refusedBy = $state.raw<Facts | null>(null)
  #answered = $state.raw<ReadonlyMap<string, string>>(new Map())
  #wrong = $state.raw<readonly Choice[]>([])
  #right = $state.raw<Choice | null>(null)
  #finished = $state(false)

  readonly facts: Facts = $derived.by(() => newest(this.#here.room.facts, this.#refusedBy))
  readonly #title = $derived.by(() => this.#here.room.incident.title)
  readonly questions: readonly Question[] = $derived.by(() =>
    questionsOf({ title: this.#title }, this.facts, pickBy(this.#seed)),
  )
  readonly #open = $derived(this.questions.filter(({ asks, basis }) => this.#answered.get(asks) !== basis))

  constructor(here: Visit, work: Workplace) {
    this.#here = here
    this.#errand = new Errand(work.courier)
    this.#seed = work.me.id
    this.#before = $state.raw(here.room.facts)
  }

  /** The facts this person had before them until now: what differs is new to them. */
  get before(): Facts {
    return this.#before
  }

  /** Whether the facts changed under this person's eyes. */
  get changed(): boolean {
    return !saysTheSame(this.before, this.facts)
  }

  get step(): 'reading' | 'asking' | 'finishing' | 'finished' {
    if (this.#finished) return 'finished'
    if (this.#reading || this.changed) return 'reading'
    return this.question === null ? 'finishing' : 'asking'
  }

  /** The one to answer now. */
  get question(): Question | null {
    return this.#open[0] ?? null
  }

  get number(): number {
    return this.questions.length - this.#open.length + 1
  }

  /** The right answer just given. */
  get right(): Choice | null {
    return this.#right
  }

  isWrong(choice: Choice): boolean {
    return this.#wrong.includes(choice)
  }

  get lastWrong(): Choice | null {
    return this.#wrong.at(-1) ?? null
  }

  get busy(): boolean {
    return this.#errand.busy
  }

  get trouble(): string | null {
    return this.#errand.trouble
  }

  /** What is asked next depends on what changed meanwhile. */
  read(): void {
    this.#before = this.facts
    this.#reading = false
    this.#wrong = []
    this.#right = null
    if (this.question === null) void this.finish()
  }

  readAgain(): void {
    this.#reading = true
  }

  answer(choice: Choice): void {
    const { question } = this
    if (question === null || !question.choices.includes(choice)) return
    if (!choice.right) {
      this.#right = null
      this.#wrong = [...this.#wrong, choice]
      return
    }
    this.#wrong = []
    this.#right = choice
    this.#answered = new Map(this.#answered).set(question.asks, question.basis)
    if (this.question === null) void this.finish()
  }

  async finish(): Promise<void> {
    const { id } = this.#here.room
    const outcome = await this.#errand.run({ type: 'briefing/finish', incidentId: id, epoch: this.facts.epoch }, told)
    if (outcome?.type === 'done') {
      this.#here.briefed()
      this.#finished = true
      return
    }
    if (outcome?.type !== 'refused' || outcome.refusal.code !== 'guidance-changed') return
    this.#refusedBy = outcome.refusal.facts
    // The same words under another epoch need no second reading.
    if (this.step === 'finishing' && this.#refusedBy !== null) await this.finish()
  }
}

/** Changed guidance is shown, not told. */
function told(outcome: Outcome): string | null {
  const changed = outcome.type === 'refused' && outcome.refusal.code === 'guidance-changed'
  return changed ? null : outcomeSentence(outcome)
}
