import type { Cursor } from '@muster/shared/position.ts'

/** A record as it is stored. `version` is the id of the command that put it. */
export type Stored = { version: string; value: unknown; indexes: Indexes }

/** Names of the lists a record stands in, each with its score. */
export type Indexes = Readonly<Record<string, number>>

export type Put = {
  key: string
  /** null removes the record. */
  value: unknown
  indexes: Indexes
  /** The lists its seen version stands in, so that a store need not look. */
  formerly: readonly string[]
}

export type Change = {
  commandId: string
  /** What the decision rested on: each key's version, null for a key that had no record. Every key put is among them. */
  seen: Readonly<Record<string, string | null>>
  put: readonly Put[]
  /** Objects for the log, each a line of its own; the store gives them their sequence numbers. */
  tell: readonly object[]
  /** What the sender is answered, now and whenever it repeats the command. */
  answer: Readonly<Record<string, unknown>>
}

/** `seq` is the room's top after the change, which told or not. */
export type Committed =
  | { type: 'committed'; seq: number }
  | { type: 'stale' }
  | { type: 'repeated'; seq: number; answer: Record<string, unknown> }

export type LogLine = { seq: number; told: Record<string, unknown> }

export type Since = { type: 'resumed'; at: Cursor; lines: LogLine[] } | { type: 'reset'; at: Cursor }

/** `after` is the last item of the page before; null for the first page. */
export type Page = { after: { score: number; key: string } | null; limit: number; upTo?: number }

export type Listed = { key: string; score: number; stored: Stored }

export type Following = { stop(): Promise<void> }

/**
 * Where rooms live. A room is a set of records, lists over them, and a log; rooms never meet. The store knows no domain:
 * whatever is decided, it checks versions, writes, appends and remembers, in one atomic step that holds no lock.
 *
 * Faults (a disk, a network) are thrown as `StoreUnavailable`; whether a commit in flight then happened is unknown, and
 * sending the same change again answers it: `repeated` if it had.
 */
export interface Store {
  readonly kind: 'sqlite' | 'redis'

  /** The clock every node shares, ms since 1970. */
  now(): Promise<number>

  /** The records of these keys as one consistent picture, in the order asked, with the store's clock. */
  read(room: string, keys: readonly string[]): Promise<{ now: number; records: (Stored | null)[] }>

  /** A page of a list, lowest score first, then by the bytes of the key; `upTo` leaves out higher scores. */
  list(room: string, index: string, page: Page): Promise<Listed[]>

  /** How many records stand in a list; `upTo` leaves out higher scores. */
  count(room: string, index: string, upTo?: number): Promise<number>

  /**
   * Judges each change in order, by itself. Versions are command ids, so a change may see what one before it in the call
   * puts: should that turn out `stale` or `repeated`, so is it `stale`. Resolves only when what is committed would survive
   * the process. A change that breaks this contract (a record put unseen, or twice) throws a `TypeError`, and nothing of
   * the call is committed.
   */
  commit(room: string, changes: readonly Change[]): Promise<Committed[]>

  /**
   * For each command id the answer it was committed with, or null for one that was never committed or more than 48 hours
   * ago.
   */
  recall(
    room: string,
    commandIds: readonly string[],
  ): Promise<({ seq: number; answer: Record<string, unknown> } | null)[]>

  /** The room's position; seq 0 in a room nobody wrote to. */
  top(room: string): Promise<Cursor>

  /** The lines after `cursor`, at most `limit` of them; `reset` where there are more, or where the cursor is none of this log's. */
  since(room: string, cursor: Cursor, limit: number): Promise<Since>

  /**
   * The first lines after `cursor`, at most `limit` of them, with the room's top: for whoever reads a whole log, page by
   * page. `reset` where the cursor is none of this log's.
   */
  lines(room: string, cursor: Cursor, limit: number): Promise<Since>

  /**
   * Calls `listener` with every later line, contiguous and in order, from `from` on, across a lost connection, until
   * stopped. Calls `lost` once instead when that is impossible (another era, a listener that threw): whoever follows must
   * begin anew.
   */
  follow(room: string, from: Cursor, listener: (lines: LogLine[]) => void, lost: () => void): Promise<Following>

  /** Writes a whole store into a new file, in an era of its own, while others go on. Throws where the kind cannot. */
  backup(file: string): Promise<void>

  /** Leaves nothing behind of what was overwritten or removed, as far as the kind can. May take long. */
  scrub(): Promise<void>

  /**
   * As `scrub`, for what was overwritten or removed by this version, and without keeping anybody waiting. Ask again where it
   * throws, and where it is false: something that may have begun before the removal is in the way.
   */
  rinse(): Promise<boolean>

  close(): Promise<void>
}

/** The store did not answer. What was asked of it may or may not have happened. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable'
}
