import type { LimitTold, SendLimit } from '../channels/channel.ts'

/** One documented limit of a pool, and what was spent under it: points by the slice of time in which they went. */
export type Window = { perMs: number; spent: readonly (readonly [slice: number, points: number])[] }

/** What a network said of a limit: when it did, how many it said are `left`, and how many of these may be left by now. */
type Word = LimitTold & { at: number; said: number }

/** What may leave through one pool (an account, an app), as every node knows it. */
export type Budget = {
  windows: readonly Window[]
  /** What the network itself said of its limits, less what it cannot have said something of since. */
  told: readonly Word[]
  /** Sends that it has not answered yet: what it says of others may or may not know of them. */
  open: readonly (readonly [grant: number, at: number])[]
  /** The network takes nothing before. */
  closedUntil: number
  /** How often in a row it took nothing. */
  closures: number
  /** How many sends were ever let through. */
  granted: number
}

export const newBudget: Budget = { windows: [], told: [], open: [], closedUntil: 0, closures: 0, granted: 0 }

/** A window remembers its spending in so many slices. All of a slice counts as if it had gone at the slice's end. */
const slices = 60
/** What is let through may reach its network so much later, and be counted there only then: mail, whose limits are for a day, longest. */
const longestFlightMs = 15_000
const longestMailFlightMs = 75_000
const dayMs = 86_400_000
const mostTold = 12
/** What counted when a network spoke is known for so long. */
const freshWordMs = 20_000
/** The network's clock may be off by so much. */
const sameWindowMs = 5_000
const longestToldMs = 25 * 3_600_000
/** Who has not answered by then does so no more, and may have counted the send. */
const longestAnswerMs = 90_000
const mostOpen = 500
/** So long one waits for what becomes of a try after a pause before the next is made. */
const trialMs = 1_000
const firstClosureMs = 30_000
const longestClosureMs = 15 * 60_000

function sliceMs(perMs: number): number {
  return Math.max(1, Math.ceil(perMs / slices))
}

/** When what was spent in a slice counts no more. */
function endOf(slice: number, perMs: number): number {
  const flightMs = perMs < dayMs ? Math.min(longestFlightMs, Math.ceil(perMs / 20)) : longestMailFlightMs
  return (slice + 1) * sliceMs(perMs) + perMs + flightMs
}

/** What still counts under a limit, the oldest first. */
function countingIn({ windows }: Budget, perMs: number, now: number): Window['spent'] {
  const spent = windows.find(window => window.perMs === perMs)?.spent ?? []
  return spent.filter(([slice]) => endOf(slice, perMs) > now)
}

function sumOf(spent: Window['spent']): number {
  return spent.reduce((sum, [, points]) => sum + points, 0)
}

/** What the network said and still holds, less what may have gone since. */
function living({ told, open }: Budget, now: number): LimitTold[] {
  return told
    .filter(({ resetsAt }) => resetsAt > now)
    .map(({ left, resetsAt }) => ({ left: left - open.length, resetsAt }))
}

/** How many more sends may leave at once; infinitely many where nothing limits them. */
export function leftIn(budget: Budget, limits: readonly SendLimit[], now: number): number {
  if (budget.closedUntil > now) return 0
  const rooms = limits.map(({ most, perMs, points }) => {
    if (points <= 0) return Number.POSITIVE_INFINITY
    const used = sumOf(countingIn(budget, perMs, now))
    // What is larger than its limit leaves alone.
    return points > most ? Number(used === 0) : Math.floor((most - used) / points)
  })
  return Math.max(0, Math.min(trialsLeft(budget, now), ...rooms, ...living(budget, now).map(({ left }) => left)))
}

/** Once it took nothing, one tries first whether it does again, and one more where it keeps that one waiting. */
function trialsLeft({ closures, closedUntil, open }: Budget, now: number): number {
  if (closures === 0) return Number.POSITIVE_INFINITY
  return 1 - open.filter(([, at]) => at >= closedUntil && at + trialMs > now).length
}

/** When one more send may leave; `now` where it may at once. */
export function freeAt(budget: Budget, limits: readonly SendLimit[], now: number): number {
  const waits = limits.map(limit => roomAt(limit, countingIn(budget, limit.perMs, now), now))
  const told = living(budget, now).flatMap(({ left, resetsAt }) => (left <= 0 ? [resetsAt] : []))
  return Math.max(now, budget.closedUntil, ...waits, ...told)
}

function roomAt({ most, perMs, points }: SendLimit, counting: Window['spent'], now: number): number {
  const needed = Math.min(Math.max(0, points), most)
  let over = sumOf(counting) + needed - most
  if (over <= 0) return now
  for (const [slice, each] of counting) {
    over -= each
    if (over <= 0) return endOf(slice, perMs)
  }
  return now
}

