import { StoreUnavailable } from './store.ts'

/** SQLite's primary result codes, and what they mean to whoever runs the server. */
const meanings: Readonly<Record<number, string>> = {
  5: 'Another process keeps the database locked. Try again; end the other process if it hangs.',
  8: 'The database may not be written. Check who owns the file and whether its disk is mounted read-only.',
  10: 'The disk of the database does not read or write. Check the disk, then try again.',
  11: 'The database is damaged. Stop the server and put the latest backup in its place.',
  13: 'The disk of the database is full. Nothing was stored; free some space and try again.',
  14: 'The database file cannot be opened. Check that its folder exists and may be written.',
  26: 'The file is not a Muster database, or it is damaged. Name another file, or put a backup in its place.',
}

/** Runs what touches the database; a fault of disk or file becomes `StoreUnavailable` with a sentence. */
export function guarded<T>(touch: () => T): T {
  try {
    return touch()
  } catch (cause) {
    throw unavailable(cause)
  }
}

export function unavailable(cause: unknown): unknown {
  const { errcode, syscall, message } = cause as { errcode?: unknown; syscall?: unknown; message?: string }
  const code = typeof syscall === 'string' ? 14 : errcode
  if (typeof code !== 'number') return cause
  const sentence = meanings[code & 0xff] ?? `The database answered: ${message}.`
  return new StoreUnavailable(sentence, { cause })
}
