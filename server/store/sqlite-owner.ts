import { DatabaseSync } from 'node:sqlite'
import { unavailable } from './sqlite-fault.ts'
import { makePrivate } from './sqlite-schema.ts'

/**
 * Makes this process the one that serves from `file`. The claim is a lock of the operating system on a file beside it, so
 * it ends with the process, however that dies. Throws a sentence when another process has it.
 */
export function own(file: string): { release(): void } {
  makePrivate(`${file}-owner`)
  const lock = new DatabaseSync(`${file}-owner`, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (cause) {
    lock.close()
    if ((cause as { errcode?: unknown }).errcode !== 5) throw unavailable(cause)
    throw new Error(`Another Muster serves from ${file}. Stop it first, or give this one a file of its own.`, { cause })
  }
  return { release: () => lock.close() }
}
