import { type Setback, setbackOf } from '@muster/shared/setback.ts'
import type { Concealment } from '../channels/concealment.ts'
import { failureOf, toldAs } from '../channels/failure.ts'
import type { Posted } from '../channels/safe-fetch.ts'
import type { Brought } from './page.ts'

const longestPauseMs = 3_600_000

/** Not there: for good, or until `afterMs` from now are over. */
export function refused(setback: Setback, afterMs: number | null = null): Extract<Brought, { type: 'refused' }> {
  return { type: 'refused', setback, again: afterMs !== null, afterMs }
}

/** Not asked, or without an answer. */
export function unanswered(
  who: string,
  { type, error }: Exclude<Posted, { type: 'answered' }>,
  conceal: Concealment,
): Exclude<Brought, { type: 'published' }> {
  const failure = failureOf(error, conceal)
  if (type === 'lost') return { type: 'unknown', setback: setbackOf('no-answer', failure) }
  if (type === 'forbidden') return refused(setbackOf('not-taken', failure))
  return refused(setbackOf('not-taken', toldAs(`${who} could not be reached`, failure)), 0)
}

/** `Retry-After` in seconds or as a date, as ms from now; at most an hour, `usual` where it says nothing usable. */
export function pauseOf(retryAfter: string | null | undefined, now: number, usual = 60_000): number {
  if (retryAfter === null || retryAfter === undefined) return usual
  const pause = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  return Number.isNaN(pause) ? usual : Math.min(Math.max(pause, 0), longestPauseMs)
}
