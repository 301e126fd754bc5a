import type { IncomingHttpHeaders } from 'node:http'
import type { Visibility } from '@muster/shared/conversation.ts'
import { linksIn } from '@muster/shared/length-x-links.ts'
import type { LimitTold, Spending } from './channel.ts'
import type { XAccount } from './x-account.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** In millionths of a dollar. */
const prices = { link: 200_000, post: 15_000, summoned: 10_000, direct: 15_000 }
/** A read of something of the account's own is a fifth of this where it owns the app, which nobody can tell. */
export const readPrices = { post: 5_000, direct: 10_000, user: 10_000 }

/**
 * X documents 100 posts in 15 minutes and, elsewhere, 300 in 3 hours for an account; both are kept. With the self-serve plan
 * every reply is to somebody who asked for it; whether one with a link is then cheaper is not said.
 */
export function spendingOf({ settings, secrets, channelId }: XAccount, text: string, visibility: Visibility): Spending {
  const app = `x-app/${secrets.clientId ?? channelId}`
  const user = `x-user/${settings.userId}`
  if (visibility === 'direct') {
    const limits = [
      { pool: `${user}/direct`, most: 15, perMs: 15 * minuteMs, points: 1 },
      { pool: `${user}/direct`, most: 1_440, perMs: dayMs, points: 1 },
      { pool: `${app}/direct`, most: 1_440, perMs: dayMs, points: 1 },
    ]
    return { limits, price: prices.direct }
  }
  const limits = [
    { pool: user, most: 100, perMs: 15 * minuteMs, points: 1 },
    { pool: user, most: 300, perMs: 3 * hourMs, points: 1 },
    { pool: app, most: 10_000, perMs: dayMs, points: 1 },
  ]
  if (linksIn(text.normalize()).length > 0) return { limits, price: prices.link }
  return { limits, price: settings.plan === 'self-serve' ? prices.summoned : prices.post }
}

/** X counts by 15 minutes for the account, and by a day for it and for its app. */
const windows = ['x-rate-limit', 'x-user-limit-24hour', 'x-app-limit-24hour']

/** The tightest of what its headers say; null where they say nothing usable. */
export function limitTold(headers: IncomingHttpHeaders): LimitTold | null {
  const told = windows.flatMap(name => {
    const left = numberIn(headers[`${name}-remaining`])
    const reset = numberIn(headers[`${name}-reset`])
    return left === null || reset === null ? [] : [{ left, resetsAt: reset * 1_000 }]
  })
  return told.toSorted((one, other) => one.left - other.left || other.resetsAt - one.resetsAt)[0] ?? null
}

/** After a 429: for how long, in ms from now, at most a day; null where the headers do not say. */
export function pauseTold(headers: IncomingHttpHeaders, now: number): number | null {
  const seconds = numberIn(headers['retry-after'])
  const told = limitTold(headers)
  const until = seconds !== null ? now + seconds * 1_000 : (told?.resetsAt ?? null)
  return until === null ? null : Math.min(Math.max(until - now, 1_000), dayMs)
}

function numberIn(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,12}$/.test(header) ? Number(header) : null
}
