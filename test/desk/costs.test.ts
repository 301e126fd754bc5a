import { mayCost } from '@muster/server/desk/cost-cap.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { Cost } from '@muster/server/domain/pool.ts'
import type { ChannelRecord } from '@muster/shared/channel.ts'
import { afterEach, expect, test } from 'vitest'
import { cora, muster, nextId } from '../support/builders.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'

function recordOf(id: string): ChannelRecord {
  const settings = { kind: 'webhook', replyUrl: null, longest: 100, deduplicates: true } as const
  return { id, name: id, enabled: true, incidentId: null, settings }
}

onEachStore(shelf => {
  let pier: Pier
  afterEach(() => pier.close())

  /** Two nodes, and a network of which each reply costs a thousand. */
  async function scene() {
    pier = await Pier.open(await shelf.open())
    const network = pier.limited([], { price: 1_000 })
    pier.worker()
    pier.worker(pier.deskOn(pier.desk.store))
    const cost = async () => {
      const { records } = await pier.desk.store.read(company.room, [company.cost(network.id)])
      return (records[0]?.value as Cost | undefined)?.inMonth
    }
    return { network, cost }
  }

  test('[DL18] [DL12] what two nodes are let through for one try is spent once, and given back by none while the other sends it', async () => {
    const { network, cost } = await scene()
    await pier.several(network, 20)
    await pier.work()
    expect(network.visible).toHaveLength(20)
    expect(await cost()).toBe(20_000)
  })

  test('[DL18] [DL19] two nodes together send no more than a cap pays for', async () => {
    const { network, cost } = await scene()
    pier.restraints.set(network.id, { costCap: 7_000 })
    await pier.several(network, 20)
    for (let look = 0; look < 5; look++) await pier.wait(60_000)
    expect([network.visible.length, await cost()]).toEqual([7, 7_000])
  })

  test('[CH66] at its cap a channel may cost no more, on any node, until the cap is higher or the next month', async () => {
    const { network } = await scene()
    const channel = (costCap: number | null) => ({ ...recordOf(network.id), costCap })
    const may = (costCap: number | null) => mayCost(pier.desk.store, channel(costCap))
    expect([await may(null), await may(0), await may(5_000)]).toEqual([true, false, true])
    const add = (amount: number) => ({ id: nextId(), type: 'cost/add', channelId: network.id, amount }) as const
    await pier.desk.handle(company.room, add(4_999), muster)
    expect(await may(5_000)).toBe(true)
    await pier.desk.handle(company.room, add(1), muster)
    expect([await may(5_000), await may(5_001), await may(null)]).toEqual([false, true, true])
    pier.now += 32 * 86_400_000
    expect(await may(5_000)).toBe(true)
  })

  test('[DL18] what new guidance holds back costs nothing, and is given back once by two nodes', async () => {
    const { network, cost } = await scene()
    await pier.several(network, 5)
    await pier.work()
    const held = await pier.several(network, 3)
    const { incidentId } = pier
    const facts = { know: '', example: '', maySay: 'All is well.', mustNotSay: [], nextUpdateAt: null }
    await pier.desk.handle(incidentId, { id: nextId(), type: 'facts/publish', incidentId, epoch: 1, ...facts }, cora)
    await pier.work()
    expect((await Promise.all(held.map(id => pier.reply(id)))).map(({ state }) => state)).toEqual(
      held.map(() => 'held'),
    )
    expect([network.visible.length, await cost()]).toEqual([5, 5_000])
  })
})
