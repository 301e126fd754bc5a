import type { Entry } from '@muster/shared/entry.ts'
import type { Facts } from '@muster/shared/incident.ts'
import type { Cursor } from '@muster/shared/position.ts'
import type { Batch, Snapshot, WatchAnswer } from '@muster/shared/protocol.ts'
import { apply, type Picture, pictureOf } from './picture.ts'

type Hearing = {
  /** Whether it keeps the incident's whole picture, or its position and the guidance alone. */
  whole: boolean
  /** Hears of every entry once, also where the screen is told of it again. */
  onEntry: (entry: Entry) => void
}

/**
 * Where a screen is in the log, and the incident as the log has moved it. Entries it has are left out; whatever does not
 * join on to them is a gap, which a person at the screen would never know of: so it is written down.
 */
export class Place {
  readonly gaps: string[] = []
  #at: Cursor | null = null
  #facts: Facts | null = null
  #picture: Picture | null = null
  readonly #hearing: Hearing
  /** Where the server said the log is, when it last said so on this connection. */
  #top: number | null = null
  /** The last entry it ever heard of in this history. */
  #furthest = 0

  constructor(hearing: Hearing) {
    this.#hearing = hearing
  }

  get at(): Cursor | null {
    return this.#at
  }

  get facts(): Facts | null {
    return this.#facts
  }

  get picture(): Picture | null {
    return this.#picture
  }

  begin({ at, facts, ...snapshot }: Snapshot): void {
    this.#at = at
    this.#facts = facts
    this.#furthest = at.seq
    if (this.#hearing.whole) this.#picture = pictureOf({ facts, ...snapshot })
  }

  /** Takes what a watch was resumed with: everything up to its position. */
  resume({ at, entries }: Extract<WatchAnswer, { type: 'resumed' }>): void {
    const from = this.#at?.seq ?? 0
    for (const entry of entries) this.#put(entry)
    const to = this.#at?.seq ?? 0
    if (to !== at.seq)
      this.gaps.push(`a watch resumed from ${from} with entries up to ${to}, and called that ${at.seq}`)
    this.#at = at
  }

  /** False where the screen must watch again: the batch is of another history, or something lies between. */
  take({ era, entries }: Batch): boolean {
    return this.#at !== null && this.#at.era === era && entries.every(entry => this.#put(entry))
  }

  /**
   * Everything up to a top must be here by the next one, for batches take milliseconds and tops come seconds apart. False
   * where something did not come.
   */
  hearTop({ era, seq }: Cursor): boolean {
    const missed = this.#at !== null && this.#at.era === era && this.#top !== null && this.#at.seq < this.#top
    if (missed) this.gaps.push(`nothing came after ${this.#at?.seq} although the log had got to ${this.#top}`)
    this.#top = seq
    return !missed
  }

  /** A new connection has heard no top yet. */
  reconnected(): void {
    this.#top = null
  }

  /** What was known means nothing any more. */
  forget(): void {
    this.#at = null
  }

  /** Forgets the last entries' numbers, as a tab that was frozen: it will be told them again. */
  rewind(entries: number): void {
    if (this.#at !== null) this.#at = { ...this.#at, seq: Math.max(0, this.#at.seq - entries) }
  }

  /** Applies the next entry and leaves out one it has; false where something lies between. */
  #put(entry: Entry): boolean {
    if (this.#at === null || entry.seq <= this.#at.seq) return true
    if (entry.seq !== this.#at.seq + 1) {
      this.gaps.push(`entry ${entry.seq} came after ${this.#at.seq}`)
      return false
    }
    this.#at = { ...this.#at, seq: entry.seq }
    if ('facts' in entry) this.#facts = entry.facts
    if (this.#picture !== null) apply(this.#picture, entry)
    if (entry.seq > this.#furthest) this.#hearing.onEntry(entry)
    this.#furthest = Math.max(this.#furthest, entry.seq)
    return true
  }
}
