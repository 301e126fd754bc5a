import type { LimitTold, SendLimit } from '../channels/channel.ts'
import { answered, type Budget, close, leftIn, newBudget, reopen, spend, tell } from './budget.ts'
import { type Context, change, type Decision, type PutRecord, type View } from './decision.ts'
import { company } from './indexes.ts'

/** What a channel has cost, in millionths of a dollar: on the day and in the month (UTC) of its last cost. */
export type Cost = { day: string; today: number; month: string; inMonth: number }

const noCost: Cost = { day: '', today: 0, month: '', inMonth: 0 }

/** What it has cost by now, whenever that was written down. */
export function costAt(cost: Cost | null, now: number): Cost {
  const day = new Date(now).toISOString().slice(0, 10)
  const month = day.slice(0, 7)
  const { today, inMonth, ...last } = cost ?? noCost
  return { day, today: last.day === day ? today : 0, month, inMonth: last.month === month ? inMonth : 0 }
}

function withCost(cost: Cost | null, amount: number, now: number): Cost {
  const { today, inMonth, ...dates } = costAt(cost, now)
  return { ...dates, today: Math.max(0, today + amount), inMonth: Math.max(0, inMonth + amount) }
}

/** Its network's limits and its commander's, and what it may cost in a month. */
export type Purse = { channelId: string; lane: string; limits: readonly SendLimit[]; price: number; cap: number | null }

/** Asks to let one send through: a reply, or what leaves only from what that many replies do not need which are `owed`. */
export type Spend = { id: string; type: 'budget/spend'; owed?: number } & Purse

/** `grant` counts the lane's sends; `listens`: what its network answers matters though it says nothing. */
export type Spent =
  | { granted: true; grant: number; listens: boolean }
  | { granted: false; heldBy: 'limit' | 'cost' | 'replies' }

/** What is known of that from which sends are spent. */
export type Funds = { budget: (pool: string) => Budget; cost: Cost | null }

/** The pools a send goes through: those its limits name, and the lane itself, of which the network's own words are kept. */
export function poolsOf({ lane, limits }: Pick<Purse, 'lane' | 'limits'>): Map<string, SendLimit[]> {
  const pools = new Map<string, SendLimit[]>([[laneOfPool(lane), []]])
  for (const limit of limits) pools.set(limit.pool, [...(pools.get(limit.pool) ?? []), limit])
  return pools
}

/** No network's pool is named like that. */
export function laneOfPool(lane: string): string {
  return `lane:${lane}`
}

export function isOverCap(cost: Cost | null, { price, cap }: Pick<Purse, 'price' | 'cap'>, now: number): boolean {
  const { inMonth } = costAt(cost, now)
  return cap !== null && (inMonth + price > cap || (cap > 0 && inMonth >= cap))
}

/** What holds the next send back now; null where it may leave. */
export function holdOn(purse: Purse, { budget, cost }: Funds, now: number): 'limit' | 'cost' | null {
  if (isOverCap(cost, purse, now)) return 'cost'
  return leftOf(purse, budget, now) < 1 ? 'limit' : null
}

function leftOf(purse: Purse, budget: Funds['budget'], now: number): number {
  return Math.min(...[...poolsOf(purse)].map(([pool, limits]) => leftIn(budget(pool), limits, now)))
}

/** Whether replies need what is left: those that are owed, and half of each limit, for those who may yet write. */
function isForReplies(purse: Purse, owed: number, budget: Funds['budget'], now: number): boolean {
  const limits = purse.limits.map(limit => ({ ...limit, most: Math.floor(limit.most / 2) }))
  return limits.some(({ most, points }) => points > most) || leftOf({ ...purse, limits }, budget, now) <= owed
}

/** Everything one send goes through, as it stands afterwards. */
export function spentOf(
  purse: Purse,
  { budget, cost }: Funds,
  now: number,
): { budgets: [string, Budget][]; cost: Cost } {
  const budgets = [...poolsOf(purse)].map(
    ([pool, limits]) => [pool, spend(budget(pool), limits, now)] as [string, Budget],
  )
  return { budgets, cost: withCost(cost, purse.price, now) }
}

/** One send goes through every pool it needs, or through none. */
export function spendBudget(command: Spend, view: View, { now }: Context): Decision {
  const costKey = company.cost(command.channelId)
  view.need([costKey, ...[...poolsOf(command).keys()].map(company.budget)])
  const budget = (pool: string) => view.get<Budget>(company.budget(pool)) ?? newBudget
  const funds = { budget, cost: view.get<Cost>(costKey) }
  const isSpare = command.owed === undefined || !isForReplies(command, command.owed, budget, now)
  const heldBy = holdOn(command, funds, now) ?? (isSpare ? null : 'replies')
  if (heldBy !== null) return { type: 'unchanged', answer: { granted: false, heldBy } satisfies Spent }
  const lane = budget(laneOfPool(command.lane))
  const listens = lane.closures > 0 || lane.told.length > 0
  if (isFree(command, lane)) return { type: 'unchanged', answer: { granted: true, grant: 0, listens } }
  const spent = spentOf(command, funds, now)
  const put: PutRecord[] = spent.budgets.map(([pool, value]) => ({ key: company.budget(pool), value }))
  if (command.price > 0) put.push({ key: costKey, value: spent.cost })
  return change(put, [], { granted: true, grant: lane.granted + 1, listens } satisfies Spent)
}

/** Nothing limits it and nothing has to be remembered of it. */
function isFree({ limits, price }: Purse, lane: Budget): boolean {
  return limits.length === 0 && price === 0 && lane.told.length === 0 && lane.closures === 0
}

/**
 * What the network's answer to a send means for those after it. `took`: it accepted one. `closedForMs`: it takes nothing
 * for so long, null where it did not say how long; left out where it takes more. `refund`: what the send did not cost.
 */
export type Hear = {
  id: string
  type: 'budget/hear'
  channelId: string
  lane: string
  grant: number
  took: boolean
  told: LimitTold | null
  closedForMs?: number | null
  refund: number
}

export function hearLimits(command: Hear, view: View, { now }: Context): Decision {
  const key = company.budget(laneOfPool(command.lane))
  const costKey = company.cost(command.channelId)
  view.need([key, costKey])
  const former = view.get<Budget>(key) ?? newBudget
  const budget = [
    (each: Budget) =>
      command.told === null ? answered(each, command.grant) : tell(each, command.told, command.grant, now),
    (each: Budget) => (command.took ? reopen(each) : each),
    (each: Budget) => (command.closedForMs === undefined ? each : close(each, command.closedForMs, now)),
  ].reduce((each, step) => step(each), former)
  const put: PutRecord[] = [{ key, value: budget }]
  if (command.refund > 0) {
    put.push({ key: costKey, value: withCost(view.get<Cost>(costKey), -command.refund, now) })
  }
  return change(put, [])
}

/** What reading from its network cost. */
export type AddCost = { id: string; type: 'cost/add'; channelId: string; amount: number }

export function addCost({ channelId, amount }: AddCost, view: View, { now }: Context): Decision {
  const key = company.cost(channelId)
  return change([{ key, value: withCost(view.get<Cost>(key), amount, now) }], [])
}
