import type { SeriesMinute } from '@muster/shared/figures.ts'

const lookedAt = 5

/**
 * Replies a minute over the last few whole minutes. The minute that still runs counts only while there is no other; null
 * where nothing was counted yet.
 */
export function repliesAMinute(minutes: readonly Pick<SeriesMinute, 'replies'>[]): number | null {
  const whole = minutes.slice(0, -1).slice(-lookedAt)
  const counted = whole.length > 0 ? whole : minutes
  if (counted.length === 0) return null
  const sum = counted.reduce((all, { replies }) => all + replies, 0)
  return Math.round((sum / counted.length) * 10) / 10
}
