import type { Cursor } from '@muster/shared/position.ts'
import { voicedLines } from '../desk/voice.ts'
import type { Following, LogLine, Store } from '../store/store.ts'
import { Hearing } from './hearing.ts'
import { Ring } from './ring.ts'
import type { Limits } from './surroundings.ts'

export type Told = { batch: string; entries: number; waitedMs: number }

type Surroundings = {
  store: Store
  limits: Pick<Limits, 'ring' | 'readBack'>
  clock: () => number
  /** How many screens are told. */
  watchers: () => number
  tell: (told: Told) => void
  /** The store can no longer say what comes next: whoever watches must begin anew. */
  lost: () => void
}

const mostInABatch = 500

/**
 * One room's log as this node follows it, for all its screens:
 *
 *     store ──lines──► hearing ──► ring: … told │ heard ──every tick──► one batch, encoded once, for everybody in the room
 *
 * Everybody in the room stands at `told`. Whoever resumes is given the lines up to it and joins in the same turn of the
 * loop, so the next batch continues where the answer ended.
 */
export class Tail {
  readonly #incidentId: string
  readonly #surroundings: Surroundings
  readonly #ring: Ring
  readonly #hearing: Hearing
  /** So many untold lines do not wait for the tick. */
  readonly #most: number
  #told: number
  #following: Following | null = null
  #ended = false
  #timer: NodeJS.Timeout | null = null
  #heardAt = 0
  #toldAt = Number.NEGATIVE_INFINITY
  #lastBatch = 0
  #awaiting: { seq: number; resolve: (reached: boolean) => void }[] = []

  /** Begins at the end of `ring`; `follow` sets it going. */
  constructor(incidentId: string, ring: Ring, surroundings: Surroundings) {
    this.#incidentId = incidentId
    this.#ring = ring
    this.#told = ring.end
    this.#surroundings = surroundings
    this.#most = Math.min(mostInABatch, surroundings.limits.ring / 2)
    const { store } = surroundings
    const add = (lines: readonly LogLine[]) => this.#add(lines)
    this.#hearing = new Hearing({ incidentId, store, ring, add, lost: () => this.giveUp() })
  }

  async follow(): Promise<void> {
    const { store } = this.#surroundings
    const from = { era: this.#ring.era, seq: this.#ring.end }
    const following = await store.follow(
      this.#incidentId,
      from,
      lines => this.#hearing.hear(lines),
      () => this.#lose(),
    )
    if (this.#ended) await following.stop()
    else this.#following = following
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Where every screen in the room stands. */
  get at(): Cursor {
    return { era: this.#ring.era, seq: this.#told }
  }

  /** Where this node stands: the lines after `at` wait for the next tick. */
  get heard(): Cursor {
    return { era: this.#ring.era, seq: this.#ring.end }
  }

  covers(cursor: Cursor): boolean {
    return this.#ring.covers(cursor)
  }

  /** The lines between `cursor` and `at`, after bringing `at` up to it; null for a screen that needs a snapshot. */
  recover(cursor: Cursor | null): string[] | null {
    if (cursor !== null && this.#ring.covers(cursor) && cursor.seq > this.#told) this.flush()
    return this.#ring.recover(cursor, this.#told)
  }

  /** Resolves when the line `seq` was heard: false when the tail ends before, or `boundMs` pass. */
  reach(seq: number, boundMs: number): Promise<boolean> {
    if (this.#ended || seq <= this.#ring.end) return Promise.resolve(!this.#ended)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(resolve, boundMs, false)
    this.#awaiting.push({ seq, resolve })
    return promise.finally(() => clearTimeout(timer))
  }

  /** Tells now what was heard and not yet told. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const now = this.#surroundings.clock()
    this.#lastBatch = this.#ring.end - this.#told
    if (this.#lastBatch > 0) {
      const lines = this.#ring.between(this.#told, this.#ring.end)
      const batch = batchOf(this.#incidentId, this.#ring.era, this.#told + 1, lines)
      this.#told = this.#ring.end
      this.#surroundings.tell({ batch, entries: lines.length, waitedMs: now - this.#heardAt })
    }
    this.#toldAt = now
  }

  /** Follows no more; what was heard is told. */
  async stop(): Promise<void> {
    if (!this.#ended) this.flush()
    this.#end()
    await this.#following?.stop()
  }

  /** For one that has fallen behind the store and does not catch up. */
  giveUp(): void {
    void this.#following?.stop()
    this.#lose()
  }

  #add(lines: readonly LogLine[]): void {
    if (this.#ended) return
    if (this.#told === this.#ring.end) this.#heardAt = this.#surroundings.clock()
    for (const { seq, told } of lines) {
      this.#ring.add(seq, JSON.stringify({ seq, ...told }))
      // A long backlog goes out at once: waiting for the tick, the ring would overtake it.
      if (this.#ring.end - this.#told >= this.#most) this.flush()
    }
    this.#awaiting = this.#awaiting.filter(({ seq, resolve }) => seq > this.#ring.end || resolve(true))
    if (this.#ring.end > this.#told) this.#timer ??= setTimeout(() => this.flush(), this.#untilTick())
  }

  #untilTick(): number {
    const due = this.#toldAt + tickMs(this.#surroundings.watchers(), this.#lastBatch)
    return Math.max(0, due - this.#surroundings.clock())
  }

  #lose(): void {
    if (this.#ended) return
    this.#end()
    this.#surroundings.lost()
  }

  #end(): void {
    this.#ended = true
    this.#hearing.stop()
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const { resolve } of this.#awaiting.splice(0)) resolve(false)
  }
}

/** Opens the tail of a room, with some of its past. Throws `StoreUnavailable`. */
export async function openTail(incidentId: string, surroundings: Surroundings): Promise<Tail> {
  const { store, limits } = surroundings
  const top = await store.top(incidentId)
  const from = { era: top.era, seq: Math.max(0, top.seq - limits.readBack) }
  const past = await store.since(incidentId, from, 2 * limits.readBack)
  const ring = new Ring(past.type === 'resumed' ? from : past.at, limits.ring)
  const lines = past.type === 'resumed' ? await voicedLines(store, incidentId, past.lines) : []
  for (const { seq, told } of lines) ring.add(seq, JSON.stringify({ seq, ...told }))
  const tail = new Tail(incidentId, ring, surroundings)
  await tail.follow()
  return tail
}

/** A `Batch` of the protocol, as JSON. */
export function batchOf(incidentId: string, era: string, from: number, lines: readonly string[]): string {
  const head = JSON.stringify({ incidentId, era, from }).slice(0, -1)
  return `${head},"entries":[${lines.join(',')}]}`
}

/**
 * How long to gather lines, ms. A batch costs about 10 µs a screen however many lines it has, so the tick alone sets the
 * price: it widens with the screens to about a seventh of one core, and in a storm to what an eye still takes for live.
 */
export function tickMs(watchers: number, lastBatch: number): number {
  return Math.min(200, Math.max(25, watchers / 15, lastBatch > 50 ? 100 : 0))
}
