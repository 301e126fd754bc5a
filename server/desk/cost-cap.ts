import type { ChannelRecord } from '@muster/shared/channel.ts'
import { company } from '../domain/indexes.ts'
import { type Cost, isOverCap } from '../domain/pool.ts'
import type { Store } from '../store/store.ts'

/** Whether what costs at all may be read by this channel: no cap was set, or it is not reached this month. */
export async function mayCost(store: Store, { id, costCap = null }: ChannelRecord): Promise<boolean> {
  if (costCap === null) return true
  const [now, { records }] = await Promise.all([store.now(), store.read(company.room, [company.cost(id)])])
  return !isOverCap((records[0]?.value ?? null) as Cost | null, { price: 1, cap: costCap }, now)
}
