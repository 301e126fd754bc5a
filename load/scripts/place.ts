import type { Entry } from '@muster/shared/entry.ts'
import type { Cursor } from '@muster/shared/position.ts'
import type { Batch, WatchAnswer } from '@muster/shared/protocol.ts'

type Begun = Extract<WatchAnswer, { type: 'resumed' | 'reset' }>

/** Where one screen stands in the log, and whether everything it is told goes on from there: each entry once, in order. */
export class Place {
  at: Cursor | null = null
  /** Entries that were left out. */
  gaps = 0
  /** Entries that were told again. */
  repeats = 0
  #topBefore: Cursor | null = null

  /** The answer to a watch; what it resumes with is to be applied. */
  begin(answer: Begun): readonly Entry[] {
    this.#topBefore = null
    if (answer.type === 'reset') {
      this.at = answer.snapshot.at
      return []
    }
    for (const { seq } of answer.entries) this.#take(seq, answer.at.era)
    this.#expect(answer.at)
    return answer.entries
  }

  /** The entries of a batch are to be applied. */
  goOn({ era, from, entries }: Batch): readonly Entry[] {
    if (entries[0]?.seq !== from) this.gaps++
    for (const { seq } of entries) this.#take(seq, era)
    return entries
  }

  /** A heartbeat: batches take milliseconds and heartbeats come seconds apart, so what the one before named must be here. */
  hear(top: Cursor): void {
    if (this.#topBefore !== null) this.#expect(this.#topBefore)
    this.#topBefore = top
  }

  #take(seq: number, era: string): void {
    const next = this.at?.era === era ? this.at.seq + 1 : seq
    if (seq < next) this.repeats++
    else {
      this.gaps += seq - next
      this.at = { era, seq }
    }
  }

  #expect({ era, seq }: Cursor): void {
    if (this.at?.era === era && this.at.seq < seq) this.gaps += seq - this.at.seq
  }
}
