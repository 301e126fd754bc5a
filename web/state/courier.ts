import type { Command } from '@muster/shared/command.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Connection } from './connection.svelte.ts'
import { say } from './words.ts'

const usualPatience = 20_000
const pause = 1_000

/** A command as a screen says it: the courier gives it its id. */
export type Wish = Command extends infer Each ? (Each extends { id: string } ? Omit<Each, 'id'> : never) : never

/** Bytes. The server cuts the line of a screen that sends more. */
const longest = 65_000

const tooLong = (): Outcome => ({ type: 'invalid', issues: [{ field: 'text', expected: say('issue.shorter') }] })
const unanswered = (): Outcome => ({ type: 'unavailable', sentence: say('trouble.unanswered'), reference: '' })

/**
 * Carries commands to the server and brings the answer back. A command nobody answered is sent again with the same id,
 * after reconnecting if need be: the server acts on an id once and repeats its first answer.
 */
export class Courier {
  readonly #connection: Connection
  readonly #hearers = new Set<(wish: Wish, outcome: Outcome) => void>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Hears every answer, whoever asked. */
  hear(hearer: (wish: Wish, outcome: Outcome) => void): () => void {
    this.#hearers.add(hearer)
    return () => this.#hearers.delete(hearer)
  }

  /**
   * Gives up after `patienceMs`; the outcome then is `unavailable`, and whether it was done is unknown. What is sent once more
   * under the same `id` is done once.
   */
  async send(wish: Wish, patienceMs = usualPatience, id: string = crypto.randomUUID()): Promise<Outcome> {
    const outcome = await this.#bring({ ...wish, id }, patienceMs)
    for (const hearer of this.#hearers) hearer(wish, outcome)
    return outcome
  }

  async #bring(command: Command, patienceMs: number): Promise<Outcome> {
    if (new TextEncoder().encode(JSON.stringify(command)).length > longest) return tooLong()
    const deadline = performance.now() + patienceMs
    for (;;) {
      const outcome = await this.#connection.command(command)
      const left = deadline - performance.now()
      if (outcome && (outcome.type !== 'unavailable' || outcome.faulty || left <= 0)) return outcome
      if (left <= 0) return unanswered()
      if (outcome) await new Promise(resolve => setTimeout(resolve, pause))
      else await this.#connection.awaitLive(left)
    }
  }
}
