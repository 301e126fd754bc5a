import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

const data = process.env.MUSTER_REAL_DATA ?? resolve(import.meta.dirname, '../../../shared/data')

/** Where real mails of other projects' tests lie, beside this project; MUSTER_REAL_DATA says where else. */
export const mailsOfOthers = join(data, 'emails')

export const hasMailsOfOthers = existsSync(mailsOfOthers)
if (!hasMailsOfOthers) console.warn(`SKIPPED: the mails of other projects are not at ${mailsOfOthers}; none was read.`)

/** Paths of all of them, in an order that is the same everywhere. */
export function pathsOfOthers(): string[] {
  const files = readdirSync(mailsOfOthers, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
  return files.map(file => join(file.parentPath, file.name)).toSorted()
}
