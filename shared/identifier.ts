import { z } from 'zod'
import { wanted } from './wanted.ts'

/** Ids of records and commands: chosen by whoever makes them, safe in keys, paths and file names. */
export const Identifier = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, wanted.identifier)

/** Milliseconds since 1970, UTC, by the store's clock. */
export const Instant = z.number().int().nonnegative()

/** Text of one line that a person typed: trimmed, without control characters. */
export function line(longest: number) {
  return z
    .string()
    .trim()
    .min(1, 'expected some text')
    .max(longest, `expected at most ${longest} characters`)
    .regex(/^[^\p{Cc}]*$/u, wanted['one-line'])
}

/** Text of any number of lines. */
export function prose(longest: number) {
  return z.string().max(longest, `expected at most ${longest} characters`)
}

/** Whether every item has an id of its own. */
export function distinct(items: readonly { id: string }[]): boolean {
  return new Set(items.map(({ id }) => id)).size === items.length
}

/** Somebody named in a record, as they were called when it was written. */
export const Person = z.object({ id: Identifier, name: z.string() })
export type Person = z.infer<typeof Person>
