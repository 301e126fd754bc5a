import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Cursor } from '@muster/shared/position.ts'
import { backUp } from './sqlite-backup.ts'
import { guarded } from './sqlite-fault.ts'
import { Followers } from './sqlite-follow.ts'
import { own } from './sqlite-owner.ts'
import { type OpenRoom, Rooms } from './sqlite-room.ts'
import { emptyLog, openDatabase } from './sqlite-schema.ts'
import { TurnCommits } from './sqlite-turn.ts'
import type { Change, Committed, Following, Listed, LogLine, Page, Since, Store, Stored } from './store.ts'
import { StoreUnavailable } from './store.ts'
import { written } from './written-change.ts'

export type SqliteOptions = {
  file: string
  /** For a command beside the running server: does not claim the file, which one serving process at a time may. */
  shared?: boolean
  /** ms since 1970. */
  clock?: () => number
}

/** Opens the store in `file` and makes it when it is new. Throws a sentence when it cannot be served from. */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const owner = options.shared ? null : guarded(() => own(options.file))
  try {
    return new SqliteStore(openDatabase(options.file), options, () => owner?.release())
  } catch (error) {
    owner?.release()
    throw error
  }
}

/** Reads are answered at once, from what is committed; commits wait for the turn of the event loop to end. */
class SqliteStore implements Store {
  readonly kind = 'sqlite'
  readonly #database: DatabaseSync
  readonly #file: string
  readonly #clock: () => number
  readonly #release: () => void
  readonly #rooms: Rooms
  readonly #era: string
  readonly #followers: Followers
  readonly #foreignCommits: StatementSync
  readonly #commits: TurnCommits

  constructor(database: DatabaseSync, { file, clock = Date.now }: SqliteOptions, release: () => void) {
    this.#database = database
    this.#file = file
    this.#clock = clock
    this.#release = release
    this.#rooms = guarded(() => new Rooms(database))
    this.#era = guarded(() => String(database.prepare('select era from store').get()?.era))
    this.#foreignCommits = database.prepare('pragma data_version')
    this.#followers = new Followers({
      linesAfter: (room, seq, limit) => this.#linesAfter(room, seq, limit),
      foreignCommits: () => Number(this.#foreignCommits.get()?.data_version),
    })
    this.#commits = new TurnCommits(database, this.#rooms, clock, () => this.#followers.wake())
  }

  async now(): Promise<number> {
    return this.#clock()
  }

  async read(room: string, keys: readonly string[]): Promise<{ now: number; records: (Stored | null)[] }> {
    const records = this.#look(
      room,
      keys.map(() => null),
      open => keys.map(key => this.#rooms.record(open, key)),
    )
    return { now: this.#clock(), records }
  }

  async list(room: string, index: string, page: Page): Promise<Listed[]> {
    return this.#look(room, [], open => this.#rooms.list(open, index, page))
  }

  async count(room: string, index: string, upTo = Infinity): Promise<number> {
    return this.#look(room, 0, open => this.#rooms.count(open, index, upTo))
  }

  async commit(room: string, changes: readonly Change[]): Promise<Committed[]> {
    if (changes.length === 0) return []
    this.#refuseClosed()
    return this.#commits.add(room, changes.map(written))
  }

  async recall(room: string, commandIds: readonly string[]) {
    const none = commandIds.map(() => null)
    return this.#look<Awaited<ReturnType<Store['recall']>>>(room, none, open =>
      commandIds.map(commandId => this.#rooms.recall(open, commandId)),
    )
  }

  async top(room: string): Promise<Cursor> {
    return { era: this.#era, seq: this.#look(room, 0, open => open.seq) }
  }

  async since(room: string, cursor: Cursor, limit: number): Promise<Since> {
    return this.#look<Since>(room, sinceIn(this.#era, 0, cursor, limit, []), open => {
      const lines = open.seq - cursor.seq <= limit ? this.#rooms.lines(open, cursor.seq, limit) : []
      return sinceIn(this.#era, open.seq, cursor, limit, lines)
    })
  }

  async lines(room: string, cursor: Cursor, limit: number): Promise<Since> {
    return this.#look<Since>(room, sinceIn(this.#era, 0, cursor, Infinity, []), open =>
      sinceIn(this.#era, open.seq, cursor, Infinity, this.#rooms.lines(open, cursor.seq, limit)),
    )
  }

  async follow(room: string, from: Cursor, listener: (lines: LogLine[]) => void, lost: () => void): Promise<Following> {
    this.#refuseClosed()
    return this.#followers.add(room, from, this.#era, listener, lost)
  }

  async backup(file: string): Promise<void> {
    this.#refuseClosed()
    await backUp(this.#file, file)
  }

  async scrub(): Promise<void> {
    this.#refuseClosed()
    // Written anew as a whole: free pages, and room within used ones, keep what was there.
    guarded(() => this.#database.exec('vacuum; pragma wal_checkpoint(truncate)'))
  }

  async rinse(): Promise<boolean> {
    this.#refuseClosed()
    // In the database itself nothing is left (`secure_delete`): the log of writes in front of it begins anew.
    guarded(() => emptyLog(this.#database))
    return true
  }

  async close(): Promise<void> {
    if (!this.#database.isOpen) return
    this.#commits.finish()
    this.#followers.stop()
    this.#database.close()
    this.#release()
  }

  #look<T>(room: string, absent: T, look: (open: OpenRoom) => T): T {
    this.#refuseClosed()
    return guarded(() => {
      const open = this.#rooms.find(room)
      return open ? look(open) : absent
    })
  }

  #linesAfter(room: string, seq: number, limit: number): LogLine[] | null {
    return this.#look(room, seq === 0 ? [] : null, open =>
      seq > open.seq ? null : this.#rooms.lines(open, seq, limit),
    )
  }

  #refuseClosed(): void {
    if (!this.#database.isOpen) throw new StoreUnavailable('The store is closed: the server is stopping.')
  }
}

function sinceIn(era: string, top: number, cursor: Cursor, limit: number, lines: LogLine[]): Since {
  const at = { era, seq: top }
  if (cursor.era !== era || cursor.seq > top || top - cursor.seq > limit) return { type: 'reset', at }
  return { type: 'resumed', at, lines }
}
