import type { DatabaseSync } from 'node:sqlite'
import { unavailable } from './sqlite-fault.ts'
import type { OpenRoom, Rooms } from './sqlite-room.ts'
import type { Committed } from './store.ts'
import type { WrittenChange } from './written-change.ts'

type Waiting = {
  room: string
  changes: readonly WrittenChange[]
  resolve: (outcomes: Committed[]) => void
  reject: (fault: unknown) => void
}

/**
 * Whatever is committed in one turn of the event loop, for whichever rooms, goes into one transaction and shares its one
 * wait for the disk; the answers wait with it.
 */
export class TurnCommits {
  readonly #database: DatabaseSync
  readonly #rooms: Rooms
  readonly #clock: () => number
  readonly #told: () => void
  #waiting: Waiting[] = []

  constructor(database: DatabaseSync, rooms: Rooms, clock: () => number, told: () => void) {
    this.#database = database
    this.#rooms = rooms
    this.#clock = clock
    this.#told = told
  }

  add(room: string, changes: readonly WrittenChange[]): Promise<Committed[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ room, changes, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(() => this.finish())
    })
  }

  /** Commits what waits, without waiting for the turn to end. */
  finish(): void {
    const together = this.#waiting
    this.#waiting = []
    if (together.length === 0) return
    try {
      const outcomes = this.#transaction(together)
      for (const [at, { resolve }] of together.entries()) resolve(outcomes[at] ?? [])
      this.#told()
    } catch (fault) {
      for (const { reject } of together) reject(fault)
    }
  }

  #transaction(together: readonly Waiting[]): Committed[][] {
    try {
      this.#database.exec('begin immediate')
      const outcomes = this.#judgeAll(together)
      this.#database.exec('commit')
      return outcomes
    } catch (cause) {
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw unavailable(cause)
    }
  }

  #judgeAll(together: readonly Waiting[]): Committed[][] {
    const now = this.#clock()
    const open = new Map<string, OpenRoom>()
    const outcomes = together.map(({ room, changes }) => {
      const here = open.get(room) ?? this.#rooms.findOrMake(room)
      open.set(room, here)
      return this.#rooms.judge(here, changes, now)
    })
    for (const room of open.values()) this.#rooms.keep(room)
    const judged = together.reduce((sum, { changes }) => sum + changes.length, 0)
    this.#rooms.forget(now, 2 * judged)
    return outcomes
  }
}
