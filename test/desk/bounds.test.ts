import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Received } from '@muster/server/channels/channel.ts'
import { Bounds, withRoom } from '@muster/server/desk/bounds.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { Store } from '@muster/server/store/store.ts'
import { expect, test } from 'vitest'
import { arrivalOf, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { histories } from '../support/histories.ts'
import { onEachStore } from '../support/on-each-store.ts'

/** MUSTER_HISTORIES=50000 for the whole storm. */
const total = Math.ceil(histories(10_000).numRuns / 2_500) * 2_500

test('[CH61] there is room for so many and so many bytes; who waits is let in in the order of coming', async () => {
  const bounds = new Bounds({ count: 3, bytes: 100 })
  const first = await bounds.enter(60)
  expect(bounds.tryEnter(41)).toBe(null)
  const second = bounds.tryEnter(40)
  expect(bounds.held).toEqual({ count: 2, bytes: 100, waiting: 0 })
  const order: string[] = []
  const large = bounds.enter(50).then(leave => order.push('large') && leave)
  const small = bounds.enter(1).then(leave => order.push('small') && leave)
  // Who could be let in before those who wait is told to come again.
  expect(bounds.tryEnter(0)).toBe(null)
  second?.()
  second?.()
  await nextTurn()
  expect(order).toEqual([])
  first()
  const leaves = await Promise.all([large, small])
  expect(order).toEqual(['large', 'small'])
  for (const leave of leaves) if (typeof leave === 'function') leave()
  expect(bounds.held).toEqual({ count: 0, bytes: 0, waiting: 0 })
})

test('[CH61] what is larger than all the room is let in alone', async () => {
  const bounds = new Bounds({ count: 3, bytes: 100 })
  const leave = bounds.tryEnter(5_000)
  expect(leave).not.toBe(null)
  expect(bounds.tryEnter(1)).toBe(null)
  leave?.()
  expect(bounds.tryEnter(1)).not.toBe(null)
})

test('[CH61] what fails gives its room back', async () => {
  const bounds = new Bounds()
  const take = withRoom(bounds, () => Promise.reject(new Error('it failed')))
  await expect(take({}, { type: 'arrival', arrival: arrivalOf() })).rejects.toThrow('it failed')
  expect(bounds.held).toEqual({ count: 0, bytes: 0, waiting: 0 })
})

onEachStore(shelf => {
  /** A store that takes a hundred turns of the loop for each commit. */
  function slow(store: Store): Store {
    const commit: Store['commit'] = async (room, changes) => {
      for (let turn = 0; turn < 100; turn++) await nextTurn()
      return store.commit(room, changes)
    }
    return new Proxy(store, {
      get: (target, name: keyof Store) => {
        const own = name === 'commit' ? commit : target[name]
        return typeof own === 'function' ? own.bind(target) : own
      },
    })
  }

  test(`[CH61] [CH1] ${total} arrivals before a slow store: each is stored once, and few are held at a time`, async () => {
    const store = await shelf.open()
    const bounds = new Bounds({ count: 500, bytes: 4_000_000 })
    const intake = new Intake(deskOn(slow(store)))
    const most = { count: 0, bytes: 0, begun: 0 }
    let begun = 0
    const take = withRoom(bounds, async (origin: { id: string; incidentId: null }, received: Received) => {
      most.begun = Math.max(most.begun, ++begun)
      most.count = Math.max(most.count, bounds.held.count)
      most.bytes = Math.max(most.bytes, bounds.held.bytes)
      await intake.take(origin, received)
      begun--
    })
    const text = 'My card was declined twice, what is going on? '.repeat(10)
    let acknowledged = 0
    const before = await store.count(company.room, company.unclaimedArrivals)
    /** A channel that reads a hundred, hands them on, and reads on once all of them were taken. */
    const pull = async (id: string, share: number) => {
      for (let read = 0; read < share; read += 100) {
        const batch = Array.from({ length: 100 }, (_, index) =>
          arrivalOf({
            externalId: `${id}-${read + index}`,
            from: { address: `${id}-${read + index}@example.com`, name: '' },
            text,
          }),
        )
        await Promise.all(batch.map(arrival => take({ id, incidentId: null }, { type: 'arrival', arrival })))
        acknowledged += batch.length
      }
    }
    await Promise.all(Array.from({ length: 25 }, () => pull(nextId('channel'), total / 25)))
    expect(acknowledged).toBe(total)
    expect((await store.count(company.room, company.unclaimedArrivals)) - before).toBe(total)
    expect(most.count).toBe(500)
    expect(most.begun).toBeLessThanOrEqual(500)
    expect(most.bytes).toBeLessThanOrEqual(4_000_000)
    expect(bounds.held).toEqual({ count: 0, bytes: 0, waiting: 0 })
  }, 300_000)
})
