import { randomBytes } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { guarded } from './sqlite-fault.ts'

/** SQLite before this one can damage a WAL database that two connections write to. */
const soundSince = [3, 51, 3]

const schemaVersion = 1
/** How long a write waits for another process's, in ms. */
const patienceMs = 2_000

/**
 * A record's lists are kept in it as well (`indexes`), so that a put knows which standings to take away. `value` comes
 * last: a version is read without the pages of a long value.
 */
const schema = `
  create table store (era text not null) strict;
  create table room (id integer primary key, name text not null unique, seq integer not null) strict;
  create table record (
    id integer primary key, room integer not null, key text not null,
    version text not null, indexes text not null, value text not null, unique (room, key)
  ) strict;
  create table standing (
    room integer not null, list text not null, score real not null, key text not null, record integer not null,
    primary key (room, list, score, key)
  ) strict, without rowid;
  create table line (
    room integer not null, seq integer not null, told text not null, primary key (room, seq)
  ) strict, without rowid;
  create table command (
    id integer primary key, room integer not null, command text not null,
    seq integer not null, at integer not null, answer text not null, unique (room, command)
  ) strict;
  pragma user_version = ${schemaVersion};
`

export function newEra(): string {
  return randomBytes(12).toString('base64url')
}

/**
 * Makes an empty file that only its owner may read, where there is none; SQLite gives its companions the same rights. A
 * file that exists is not opened: closing it would drop the locks this process has on it.
 */
export function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'ax', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Opens the database and makes what it lacks. Throws a sentence when it cannot be used. */
export function openDatabase(file: string): DatabaseSync {
  const database = guarded(() => {
    makePrivate(file)
    return new DatabaseSync(file, { timeout: patienceMs })
  })
  try {
    guarded(() => prepare(database))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function prepare(database: DatabaseSync): void {
  refuseUnsound(text(database, 'select sqlite_version()'))
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536; pragma secure_delete = on',
  )
  database.exec('begin immediate')
  const version = Number(text(database, 'pragma user_version'))
  if (version > schemaVersion) {
    throw new Error('The database was written by a newer Muster. Start that one, or put a backup in its place.')
  }
  if (version === 0) {
    database.exec(schema)
    database.prepare('insert into store (era) values (?)').run(newEra())
  }
  database.exec('commit')
}

/** Throws where somebody reads from it just now, as a backup does. */
export function emptyLog(database: DatabaseSync): void {
  database.exec('pragma busy_timeout = 0')
  try {
    const { busy } = database.prepare('pragma wal_checkpoint(truncate)').get() ?? {}
    if (busy !== 0) throw new Error('The database is being read and its log of writes cannot be emptied.')
  } finally {
    database.exec(`pragma busy_timeout = ${patienceMs}`)
  }
}

/** Exported so that the rule can be proved; the SQLite in use is Node's own. */
export function refuseUnsound(version: string): void {
  const numbers = version.split('.').map(Number)
  const differing = soundSince.findIndex((number, at) => numbers[at] !== number)
  if (differing === -1 || (numbers[differing] ?? 0) > (soundSince[differing] ?? 0)) return
  throw new Error(
    `SQLite ${version} can damage its database; Muster needs ${soundSince.join('.')} or newer. Start it with Node 24.21 or newer.`,
  )
}

function text(database: DatabaseSync, question: string): string {
  return String(Object.values(database.prepare(question).get() ?? {})[0])
}
