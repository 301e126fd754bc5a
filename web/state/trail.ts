import type { Cursor } from '@muster/shared/position.ts'
import type { Batch } from '@muster/shared/protocol.ts'

/** Where a screen stands in a log: the entries up to there were put, older ones are dropped. */
export class Trail {
  #at: Cursor | null = null
  #top: Cursor | null = null

  /** Null before it stands anywhere. */
  get at(): Cursor | null {
    return this.#at
  }

  /** Everything up to here is known, by a snapshot or because it was told. */
  begin(at: Cursor): void {
    this.#at = at
    this.#top = null
  }

  /** Whether nothing is missing between. */
  meets({ era, from }: Pick<Batch, 'era' | 'from'>): boolean {
    return this.#at !== null && era === this.#at.era && from <= this.#at.seq + 1
  }

  isAhead(seq: number): boolean {
    return this.#at !== null && seq > this.#at.seq
  }

  reach(seq: number): void {
    if (this.#at !== null) this.#at = { era: this.#at.era, seq }
  }

  /**
   * Whether something was lost, as the heartbeat says where the log is: behind one is the ordinary delay of a batch; still
   * behind it at the next is not.
   */
  lost(top: Cursor): boolean {
    const before = this.#top
    this.#top = top
    if (this.#at === null) return false
    const { era, seq } = this.#at
    return top.era !== era || (before !== null && before.era === era && before.seq > seq)
  }
}
