import type { Cursor } from '@muster/shared/position.ts'

/** The newest lines of one room's log, each encoded once, contiguous. */
export class Ring {
  readonly era: string
  readonly #capacity: number
  #start: number
  #lines: string[] = []

  /** Begins empty, after `from`. */
  constructor(from: Cursor, capacity: number) {
    this.era = from.era
    this.#start = from.seq
    this.#capacity = capacity
  }

  /** The seq before its first line: the oldest position from which it knows everything. */
  get start(): number {
    return this.#start
  }

  /** The seq of its last line. */
  get end(): number {
    return this.#start + this.#lines.length
  }

  /** Throws when `seq` is not the next one: a ring with a gap would pass a part for the whole. */
  add(seq: number, line: string): void {
    if (seq !== this.end + 1) throw new Error(`line ${seq} came after line ${this.end}`)
    this.#lines.push(line)
    // Trimmed a fifth at a time: taking one off the front of a long array for every line would be dear.
    if (this.#lines.length > this.#capacity * 1.2) this.#trim(this.#lines.length - this.#capacity)
  }

  /** Puts another line in the place of one that is kept. */
  replace(seq: number, line: string): void {
    if (seq > this.#start && seq <= this.end) this.#lines[seq - this.#start - 1] = line
  }

  /** The lines numbered `after` + 1 to `through`. Throws when they are not all kept: a part is worse than none. */
  between(after: number, through: number): string[] {
    if (after < this.#start || through > this.end) throw new Error(`lines ${after + 1} to ${through} are not kept`)
    return this.#lines.slice(after - this.#start, through - this.#start)
  }

  covers(cursor: Cursor): boolean {
    return cursor.era === this.era && cursor.seq >= this.#start && cursor.seq <= this.end
  }

  /**
   * What a screen that stands at `cursor` still needs when `told` is where all others stand: every line, or null for one
   * that needs a snapshot because its era, its future or its past is not known here.
   */
  recover(cursor: Cursor | null, told: number): string[] | null {
    if (cursor === null || !this.covers(cursor) || cursor.seq > told) return null
    return this.between(cursor.seq, told)
  }

  #trim(count: number): void {
    this.#lines = this.#lines.slice(count)
    this.#start += count
  }
}
