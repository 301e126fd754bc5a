import type { Outcome } from '@muster/shared/refusal.ts'
import type { RoomCommand } from '../domain/decide.ts'
import type { Actor, Context } from '../domain/decision.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import { type Asked, type Decided, Draw } from './draw.ts'
import { Line } from './line.ts'
import { voiced } from './voice.ts'

export type Surroundings = {
  /** A number from 0 up to 1. */
  random: () => number
  length: Context['length']
  sameness: Context['sameness']
  /** Hears of what nobody expected; answers the reference a person can quote. */
  fault: (error: unknown, about: string) => string
}

type Waiting = Asked & { answer: (outcome: Outcome) => void; attempts: number }

type Recalled = { seq: number; answer: Record<string, unknown> }

const mostInABatch = 512
const mostAttempts = 100

/** One room's commands, in batches, one batch at a time. */
export class Room {
  readonly #name: string
  readonly #store: Store
  readonly #surroundings: Surroundings
  #waiting: Waiting[] = []
  #working: Promise<void> | null = null

  constructor(name: string, store: Store, surroundings: Surroundings) {
    this.#name = name
    this.#store = store
    this.#surroundings = surroundings
  }

  handle(command: RoomCommand, actor: Actor): Promise<Outcome> {
    return new Promise(answer => {
      this.#waiting.push({ command, actor, answer, attempts: 0 })
      this.#working ??= this.#work()
    })
  }

  async settled(): Promise<void> {
    while (this.#working !== null) await this.#working
  }

  async #work(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, mostInABatch)
      try {
        await this.#round(batch)
      } catch (error) {
        this.#failed(batch, error)
      }
    }
    this.#working = null
  }

  async #round(batch: Waiting[]): Promise<void> {
    const draw = new Draw(this.#name, this.#store, this.#surroundings)
    const line = await Line.read(this.#store, this.#name, batch, this.#surroundings.random)
    const decided = await draw.decide(batch, line)
    const changes = decided.flatMap(({ change }) => change ?? [])
    const committed = changes.length === 0 ? [] : await this.#store.commit(this.#name, changes)
    let next = 0
    let doubtful = false
    const unchanged: [Waiting, Outcome][] = []
    const repeated: [Waiting, Recalled][] = []
    for (const [index, waiting] of batch.entries()) {
      const judged = decided[index] as Decided
      if (judged.change === null) {
        // A no that rested on a change which then did not happen is no answer yet.
        if (doubtful) this.#again(waiting)
        else unchanged.push([waiting, judged.outcome])
        continue
      }
      const result = committed[next++]
      if (result?.type === 'committed') waiting.answer({ type: 'done', seq: result.seq, answer: judged.answer })
      else if (result?.type === 'repeated') repeated.push([waiting, result])
      else {
        doubtful = true
        this.#again(waiting)
      }
    }
    await this.#answerUnchanged(unchanged)
    await this.#answerAgain(repeated)
  }

  /** A command that changes nothing now may have done its work when it was first given: then that is its answer. */
  async #answerUnchanged(unchanged: [Waiting, Outcome][]): Promise<void> {
    if (unchanged.length === 0) return
    const first = await this.#store.recall(
      this.#name,
      unchanged.map(([{ command }]) => command.id),
    )
    const repeated: [Waiting, Recalled][] = []
    for (const [index, [waiting, outcome]] of unchanged.entries()) {
      const recalled = first[index]
      if (recalled) repeated.push([waiting, recalled])
      else waiting.answer(outcome)
    }
    await this.#answerAgain(repeated)
  }

  /** What was answered first, but for what customers said: that is as it is today. */
  async #answerAgain(repeated: readonly [Waiting, Recalled][]): Promise<void> {
    const first = repeated.map(([, { answer }]) => answer)
    const answers = await voiced(this.#store, this.#name, first)
    for (const [index, [waiting, { seq, answer }]] of repeated.entries()) {
      waiting.answer({ type: 'done', seq, answer: answers[index] ?? answer })
    }
  }

  #again(waiting: Waiting): void {
    waiting.attempts++
    if (waiting.attempts < mostAttempts) this.#waiting.push(waiting)
    else this.#failed([waiting], new StoreUnavailable(`still stale after ${mostAttempts} attempts`))
  }

  #failed(batch: readonly Waiting[], error: unknown): void {
    const reference = this.#surroundings.fault(error, batch[0]?.command.type ?? 'nothing')
    const sentence =
      'Muster could not reach its store. Nothing is known to have changed and your text is safe; try again.'
    for (const { answer } of batch) answer({ type: 'unavailable', sentence, reference })
  }
}
