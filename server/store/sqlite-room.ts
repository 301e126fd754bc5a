import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Committed, Indexes, Listed, LogLine, Page, Stored } from './store.ts'
import type { WrittenChange, WrittenPut } from './written-change.ts'

/** A room as one transaction has it; `seq` grows as changes tell. */
export type OpenRoom = { id: number; seq: number; readonly storedSeq: number }

type Recalled = { seq: number; answer: Record<string, unknown> }

type Kept = { id: number; version: string; indexes: Indexes }

/** How long a command's answer is kept for its sender to ask again, in ms. */
const memoryMs = 48 * 3_600_000

/** Everything that is said to the database about rooms, in prepared statements. */
export class Rooms {
  readonly #sql
  /** When the oldest remembered command was committed; saves looking for it in every transaction. */
  #oldestCommandAt = 0

  constructor(database: DatabaseSync) {
    this.#sql = prepareAll(database)
  }

  find(name: string): OpenRoom | null {
    const row = this.#sql.room.get(name)
    return row ? { id: Number(row.id), seq: Number(row.seq), storedSeq: Number(row.seq) } : null
  }

  findOrMake(name: string): OpenRoom {
    return this.find(name) ?? { id: Number(this.#sql.makeRoom.run(name).lastInsertRowid), seq: 0, storedSeq: 0 }
  }

  record(room: OpenRoom, key: string): Stored | null {
    const row = this.#sql.record.get(room.id, key)
    return row ? stored(row) : null
  }

  list(room: OpenRoom, index: string, page: Page): Listed[] {
    const { after, limit, upTo = Infinity } = page
    const rows = after
      ? this.#sql.listAfter.all(room.id, index, after.score, after.key, upTo, limit)
      : this.#sql.list.all(room.id, index, upTo, limit)
    return rows.map(row => ({ key: String(row.key), score: Number(row.score), stored: stored(row) }))
  }

  count(room: OpenRoom, index: string, upTo: number): number {
    return Number(this.#sql.count.get(room.id, index, upTo)?.standing)
  }

  lines(room: OpenRoom, after: number, limit: number): LogLine[] {
    const rows = this.#sql.lines.all(room.id, after, limit)
    return rows.map(row => ({ seq: Number(row.seq), told: JSON.parse(String(row.told)) }))
  }

  recall(room: OpenRoom, commandId: string): Recalled | null {
    const row = this.#sql.command.get(room.id, commandId)
    return row ? { seq: Number(row.seq), answer: JSON.parse(String(row.answer)) } : null
  }

  /** Judges the changes of one call in their order, and writes those that stand. Only inside a transaction. */
  judge(room: OpenRoom, changes: readonly WrittenChange[], now: number): Committed[] {
    const repeated = new Set<string>()
    return changes.map(change => {
      const before = this.recall(room, change.commandId)
      if (!before) return this.#judge(room, change, now, repeated)
      repeated.add(change.commandId)
      return { type: 'repeated', ...before }
    })
  }

  #judge(room: OpenRoom, change: WrittenChange, now: number, repeated: ReadonlySet<string>): Committed {
    const kept = new Map<string, Kept | null>()
    for (const [key, version] of change.seen) {
      const record = this.#kept(room, key)
      // What a repeated change put was seen as it was decided again, which may be otherwise than it is.
      if ((record?.version ?? null) !== version || (version && repeated.has(version))) return { type: 'stale' }
      kept.set(key, record)
    }
    for (const put of change.put) this.#put(room, put, kept.get(put.key) ?? null, change.commandId)
    for (const told of change.tell) this.#sql.tell.run(room.id, ++room.seq, told)
    this.#sql.remember.run(room.id, change.commandId, room.seq, now, change.answer)
    return { type: 'committed', seq: room.seq }
  }

  /** Writes what a transaction changed of the room itself. */
  keep(room: OpenRoom): void {
    if (room.seq !== room.storedSeq) this.#sql.advance.run(room.seq, room.id)
  }

  /** Forgets commands whose time is over, the oldest first, at most `limit`. */
  forget(now: number, limit: number): void {
    if (this.#oldestCommandAt >= now - memoryMs) return
    this.#sql.forget.run(limit, now - memoryMs)
    this.#oldestCommandAt = Number(this.#sql.oldestCommand.get()?.at ?? now)
  }

  #kept(room: OpenRoom, key: string): Kept | null {
    const row = this.#sql.version.get(room.id, key)
    if (!row) return null
    return { id: Number(row.id), version: String(row.version), indexes: JSON.parse(String(row.indexes)) }
  }

  #put(room: OpenRoom, put: WrittenPut, kept: Kept | null, version: string): void {
    for (const [list, score] of Object.entries(kept?.indexes ?? {})) {
      if (put.indexes[list] !== score) this.#sql.leave.run(room.id, list, score, put.key)
    }
    if (put.value === null) {
      if (kept) this.#sql.remove.run(kept.id)
      return
    }
    const record = this.#write(room, put.key, kept, { version, indexes: JSON.stringify(put.indexes), value: put.value })
    for (const [list, score] of Object.entries(put.indexes)) {
      if (kept?.indexes[list] !== score) this.#sql.stand.run(room.id, list, score, put.key, record)
    }
  }

  #write(room: OpenRoom, key: string, kept: Kept | null, to: { version: string; indexes: string; value: string }) {
    if (!kept) return this.#sql.insert.run(room.id, key, to.version, to.indexes, to.value).lastInsertRowid
    this.#sql.update.run(to.version, to.indexes, to.value, kept.id)
    return kept.id
  }
}

function stored(row: Record<string, unknown>): Stored {
  return {
    version: String(row.version),
    value: JSON.parse(String(row.value)),
    indexes: JSON.parse(String(row.indexes)),
  }
}

const standings = `select standing.key, score, version, indexes, value from standing
  join record on record.id = standing.record where standing.room = ? and list = ?`

const statements = {
  room: 'select id, seq from room where name = ?',
  makeRoom: 'insert into room (name, seq) values (?, 0)',
  advance: 'update room set seq = ? where id = ?',
  record: 'select version, indexes, value from record where room = ? and key = ?',
  version: 'select id, version, indexes from record where room = ? and key = ?',
  insert: 'insert into record (room, key, version, indexes, value) values (?, ?, ?, ?, ?)',
  update: 'update record set version = ?, indexes = ?, value = ? where id = ?',
  remove: 'delete from record where id = ?',
  stand: 'insert into standing (room, list, score, key, record) values (?, ?, ?, ?, ?)',
  leave: 'delete from standing where room = ? and list = ? and score = ? and key = ?',
  list: `${standings} and score <= ? order by score, standing.key limit ?`,
  listAfter: `${standings} and (score, standing.key) > (?, ?) and score <= ? order by score, standing.key limit ?`,
  count: 'select count(*) as standing from standing where room = ? and list = ? and score <= ?',
  lines: 'select seq, told from line where room = ? and seq > ? order by seq limit ?',
  tell: 'insert into line (room, seq, told) values (?, ?, ?)',
  command: 'select seq, answer from command where room = ? and command = ?',
  remember: 'insert into command (room, command, seq, at, answer) values (?, ?, ?, ?, ?)',
  forget:
    'delete from command where id in (select id from (select id, at from command order by id limit ?) where at < ?)',
  oldestCommand: 'select at from command order by id limit 1',
} as const

function prepareAll(database: DatabaseSync): Record<keyof typeof statements, StatementSync> {
  const prepared = Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)])
  return Object.fromEntries(prepared)
}