/** Lets so many sends through. Whether there is room is the caller's to ask. */
export function spend(budget: Budget, limits: readonly SendLimit[], now: number, sends = 1): Budget {
  const others = budget.windows
    .filter(({ perMs }) => !limits.some(limit => limit.perMs === perMs))
    .map(({ perMs }) => ({ perMs, spent: countingIn(budget, perMs, now) }))
    .filter(({ spent }) => spent.length > 0)
  return {
    ...budget,
    windows: [...limits.map(limit => windowWith(budget, limit, sends, now)), ...others],
    ...withOpen(withoutSilent(budget, now), sends, now),
    granted: budget.granted + sends,
  }
}

function withOpen({ told, open, granted }: Budget, sends: number, now: number): Pick<Budget, 'told' | 'open'> {
  const begun = Array.from({ length: Math.min(sends, mostOpen) }, (_, at) => [granted + 1 + at, now] as const)
  return { told: told.filter(({ resetsAt }) => resetsAt > now), open: [...open, ...begun].slice(-mostOpen) }
}

/** Sends that were never answered for count as if the network had spoken before it took them. */
function withoutSilent(budget: Budget, now: number): Budget {
  const silent = budget.open.filter(([, at]) => at + longestAnswerMs <= now)
  return silent.reduce((each, [grant]) => answered(each, grant), budget)
}

/** A send was answered without a word on limits; its network may have counted it. */
export function answered(budget: Budget, grant: number): Budget {
  if (!budget.open.some(([each]) => each === grant)) return budget
  return {
    ...budget,
    open: budget.open.filter(([each]) => each !== grant),
    told: budget.told.map(word => ({ ...word, left: word.left - 1 })),
  }
}

function windowWith(budget: Budget, { perMs, points }: SendLimit, sends: number, now: number): Window {
  const counting = countingIn(budget, perMs, now)
  const slice = Math.floor(now / sliceMs(perMs))
  const already = counting.find(([each]) => each === slice)?.[1] ?? 0
  const spent = [...counting.filter(([each]) => each !== slice), [slice, already + points * sends] as const]
  // A store's clock that went back must not hide what comes first.
  return { perMs, spent: spent.toSorted(([one], [other]) => one - other) }
}

/**
 * What the network said with its answer to the send that was the `grant`th. It makes the budget stricter and never looser:
 * of what is left, what is still open is gone, and of two words on one window the stricter holds.
 */
export function tell(before: Budget, { left, resetsAt }: LimitTold, grant: number, now: number): Budget {
  const budget = withoutSilent(before, now)
  const ends = Math.min(resetsAt, now + longestToldMs)
  if (ends <= now) return answered(budget, grant)
  const word = { left: Math.max(0, left), resetsAt: ends, at: now, said: Math.max(0, left) }
  const known = budget.told.filter(each => each.resetsAt > now)
  const same = known.find(each => isSameEnd(each.resetsAt, ends, now))
  const stricter = same && { ...word, left: Math.min(word.left, same.left), resetsAt: same.resetsAt }
  const told = [...known.filter(each => each !== same), stricter ?? word]
  return {
    ...budget,
    open: budget.open.filter(([each]) => each !== grant),
    told: told.toSorted((one, other) => other.resetsAt - one.resetsAt).slice(0, mostTold),
  }
}

/** A window told of twice may seem to end a little earlier or later; where its end moves along, a few words stand for all. */
function isSameEnd(one: number, other: number, now: number): boolean {
  return Math.abs(one - other) <= Math.max(2_000, (Math.max(one, other) - now) / 10)
}

/**
 * How much a limit allows as its network keeps it, by its own words: what was spent and what is left make up the
 * whole. For looking ahead only, as others may spend of it too. Null while it says nothing of such a window.
 */
export function wholeTold({ perMs, points }: SendLimit, spent: Budget, words: Budget, now: number): number | null {
  const fresh = words.told.filter(({ at, resetsAt }) => {
    const ms = resetsAt - at
    // A shorter one is perhaps that of another window.
    return at > now - freshWordMs && ms <= perMs + sameWindowMs && ms > perMs / 2
  })
  const last = fresh.toSorted((one, other) => other.at - one.at || one.said - other.said)[0]
  if (last === undefined) return null
  const before = countingIn(spent, perMs, last.at).filter(([slice]) => slice * sliceMs(perMs) <= last.at)
  return Math.max(points, sumOf(before) + last.said * points)
}

/**
 * The network takes nothing for `afterMs`; where it does not say how long, for twice as long each time. What was under way
 * together is refused together: that is one time.
 */
export function close(budget: Budget, afterMs: number | null, now: number): Budget {
  const before = budget.closedUntil > now ? Math.max(0, budget.closures - 1) : budget.closures
  const guess = Math.min(longestClosureMs, firstClosureMs * 2 ** Math.min(before, 10))
  const until = now + (afterMs === null ? guess : Math.min(Math.max(0, afterMs), longestToldMs))
  return { ...budget, closures: before + 1, closedUntil: Math.max(budget.closedUntil, until) }
}

/** It took one again. */
export function reopen(budget: Budget): Budget {
  return { ...budget, closures: 0 }
}
