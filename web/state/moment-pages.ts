import type { Moment, TimelinePage } from '@muster/shared/moment.ts'
import { isSameDay } from './ages.ts'

export type Day = { at: number; moments: Moment[] }

/**
 * What is known with its newest page read again. Where the two do not meet, more happened meanwhile than a page holds: it
 * begins anew.
 */
export function withNewest(known: TimelinePage, newest: TimelinePage): TimelinePage {
  const ids = new Set(known.moments.map(({ id }) => id))
  const fresh = newest.moments.filter(({ id }) => !ids.has(id))
  if (fresh.length === newest.moments.length) return newest
  const moments = [...fresh, ...known.moments].sort((one, other) => other.at - one.at)
  return { moments, next: known.next }
}

export function withOlder(known: TimelinePage, older: TimelinePage): TimelinePage {
  const ids = new Set(known.moments.map(({ id }) => id))
  return { moments: [...known.moments, ...older.moments.filter(({ id }) => !ids.has(id))], next: older.next }
}

/** By the days of whoever looks, in the order they come. */
export function byDay(moments: readonly Moment[]): Day[] {
  const days: Day[] = []
  for (const moment of moments) {
    const day = days.at(-1)
    if (day && isSameDay(day.at, moment.at)) day.moments.push(moment)
    else days.push({ at: moment.at, moments: [moment] })
  }
  return days
}
