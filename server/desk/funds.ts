import { type Budget, newBudget } from '../domain/budget.ts'
import { company } from '../domain/indexes.ts'
import { type Cost, type Funds, type Purse, poolsOf } from '../domain/pool.ts'
import type { Store } from '../store/store.ts'

/** Of some pools and channels all that is known, at `now` by the store's clock; `versions` of what is known of each pool. */
export type AllFunds = {
  now: number
  budgets: Map<string, Budget>
  versions: ReadonlyMap<string, string>
  costs: Map<string, Cost>
}

/** In one reading, whatever these purses draw on, and what these channels have cost. */
export function readFunds(store: Store, purses: readonly Purse[], channelIds: readonly string[]): Promise<AllFunds> {
  return readPools(store, [...new Set(purses.flatMap(purse => [...poolsOf(purse).keys()]))], channelIds)
}

/** In one reading, what is known of these pools, and what these channels have cost. */
export async function readPools(
  store: Store,
  pools: readonly string[],
  channelIds: readonly string[] = [],
): Promise<AllFunds> {
  const keys = [...pools.map(company.budget), ...channelIds.map(company.cost)]
  const { now, records } = await store.read(company.room, keys)
  const found = records.map(record => record?.value)
  const budgets = new Map(pools.map((pool, at) => [pool, (found[at] ?? newBudget) as Budget]))
  const versions = new Map(pools.map((pool, at) => [pool, records[at]?.version ?? '']))
  const costs = new Map(
    channelIds.flatMap((id, at) => {
      const cost = found[pools.length + at] as Cost | undefined
      return cost === undefined ? [] : [[id, cost] as const]
    }),
  )
  return { now, budgets, versions, costs }
}

/** What is known of that on which this purse draws. */
export function fundsOf({ budgets, costs }: AllFunds, { channelId }: Purse): Funds {
  return { budget: pool => budgets.get(pool) ?? newBudget, cost: costs.get(channelId) ?? null }
}
