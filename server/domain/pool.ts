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

/** Its network's limits and its commander's, and what it may cost in a month. `words`: the pool of what the network itself says. */
export type Purse = {
  channelId: string
  lane: string
  words: string
  limits: readonly SendLimit[]
  price: number
  cap: number | null
}

/** Asks to let one send through: a reply, or what leaves only from what that many replies do not need which are `owed`. */
export type Spend = { id: string; type: 'budget/spend'; owed?: number } & Purse

/**
 * `grant` counts the sends of which `words` are kept; `listens`: what its network answers matters though it says nothing;
 * `troubled`: what was last tried by its lane was put off.
 */
export type Spent =
  | { granted: true; grant: number; listens: boolean; troubled: boolean }
  | { granted: false; heldBy: 'limit' | 'cost' | 'replies' }

/** What is known of that from which sends are spent. */
export type Funds = { budget: (pool: string) => Budget; cost: Cost | null }

/** The pools a send goes through: those its limits name, and the one for which the network's own words are kept. */
export function poolsOf({ words, limits }: Pick<Purse, 'words' | 'limits'>): Map<string, SendLimit[]> {
  const pools = new Map<string, SendLimit[]>([[words, []]])
  for (const limit of limits) pools.set(limit.pool, [...(pools.get(limit.pool) ?? []), limit])
  return pools
}

/** Where the network's words are kept that are about one lane. No network's pool is named like that. */
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
  const failingKey = company.failing(command.lane)
  view.need([costKey, failingKey, ...[...poolsOf(command).keys()].map(company.budget)])
  const budget = (pool: string) => view.get<Budget>(company.budget(pool)) ?? newBudget
  const funds = { budget, cost: view.get<Cost>(costKey) }
  const isSpare = command.owed === undefined || !isForReplies(command, command.owed, budget, now)
  const heldBy = holdOn(command, funds, now) ?? (isSpare ? null : 'replies')
  if (heldBy !== null) return { type: 'unchanged', answer: { granted: false, heldBy } satisfies Spent }
  const words = budget(command.words)
  const listens = words.closures > 0 || words.told.length > 0
  const granted = { granted: true, listens, troubled: view.peek(failingKey) !== null } as const
  if (isFree(command, words)) return { type: 'unchanged', answer: { ...granted, grant: 0 } satisfies Spent }
  const spent = spentOf(command, funds, now)
  const put: PutRecord[] = spent.budgets.map(([pool, value]) => ({ key: company.budget(pool), value }))
  if (command.price > 0) put.push({ key: costKey, value: spent.cost })
  return change(put, [], { ...granted, grant: words.granted + 1 } satisfies Spent)
}

/** Nothing limits it and nothing has to be remembered of it. */
function isFree({ limits, price }: Purse, words: Budget): boolean {
  return limits.length === 0 && price === 0 && words.told.length === 0 && words.closures === 0
}

/**
 * What the network's answer to a send means for those after it. `took`: it accepted one. `closedForMs`: it takes nothing
 * for so long, null where it did not say how long; left out where it takes more. `others`: pools of words for which that holds
 * as well. `refund`: what the send did not cost.
 */
export type Hear = {
  id: string
  type: 'budget/hear'
  channelId: string
  words: string
  others: readonly string[]
  grant: number
  took: boolean
  told: LimitTold | null
  closedForMs?: number | null
  refund: number
}

export function hearLimits(command: Hear, view: View, { now }: Context): Decision {
  const { channelId, words, others, refund } = command
  const costKey = company.cost(channelId)
  view.need([...[words, ...others].map(company.budget), costKey])
  const hear = (pool: string, heard: Heard): PutRecord => {
    const key = company.budget(pool)
    return { key, value: hearing(view.get<Budget>(key) ?? newBudget, heard, now) }
  }
  // Who sent nothing has no send that was answered, and knows of none that was taken.
  const put = [hear(words, command), ...others.map(pool => hear(pool, { ...command, grant: 0, took: false }))]
  if (refund > 0) put.push({ key: costKey, value: withCost(view.get<Cost>(costKey), -refund, now) })
  return change(put, [])
}

type Heard = Pick<Hear, 'grant' | 'took' | 'told' | 'closedForMs'>

function hearing(budget: Budget, { grant, took, told, closedForMs }: Heard, now: number): Budget {
  const heard = told === null ? answered(budget, grant) : tell(budget, told, grant, now)
  const opened = took ? reopen(heard) : heard
  return closedForMs === undefined ? opened : close(opened, closedForMs, now)
}

/** What reading from its network cost. */
export type AddCost = { id: string; type: 'cost/add'; channelId: string; amount: number }

export function addCost({ channelId, amount }: AddCost, view: View, { now }: Context): Decision {
  const key = company.cost(channelId)
  return change([{ key, value: withCost(view.get<Cost>(key), amount, now) }], [])
}
