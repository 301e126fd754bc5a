import type { IncomingHttpHeaders } from 'node:http'
import type { LimitTold, SendLimit } from './channel.ts'

const hourMs = 3_600_000
const minuteMs = 60_000
const longestPauseMs = 6 * hourMs

/**
 * Mastodon takes 300 posts in 3 hours and 300 requests in 5 minutes from an account. Reading takes at most half of the
 * requests (see `restMs`), which leaves the others to what is sent: each reply one, and one more where its fate is looked up.
 */
export function sendLimits(account: string): SendLimit[] {
  return [
    { pool: `${account} posts`, most: 300, perMs: 3 * hourMs, points: 1 },
    { pool: `${account} requests`, most: 140, perMs: 5 * minuteMs, points: 2 },
  ]
}

/** What the `X-RateLimit` headers say. The server's own clock counts, so that one that is wrong does no harm. */
export function limitTold(headers: IncomingHttpHeaders, now: number): LimitTold | null {
  const left = Number.parseInt(String(headers['x-ratelimit-remaining']), 10)
  const resets = String(headers['x-ratelimit-reset'])
  // Mastodon gives a date, others seconds since 1970.
  const at = /^\d{9,11}$/.test(resets) ? Number(resets) * 1000 : Date.parse(resets)
  if (Number.isNaN(left) || Number.isNaN(at)) return null
  const there = Date.parse(String(headers.date))
  const inMs = at - (Number.isNaN(there) ? now : there)
  return { left: Math.max(0, left), resetsAt: now + Math.min(Math.max(inMs, 0), longestPauseMs) }
}

/** How long to wait after a 429, in ms: until the limit starts anew, or as `Retry-After` says; null where it says nothing. */
export function pauseTold(headers: IncomingHttpHeaders, now: number): number | null {
  const told = limitTold(headers, now)
  if (told !== null) return told.resetsAt - now
  const seconds = String(headers['retry-after'])
  return /^\d{1,6}$/.test(seconds) ? Math.min(Number(seconds) * 1000, longestPauseMs) : null
}
