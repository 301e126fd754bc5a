import { Histories } from '@muster/server/desk/history.ts'
import { openRedisStore } from '@muster/server/store/redis.ts'
import type { Store } from '@muster/server/store/store.ts'
import type { Told } from '@muster/shared/entry.ts'
import { beforeAll, expect, test } from 'vitest'
import { actor, arrivalOf, arriving, cora, declaring, muster, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { recount } from '../support/recount.ts'
import { startRedis } from '../support/redis-server.ts'
import { until } from '../support/until.ts'

const racers = Array.from({ length: 10 }, (_, index) => actor(`Racer${index}`))

/** An incident with so many customers who wrote. */
async function incidentOn(store: Store, customers: number) {
  const desk = deskOn(store)
  const declare = declaring()
  await desk.handle(declare.id, declare, cora)
  const write = () =>
    desk.handle(declare.id, arriving(arrivalOf({ from: { address: nextId('customer'), name: '' } })), muster)
  await Promise.all(Array.from({ length: customers }, write))
  return { desk, incidentId: declare.id, write }
}

async function logOf(store: Store, incidentId: string): Promise<Told[]> {
  const since = await store.since(incidentId, { ...(await store.top(incidentId)), seq: 0 }, 100_000)
  return since.type === 'resumed' ? since.lines.map(({ told }) => told as Told) : []
}

/** Counts how often a store's log is asked for. */
function counting(store: Store) {
  const counted = { pages: 0, from: 0, underway: 0, most: 0 }
  const log = {
    now: () => store.now(),
    top: (room: string) => store.top(room),
    lines: async (...asked: Parameters<Store['lines']>) => {
      counted.pages++
      counted.from = asked[1].seq
      counted.most = Math.max(counted.most, ++counted.underway)
      return store.lines(...asked).finally(() => counted.underway--)
    },
  }
  return { counted, log }
}

onEachStore(shelf => {
  let store: Store
  beforeAll(async () => {
    store = await shelf.open()
  })

  test('[IN20] a log of many pages is read from its start, and further from where it stood', async () => {
    const { incidentId, write } = await incidentOn(store, 900)
    let now = 0
    const { counted, log } = counting(store)
    const histories = new Histories(log, () => now)
    for (const pages of [5, 6]) {
      const series = await histories.series(incidentId, 60)
      const { minutes, firstReplies } = recount(await logOf(store, incidentId), series?.asOf ?? 0, 60)
      expect(series).toEqual({ at: await store.top(incidentId), asOf: series?.asOf, minutes, firstReplies })
      expect(counted.pages).toBe(pages)
      now += 1_000
      await write()
    }
  })

  test('[IN20] however many boards ask, the log is read once, and not again within a second', async () => {
    const { incidentId, write } = await incidentOn(store, 500)
    let now = 0
    const { counted, log } = counting(store)
    const histories = new Histories(log, () => now)
    const answers = await Promise.all(Array.from({ length: 50 }, () => histories.series(incidentId, 60)))
    await write()
    now = 999
    answers.push(await histories.series(incidentId, 60))
    expect(new Set(answers).size).toBe(1)
    expect(counted).toMatchObject({ pages: 3, most: 1 })
    now = 1_000
    expect((await histories.series(incidentId, 60))?.at.seq).toBe(502)
  })

  test('[IN20] an incident nobody asked about for minutes is read anew, and one that is none is never kept', async () => {
    const { incidentId } = await incidentOn(store, 1)
    let now = 0
    const { counted, log } = counting(store)
    const histories = new Histories(log, () => now)
    const ask = async () => (await histories.series(incidentId, 60))?.at.seq
    expect(await ask()).toBe(2)
    expect(await histories.series('nowhere', 60)).toBeNull()
    expect(await histories.series('nowhere', 60)).toBeNull()
    expect(counted.pages).toBe(3)
    for (const [passed, from] of [
      [10 * 60_000, 2],
      [10 * 60_000 + 1, 0],
    ] as const) {
      now += passed
      expect(await ask()).toBe(2)
      expect(counted.from).toBe(from)
    }
  })

  test('[IN20] claims are decided while a long log is read', async () => {
    const { desk, incidentId } = await incidentOn(store, 4_000)
    const join = { type: 'incident/join', incidentId } as const
    await Promise.all(racers.map(racer => desk.handle(incidentId, { id: nextId(), ...join }, racer)))
    let read = false
    const reading = new Histories(store).series(incidentId, 60).then(() => {
      read = true
    })
    const take = { type: 'conversation/take-next' as const, incidentId, topics: [] }
    const taken = await Promise.all(racers.map(racer => desk.handle(incidentId, { id: nextId(), ...take }, racer)))
    expect(taken.map(({ type }) => type)).toEqual(racers.map(() => 'done'))
    expect(read).toBe(false)
    await reading
  })
})

test('[IN20] [ST6] a log that begins anew is counted anew', async () => {
  const redis = await startRedis({ appendonly: true })
  const store = await openRedisStore({ url: redis.url })
  const { incidentId, write } = await incidentOn(store, 3)
  let now = 0
  const histories = new Histories(store, () => now)
  const before = await histories.series(incidentId, 60)
  await redis.restart()
  const eraNow = () =>
    store.top(incidentId).then(
      ({ era }) => era,
      () => before?.at.era,
    )
  await until('another era', async () => (await eraNow()) !== before?.at.era)
  await write()
  now += 1_000
  const after = await histories.series(incidentId, 60)
  expect(after?.at).toEqual(await store.top(incidentId))
  const { minutes, firstReplies } = recount(await logOf(store, incidentId), after?.asOf ?? 0, 60)
  expect(after).toMatchObject({ minutes, firstReplies })
  await store.close()
  await redis.stop()
})
