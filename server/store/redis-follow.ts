import { setTimeout as pause } from 'node:timers/promises'
import type { Cursor } from '@muster/shared/position.ts'
import type { Link } from './redis-link.ts'
import type { RedisRoom } from './redis-room.ts'
import type { LogLine } from './store.ts'

/** How long one question for lines waits in Redis, in ms; each empty answer is a moment to check the era. */
const blockMs = 1_000

/** At most this many lines are handed over at once. */
const handful = 500

/** How long to wait after a fault before asking again, in ms. */
const breath = 100

/**
 * Follows a room on a connection of its own. The position moves only with lines handed over, so a broken connection
 * repeats and loses nothing; it goes on from there:
 *
 *     check ──era and position stand──► wait ──lines──► wait
 *       ▲  └──another era──► lost         │ └──of another era──► lost
 *       └────────fault, or no lines───────┘
 *
 * The check after a silence is for a Redis that was emptied: its new log would have to grow past the position first.
 */
export class RedisFollower {
  readonly #link: Link
  readonly #room: RedisRoom
  readonly #listener: (lines: LogLine[]) => void
  readonly #lost: () => void
  readonly #stopping = new AbortController()
  /** Resolves when it was stopped or lost. */
  readonly ended: Promise<void>
  #position: Cursor

  constructor(link: Link, room: RedisRoom, from: Cursor, listener: (lines: LogLine[]) => void, lost: () => void) {
    this.#link = link
    this.#room = room
    this.#position = from
    this.#listener = listener
    this.#lost = lost
    this.ended = this.#follow()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#link.cut()
    await this.ended
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        if (await this.#goOn()) continue
        if (!signal.aborted) this.#lose()
      } catch {
        await pause(breath, null, { signal }).catch(() => {})
      }
    }
  }

  /** Hands over lines until none come; false when this log is not the one that was followed. */
  async #goOn(): Promise<boolean> {
    await this.#link.ready()
    const { at } = await this.#room.since(this.#position, 0)
    if (at.era !== this.#position.era || at.seq < this.#position.seq) return false
    for (;;) {
      const found = await this.#room.wait(this.#position.seq, blockMs, handful)
      if (found.length === 0) return true
      if (this.#stopping.signal.aborted) return true
      if (!this.#continues(found)) return false
      if (!this.#handOver(found.map(({ line }) => line))) return false
    }
  }

  #continues(found: readonly { era: string; line: LogLine }[]): boolean {
    const { era, seq } = this.#position
    return found.every((entry, at) => entry.era === era && entry.line.seq === seq + 1 + at)
  }

  /** False when the listener failed: where it stands is not known any more. */
  #handOver(lines: LogLine[]): boolean {
    this.#position = { era: this.#position.era, seq: this.#position.seq + lines.length }
    try {
      this.#listener(lines)
      return true
    } catch {
      return false
    }
  }

  #lose(): void {
    this.#stopping.abort()
    this.#link.cut()
    this.#lost()
  }
}
