import type { Brought } from './page.ts'

const longestPauseMs = 3_600_000

/** Not there: for good, or until `afterMs` from now are over. */
export function refused(reason: string, afterMs: number | null = null): Brought {
  return { type: 'refused', reason, again: afterMs !== null, afterMs }
}

/** `Retry-After` in seconds or as a date, as ms from now; at most an hour, `usual` where it says nothing usable. */
export function pauseOf(retryAfter: string | null | undefined, now: number, usual = 60_000): number {
  if (retryAfter === null || retryAfter === undefined) return usual
  const pause = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  return Number.isNaN(pause) ? usual : Math.min(Math.max(pause, 0), longestPauseMs)
}
