import { existsSync, renameSync, rmSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import { unavailable } from './sqlite-fault.ts'
import { makePrivate, newEra } from './sqlite-schema.ts'

/**
 * Copies the database while it is written to. The copy appears under its name only when it is whole, in an era of its
 * own: what is committed after the copy was made, here and there, has the same numbers and other contents.
 */
export async function backUp(from: string, file: string): Promise<void> {
  if (existsSync(file)) throw new Error(`${file} exists already, and a backup replaces nothing. Name another file.`)
  const unfinished = `${file}.unfinished`
  remove(unfinished)
  try {
    makePrivate(unfinished)
    await copy(from, unfinished)
    beginEra(unfinished)
    renameSync(unfinished, file)
  } catch (cause) {
    remove(unfinished)
    throw unavailable(cause)
  }
}

/** In one step on a connection of its own: it reads one snapshot, away from the event loop, and never begins again. */
async function copy(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from)
  try {
    await backup(source, to, { rate: 2 ** 31 - 1 })
  } finally {
    source.close()
  }
}

function beginEra(file: string): void {
  const database = new DatabaseSync(file)
  try {
    database.prepare('update store set era = ?').run(newEra())
  } finally {
    // The last connection to close leaves everything in the one file.
    database.close()
  }
}

function remove(database: string): void {
  for (const file of [database, `${database}-wal`, `${database}-shm`]) rmSync(file, { force: true })
}
