import type { SendLimit } from '../channels/channel.ts'
import { type Budget, freeAt, leftIn, newBudget, reopen, spend } from './budget.ts'
import { poolsOf } from './pool.ts'

/** One lane with what waits in it, as it will be sent. */
export type Outlet = {
  lane: string
  /** The pool of what its network says of its limits. */
  words: string
  /** How many replies wait. */
  waiting: number
  /** How many the forecast goes through: those that wait, and others that may come after them. */
  replies: number
  limits: readonly SendLimit[]
  /** How long one sending takes, how many a reply takes on average, and how many go on at once. */
  ms: number
  tries: number
  atOnce: number
}

/** Beyond so many replies of all lanes the rest leaves as fast as the last of these did. */
const mostFollowed = 50_000
const mostSteps = 5_000

/** When the n-th reply of a lane arrives, counted from 1. */
export type Departures = (n: number) => number

type Running = Outlet & {
  /** How many sends go for what waits, and how many are followed. */
  real: number
  sends: number
  pools: Map<string, SendLimit[]>
  /** The budgets as this lane finds them: what may come after all that waits is seen by its own lane alone. */
  state: Map<string, Budget>
  batches: { from: number; at: number }[]
  done: number
  free: number
}

/**
 * Lets everything leave, as the budgets do, ahead of time: lanes that share a pool take turns at it. What comes meanwhile is
 * not known, nor what the networks will say.
 */
export function forecast(
  outlets: readonly Outlet[],
  budgets: ReadonlyMap<string, Budget>,
  now: number,
): Map<string, Departures> {
  // What is tried first will do.
  const state = new Map([...budgets].map(([pool, budget]) => [pool, reopen(budget)]))
  const lanes = outlets.map(outlet => running(outlet, state, now))
  let at = now
  for (let step = 0; step < mostSteps; step++) {
    const going = lanes.filter(({ done, sends }) => done < sends)
    if (going.length === 0) break
    const ready = going.filter(({ free }) => free <= at)
    for (const [turn, lane] of ready.entries()) release(lane, ready.slice(turn + 1), lanes, at)
    const next = Math.min(
      ...lanes.filter(({ done, sends }) => done < sends).map(lane => Math.max(lane.free, nextFor(lane, at))),
    )
    at = Math.max(at + 1, next)
    if (!Number.isFinite(at)) break
  }
  return new Map(lanes.map(lane => [lane.lane, departuresOf(lane, now)]))
}

function running(outlet: Outlet, state: Map<string, Budget>, now: number): Running {
  const { waiting, replies, tries } = outlet
  const sends = Math.min(sendsUpTo(replies, tries), mostFollowed)
  const real = Math.min(Math.round(waiting * tries), sends)
  const own = real > 0 ? state : new Map(state)
  return { ...outlet, real, sends, pools: poolsOf(outlet), state: own, batches: [], done: 0, free: now }
}

function nextFor({ pools, state }: Running, at: number): number {
  return Math.max(...[...pools].map(([pool, limits]) => freeAt(state.get(pool) ?? newBudget, limits, at)))
}

/** As many as may leave now, and of what others share no more than a fair part: `later` are those whose turn is still to come. */
function release(lane: Running, later: readonly Running[], lanes: readonly Running[], at: number): void {
  const isReal = lane.done < lane.real
  const rivals = later.filter(({ done, real }) => done < real)
  const parts = [...lane.pools].map(([pool, limits]) => {
    const left = leftIn(lane.state.get(pool) ?? newBudget, limits, at)
    return Math.ceil(left / (1 + rivals.filter(({ pools }) => pools.has(pool)).length))
  })
  const count = Math.min((isReal ? lane.real : lane.sends) - lane.done, ...parts)
  if (count < 1) return
  const states = isReal ? new Set(lanes.map(({ state }) => state)) : [lane.state]
  for (const state of states) {
    for (const [pool, limits] of lane.pools) state.set(pool, spend(state.get(pool) ?? newBudget, limits, at, count))
  }
  lane.batches.push({ from: lane.done, at })
  lane.done += count
  lane.free = at + Math.floor(count / lane.atOnce) * lane.ms
  if (lane.done === lane.real) lane.state = new Map(lane.state)
}

function departuresOf({ batches, done, ms, tries, atOnce }: Running, now: number): Departures {
  const inBatch = (n: number) => {
    const batch = batches.findLast(({ from }) => from < n) ?? { from: 0, at: now }
    return batch.at + Math.floor((n - 1 - batch.from) / atOnce) * ms + ms
  }
  return n => {
    const sends = sendsUpTo(n, tries)
    if (sends <= done || done === 0) return inBatch(sends)
    // Beyond what was followed: as fast as all of that went.
    const last = inBatch(done)
    return Math.round(last + ((last - now) / done) * (sends - done))
  }
}

/** With all tries of those before it, and the first of the n-th. */
function sendsUpTo(n: number, tries: number): number {
  return 1 + Math.round((n - 1) * tries)
}
