import { tellingWhenItLeaves } from '@muster/server/desk/leaving.ts'
import { Unplaced } from '@muster/server/desk/unplaced.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { afterEach, expect, test, vi } from 'vitest'
import { ada, cora, nextId } from '../support/builders.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'

const minute = 60_000
const hour = 60 * minute

onEachStore(shelf => {
  let pier: Pier
  afterEach(async () => {
    vi.restoreAllMocks()
    await pier.close()
  })

  /** Five leave each ten minutes, or so many, and the next five are let go then. */
  async function begin(most = 5) {
    pier = await Pier.open(await shelf.open())
    const enforced = [{ most, perMs: 10 * minute, pool: nextId('pool') }]
    const network = pier.limited(enforced, { tells: 'left' })
    await pier.save(network)
    const { placing } = pier.weather()
    const worker = pier.worker()
    await pier.several(network, most, { waitedMs: 2 * hour })
    await pier.work(worker)
    const queue = async (waitedMs: number, incidentId = pier.incidentId) => {
      const id = await pier.queued(network, { waitedMs, incidentId })
      const leavesAt = await placing.leavesAt(incidentId, await pier.waiting(id, incidentId))
      return { id, wait: Math.round(((leavesAt ?? 0) - pier.now) / (10 * minute)) }
    }
    const shown = () => network.visible.slice(most).map(({ replyId }) => replyId)
    const pass = async (tens: number) => {
      for (let count = 0; count < tens * 11; count++) await pier.wait(minute)
    }
    return { network, placing, worker, queue, shown, pass }
  }

  test('[DL26] [DL13] the most urgent goes first where all that was told still holds, and behind what would be late', async () => {
    const { queue, shown, pass } = await begin()
    const four = [await queue(minute), await queue(minute), await queue(minute), await queue(minute)]
    expect(four.map(({ wait }) => wait)).toEqual([1, 1, 1, 1])
    const urgent = await queue(hour)
    expect(urgent.wait).toBe(1)
    const late = await queue(hour)
    expect(late.wait).toBe(2)
    await pass(1)
    expect(shown()).toHaveLength(5)
    expect(shown()[0]).toBe(urgent.id)
    expect(shown()).not.toContain(late.id)
    await pass(1)
    expect(shown()[5]).toBe(late.id)
  })

  test('[DL26] what was told in one incident holds against the urgent of another', async () => {
    const { queue, shown, pass } = await begin()
    const other = await pier.declare()
    const first = []
    for (let count = 0; count < 5; count++) first.push((await queue(minute)).id)
    const urgent = await queue(hour, other)
    expect(urgent.wait).toBe(2)
    await pass(1)
    expect(shown().toSorted()).toEqual(first.toSorted())
  })

  test('[DL26] many who hand in at once are each told a time that holds', async () => {
    const { network, placing, shown, pass } = await begin()
    const turns = Array.from({ length: 20 }, (_, turn) => turn)
    const ids = await Promise.all(turns.map(turn => pier.queued(network, { waitedMs: minute + turn })))
    const told = await Promise.all(
      ids.map(async id => placing.leavesAt(pier.incidentId, await pier.waiting(id)).then(at => ({ id, at: at ?? 0 }))),
    )
    const began = pier.now
    const tens = told.map(({ at }) => Math.round((at - began) / (10 * minute)))
    expect(tens.toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4].flatMap(ten => Array(5).fill(ten)))
    await pass(4)
    expect(shown()).toHaveLength(20)
    for (const { id, at } of told) {
      const wait = at - began
      expect(Math.abs((network.shownAt.get(id) ?? 0) - at)).toBeLessThanOrEqual(wait / 5 + minute)
    }
  })

  test('[DL26] what a reviewer lets go is told nobody, and makes nobody late either', async () => {
    const { network, placing, queue, shown, pass } = await begin()
    const first = []
    for (let count = 0; count < 5; count++) first.push((await queue(minute)).id)
    const approved = await pier.queued(network, { waitedMs: hour })
    await placing.place(pier.incidentId, await pier.waiting(approved))
    expect(await pier.waiting(approved)).toMatchObject({ leavesBy: null })
    await pass(1)
    expect(shown().toSorted()).toEqual(first.toSorted())
    await pass(1)
    expect(shown()).toContain(approved)
  })

  test('[DL26] what comes in the moment in which a told one may leave is not let go before its place is found', async () => {
    const { network, placing, worker, queue, shown } = await begin(1)
    const told = await queue(minute)
    pier.now += 11 * minute
    const { store } = pier.desk
    const { unplaced } = pier
    let urgent = ''
    const conversationId = await pier.write(network, { waitedMs: hour })
    const ask = tellingWhenItLeaves(
      async (_, { id }) => {
        urgent = await pier.answer(conversationId, { id })
        await pier.work(worker)
        return { type: 'done', seq: 1, answer: { state: 'queued' } }
      },
      { store, placing, unplaced },
    )
    const rest = { conversationId, fence: 1, epoch: 1, text: 'x', through: 1 }
    const outcome = await ask(ada, { id: nextId('reply'), type: 'reply/submit', incidentId: pier.incidentId, ...rest })
    expect(shown()).toEqual([told.id])
    const { leavesAt } = (outcome as Extract<Outcome, { type: 'done' }>).answer
    expect(Number(leavesAt) - pier.now).toBeGreaterThan(9 * minute)
    await pier.wait(11 * minute)
    expect(shown()).toEqual([told.id, urgent])
  })

  test('[DL26] what leaves while another finds its place is no more counted on, and whoever was told keeps the turn', async () => {
    const { network, placing, worker, queue, shown } = await begin(2)
    const [told, first] = [await queue(minute), await queue(2 * minute)]
    expect([told.wait, first.wait]).toEqual([1, 1])
    pier.now += 11 * minute
    const urgent = await pier.queued(network, { waitedMs: hour })
    const reply = await pier.waiting(urgent)
    const { store } = pier.desk
    const list = store.list.bind(store)
    let isFirst = true
    vi.spyOn(store, 'list').mockImplementation(async (room, index, page) => {
      if (room === pier.incidentId && index.startsWith('urgent/') && isFirst) {
        isFirst = false
        await pier.unplaced.during([told.id, urgent], () => pier.work(worker))
      }
      return list(room, index, page)
    })
    const leavesAt = await placing.leavesAt(pier.incidentId, reply)
    expect(shown()).toEqual([first.id])
    expect(Number(leavesAt) - pier.now).toBeGreaterThan(9 * minute)
    await pier.work(worker)
    expect(shown()).toEqual([first.id, told.id])
  })

  test('[DL26] [DL16] who hands in after others who are less urgent is told by all of them, however lately somebody looked', async () => {
    const { network, shown, pass } = await begin(2)
    const { placing } = pier.weather(0, 3_600_000)
    const told: { id: string; ten: number }[] = []
    for (let count = 1; count <= 6; count++) {
      const id = await pier.queued(network, { waitedMs: count * minute })
      const leavesAt = await placing.leavesAt(pier.incidentId, await pier.waiting(id))
      told.push({ id, ten: Math.round((Number(leavesAt) - pier.now) / (10 * minute)) })
    }
    expect(told.map(({ ten }) => ten)).toEqual([1, 1, 2, 2, 3, 3])
    for (const ten of [1, 2, 3]) {
      await pass(1)
      const then = told.filter(each => each.ten <= ten).map(({ id }) => id)
      expect(shown().toSorted()).toEqual(then.toSorted())
    }
  })

  test('[DL26] what a reviewer lets go waits for its place too, and whoever lets it go for nothing', async () => {
    await begin()
    const { store } = pier.desk
    const { promise, resolve } = Promise.withResolvers<void>()
    const asked: string[] = []
    const unplaced = new Unplaced(() => asked.push('look again'))
    const place = async () => promise
    const outcome = { type: 'done', seq: 1, answer: {} } as const
    const ask = tellingWhenItLeaves(async () => outcome, {
      store,
      placing: { place, leavesAt: async () => 0 },
      unplaced,
    })
    const id = await pier.queued({ id: [...pier.networks.keys()][0] ?? '' })
    const approve = { replyId: id, fence: 1, epoch: 1, text: 'x' }
    const told = await ask(cora, { id: nextId(), type: 'review/approve', incidentId: pier.incidentId, ...approve })
    expect([told, unplaced.has(id), asked]).toEqual([outcome, true, []])
    resolve()
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    expect(unplaced.has(id)).toBe(false)
  })
})
