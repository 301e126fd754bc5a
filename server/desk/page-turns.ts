import { setTimeout } from 'node:timers/promises'
import { freeAt } from '../domain/budget.ts'
import { muster } from '../domain/decision.ts'
import { fingerprint } from '../domain/fingerprint.ts'
import { company } from '../domain/indexes.ts'
import { type Hear, laneOfPool, type Purse, poolsOf, type Spent } from '../domain/pool.ts'
import type { Ending, Turn } from '../status-pages/page.ts'
import type { Desk } from './desk.ts'
import { fundsOf, readFunds } from './funds.ts'

type Granted = Extract<Spent, { granted: true }>

type Surroundings = {
  desk: Desk
  /** Under which tokens are told apart without being kept. */
  key: string
  /** Between two requests with one token, ms: a second that Statuspage asks for, and the time in which a turn must be used. */
  everyMs?: number
}

/** A turn that is heard of later than this part of the time between two is used no more: the next one may have begun. */
const lateShare = 1 / 6
/** After this at the soonest the store is asked again. */
const pauseMs = 50

/** Requests to status pages, whichever node makes them: the company's room lets one through after another with each token. */
export function pageTurnsOf({ desk, key, everyMs = 1_200 }: Surroundings) {
  return (token: string): Turn => {
    const pool = `statuspage:${fingerprint(key, token)}`
    const limits = [{ pool, most: 1, perMs: everyMs, points: 1 }]
    const purse: Purse = { channelId: pool, lane: pool, words: laneOfPool(pool), limits, price: 0, cap: null }
    return {
      take: async signal => {
        const granted = await turnOf(desk, purse, everyMs * lateShare, signal)
        return ending => end(desk, purse, granted, ending)
      },
    }
  }
}

async function turnOf(desk: Desk, purse: Purse, lateMs: number, signal: AbortSignal): Promise<Granted> {
  for (;;) {
    signal.throwIfAborted()
    const asked = performance.now()
    const outcome = await desk.handle(company.room, { id: crypto.randomUUID(), type: 'budget/spend', ...purse }, muster)
    const spent = outcome.type === 'done' ? (outcome.answer as Spent) : null
    if (spent?.granted !== true) await setTimeout(await waitOf(desk, purse), undefined, { signal })
    else if (performance.now() - asked <= lateMs) return spent
    else await end(desk, purse, spent, 'unknown')
  }
}

/** How long all that it goes through keeps it, in ms. */
async function waitOf({ store }: Desk, purse: Purse): Promise<number> {
  const funds = await readFunds(store, [purse], [])
  const { budget } = fundsOf(funds, purse)
  const free = [...poolsOf(purse)].map(([pool, limits]) => freeAt(budget(pool), limits, funds.now))
  return Math.max(pauseMs, Math.max(...free) - funds.now)
}

/** What becomes of a request matters to others while its token is refused, or once it is. */
async function end(
  desk: Desk,
  { channelId, words }: Purse,
  { grant, listens }: Granted,
  ending: Ending,
): Promise<void> {
  const isClosed = typeof ending === 'object'
  if (!listens && !isClosed) return
  const about = { channelId, words, others: [], grant, told: null, refund: 0 }
  const heard = { ...about, took: ending === 'taken', ...(isClosed && ending) }
  const command: Hear = { id: crypto.randomUUID(), type: 'budget/hear', ...heard }
  await desk.handle(company.room, command, muster)
}
