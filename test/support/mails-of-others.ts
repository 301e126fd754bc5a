import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { realData } from './real-data.ts'

/** Where real mails of other projects' tests lie. */
export const mailsOfOthers = realData('emails')

export const hasMailsOfOthers = existsSync(mailsOfOthers)
if (!hasMailsOfOthers) console.warn(`SKIPPED: the mails of other projects are not at ${mailsOfOthers}; none was read.`)

/** Paths of all of them, in an order that is the same everywhere. */
export function pathsOfOthers(): string[] {
  const files = readdirSync(mailsOfOthers, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
  return files.map(file => join(file.parentPath, file.name)).toSorted()
}
