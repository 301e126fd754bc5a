import { setTimeout as pause } from 'node:timers/promises'
import { voiced, voicedLines } from '../desk/voice.ts'
import { type LogLine, type Store, StoreUnavailable } from '../store/store.ts'
import { lineageOfDeleted, movesIn } from './lineage.ts'
import type { Ring } from './ring.ts'

/** How long to wait after the store did not answer before asking again, in ms. */
const breath = 100

type Surroundings = {
  incidentId: string
  store: Pick<Store, 'read'>
  ring: Ring
  /** Is given each line once it has its words, in order; throws where it does not fit. */
  add: (lines: readonly LogLine[]) => void
  lost: () => void
}

/**
 * The log keeps no words of customers, so each line is given those of today before anybody is told: one handful after
 * another, for they must stay in order. What was taken away is taken out of what was told before as well.
 */
export class Hearing {
  readonly #surroundings: Surroundings
  #last: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  hear(lines: readonly LogLine[]): void {
    this.#last = this.#last.then(() => this.#give(lines)).catch(() => this.#surroundings.lost())
  }

  stop(): void {
    this.#stopped = true
  }

  async #give(lines: readonly LogLine[]): Promise<void> {
    const { store, incidentId, add } = this.#surroundings
    const words = await this.#answered(() => voicedLines(store, incidentId, lines))
    await this.#takeAway(words ?? [])
    if (words !== null && !this.#stopped) add(words)
  }

  async #takeAway(lines: readonly LogLine[]): Promise<void> {
    const { store, incidentId, ring } = this.#surroundings
    if (!lines.some(({ told }) => told.type === 'message/deleted')) return
    const kept = ring.between(ring.start, ring.end)
    const ids = [...lineageOfDeleted([...movesIn(kept), ...lines.map(({ told }) => told)])]
    const about = kept.filter(line => ids.some(id => line.includes(id)))
    const entries = about.map(line => JSON.parse(line) as { seq: number })
    const words = await this.#answered(() => voiced(store, incidentId, entries))
    for (const entry of words ?? []) ring.replace(entry.seq, JSON.stringify(entry))
  }

  /** Null once nobody waits for it any more. */
  async #answered<T>(ask: () => Promise<T>): Promise<T | null> {
    while (!this.#stopped) {
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        await pause(breath)
      }
    }
    return null
  }
}
