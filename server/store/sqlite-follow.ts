import type { Cursor } from '@muster/shared/position.ts'
import type { Following, LogLine } from './store.ts'

/** How often to look for lines that another process committed, in ms. */
const lookEvery = 500

/** At most this many lines are handed over at once. */
const handful = 500

type Follower = { room: string; position: number; listener: (lines: LogLine[]) => void; lost: () => void }

/** What followers need of the store they follow. */
export type Followed = {
  /** The lines after `seq`, or null where the log does not reach `seq`. */
  linesAfter(room: string, seq: number, limit: number): LogLine[] | null
  /** Changes whenever another connection has committed. */
  foreignCommits(): number
}

/**
 * Every follower holds its own position and reads from there whenever something was committed, so what it hears is
 * contiguous by construction, whoever committed it.
 */
export class Followers {
  readonly #followed: Followed
  readonly #followers = new Set<Follower>()
  #scheduled: NodeJS.Immediate | null = null
  #looking: NodeJS.Timeout | null = null
  #foreignCommits = 0

  constructor(followed: Followed) {
    this.#followed = followed
  }

  add(room: string, from: Cursor, era: string, listener: Follower['listener'], lost: () => void): Following {
    const follower = { room, position: from.era === era ? from.seq : Infinity, listener, lost }
    this.#look()
    this.#followers.add(follower)
    this.wake()
    return { stop: async () => this.#remove(follower) }
  }

  /** Something was committed: followers hear of it in the next turn, many commits at once. */
  wake(): void {
    if (this.#followers.size === 0) return
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null
      for (const follower of this.#followers) this.#handOver(follower)
    })
  }

  stop(): void {
    this.#followers.clear()
    this.#rest()
  }

  #handOver(follower: Follower): void {
    try {
      const lines = this.#followed.linesAfter(follower.room, follower.position, handful)
      if (!lines) {
        this.#lose(follower)
        return
      }
      follower.position = lines.at(-1)?.seq ?? follower.position
      if (lines.length > 0) follower.listener(lines)
      if (lines.length === handful) this.wake()
    } catch {
      // The disk, or the listener itself: where this follower stands is not known any more.
      this.#lose(follower)
    }
  }

  #lose(follower: Follower): void {
    this.#remove(follower)
    follower.lost()
  }

  #remove(follower: Follower): void {
    this.#followers.delete(follower)
    if (this.#followers.size === 0) this.#rest()
  }

  #look(): void {
    if (this.#looking) return
    this.#foreignCommits = this.#followed.foreignCommits()
    this.#looking = setInterval(() => this.#lookAround(), lookEvery).unref()
  }

  #lookAround(): void {
    try {
      const commits = this.#followed.foreignCommits()
      if (commits !== this.#foreignCommits) this.wake()
      this.#foreignCommits = commits
    } catch {
      // The disk does not answer; the next look may find it does.
    }
  }

  #rest(): void {
    if (this.#looking) clearInterval(this.#looking)
    if (this.#scheduled) clearImmediate(this.#scheduled)
    this.#looking = this.#scheduled = null
  }
}
