import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { tellingWhenItLeaves } from '@muster/server/desk/leaving.ts'
import { Meter } from '@muster/server/desk/meter.ts'
import type { IncidentWeather } from '@muster/server/desk/weather.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { afterEach, expect, test } from 'vitest'
import { ada, cora, nextId } from '../support/builders.ts'
import type { LimitedGiven } from '../support/limited-network.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'

const minute = 60_000
const quarter = 15 * minute
const hour = 60 * minute

onEachStore(shelf => {
  let pier: Pier
  afterEach(() => pier.close())

  const limited = (most: number, perMs: number, given: Partial<LimitedGiven> = {}) =>
    pier.limited([{ most, perMs, pool: nextId('pool') }], given)
  const begin = async () => {
    pier = await Pier.open(await shelf.open())
  }

  /** What an incident is told of this channel. */
  const channelIn = (told: IncidentWeather | null | undefined, { id }: Network) =>
    told?.channels.find(({ channelId }) => channelId === id)

  test('[DL16] of many who hand in at once nobody is told by a look that knew of none of them', async () => {
    await begin()
    const network = limited(5, minute)
    await pier.save(network)
    const { placing } = pier.weather(0, quarter)
    await pier.several(network, 5)
    await pier.work(pier.worker())
    const foretell = async () => {
      const [id = ''] = await pier.several(network, 1)
      return (await placing.leavesAt(pier.incidentId, await pier.waiting(id))) ?? 0
    }
    const foretold: number[] = []
    for (let time = 0; time < 10; time++) foretold.push((await foretell()) - pier.now)
    expect(Math.max(...foretold.slice(0, 5))).toBeLessThan(1.2 * minute)
    expect(Math.max(...foretold)).toBeLessThan(2.4 * minute)
  })

  test('[DL16] nobody is told by a look from before those left who took what was left', async () => {
    await begin()
    const network = limited(5, minute)
    await pier.save(network)
    const { placing } = pier.weather(0, quarter)
    const first = await pier.queued(network)
    expect(await placing.leavesAt(pier.incidentId, await pier.waiting(first))).toBe(pier.now)
    await pier.several(network, 4)
    await pier.work(pier.worker())
    expect(network.visible).toHaveLength(5)
    const late = await pier.queued(network)
    const leavesAt = (await placing.leavesAt(pier.incidentId, await pier.waiting(late))) ?? 0
    expect(leavesAt - pier.now).toBeGreaterThan(0.8 * minute)
  })

  test('[DL16] what its network took less of than it documents is foretold by what the network says', async () => {
    await begin()
    const pool = nextId('pool')
    const documented = [{ most: 1_000, perMs: quarter, pool }]
    const network = limited(10, quarter, { tells: 'left', documented })
    await pier.save(network)
    const { placing } = pier.weather()
    await pier.several(network, 15)
    const worker = pier.worker()
    await pier.work(worker)
    expect(network.visible).toHaveLength(10)
    const waiting = await pier.queued(network)
    const leavesAt = await placing.leavesAt(pier.incidentId, await pier.waiting(waiting))
    expect(Math.abs((leavesAt ?? 0) - pier.now - quarter)).toBeLessThanOrEqual(quarter / 5)
  })

  test('[DL16] whoever hands a reply in is told when it will have left; where a reviewer reads it first nobody can tell', async () => {
    await begin()
    const network = limited(1, quarter)
    await pier.save(network)
    const { placing } = pier.weather(400)
    const { store } = pier.desk
    const answers = ['queued', 'submitted', 'queued'].map(state => ({ state }))
    const ids = await pier.several(network, 2)
    const ask = tellingWhenItLeaves(async () => ({ type: 'done', seq: 1, answer: answers.shift() ?? {} }), {
      store,
      placing,
      unplaced: pier.unplaced,
    })
    const submit = (id: string) => {
      const rest = { conversationId: 'c', fence: 1, epoch: 1, text: 'x', through: 1 }
      return ask(ada, { id, type: 'reply/submit', incidentId: pier.incidentId, ...rest })
    }
    await pier.work(pier.worker())
    const late = (await pier.reply(ids[0] ?? '')).state === 'queued' ? ids[0] : ids[1]
    expect(await submit(late ?? '')).toMatchObject({ answer: { state: 'queued', leavesAt: expect.any(Number) } })
    expect(await submit(late ?? '')).toMatchObject({ answer: { state: 'submitted', leavesAt: null } })
    expect(await submit('nobody')).toMatchObject({ answer: { state: 'queued', leavesAt: null } })
  })

  test('[DL16] [DL17] what still waits of an incident that was resolved long ago is told, and counted in what is foretold', async () => {
    await begin()
    const network = limited(1, 10 * hour)
    await pier.save(network)
    const { weather, placing } = pier.weather()
    await pier.several(network, 3, { waitedMs: hour })
    await pier.work(pier.worker())
    const { incidentId } = pier
    await pier.desk.handle(incidentId, { id: nextId(), type: 'incident/resolve', incidentId }, cora)
    await mirrorIncident(pier.desk, incidentId)
    await pier.wait(5 * hour)
    expect(channelIn(await weather.of(incidentId), network)?.lanes[0]).toMatchObject({ queued: 2 })
    const next = await pier.declare()
    await pier.save(network, { incidentId: next })
    const late = await pier.queued(network, { incidentId: next })
    const leavesAt = Number(await placing.leavesAt(next, await pier.waiting(late, next)))
    expect(channelIn(await weather.of(next), network)?.lanes[0]).toMatchObject({ queued: 3, left: 0 })
    expect(leavesAt - pier.now).toBeGreaterThan(25 * hour)
    await pier.wait(leavesAt - pier.now - 2 * hour)
    expect(network.visible.at(-1)?.replyId).not.toBe(late)
  })

  test('[DL17] [CL30] who watches is told how each lane does, and a lane is slowed and eased by what is foretold', async () => {
    await begin()
    const network = limited(5, quarter)
    await pier.save(network)
    const { weather, told } = pier.weather()
    const worker = pier.worker()
    await weather.look()
    await weather.look()
    expect(told).toHaveLength(1)
    const lanesOf = (each: IncidentWeather | undefined) => channelIn(each, network)?.lanes ?? []
    expect(lanesOf(told[0])).toMatchObject([
      { visibility: 'public', queued: 0, left: 5, heldBy: null, jammed: false, resetsAt: null },
      { visibility: 'direct', queued: 0, left: 5, heldBy: null, jammed: false },
    ])
    await pier.several(network, 30)
    await pier.work(worker)
    await weather.look()
    const [lane] = lanesOf(told.at(-1))
    expect(lane).toMatchObject({ queued: 25, left: 0, heldBy: 'limit', jammed: true })
    expect(lane?.resetsAt).toBeGreaterThan(pier.now)
    expect(lane?.leavesAt).toBeGreaterThan(pier.now + 4 * quarter)
    for (let turn = 0; turn < 90; turn++) await pier.wait(minute)
    await weather.look()
    expect(lanesOf(told.at(-1))[0]).toMatchObject({ queued: 0, jammed: false })
  })

  test('[WB125] who watches is told when what was read is no longer fresh, and when it is again', async () => {
    await begin()
    await pier.save(limited(5, quarter))
    const { weather, told } = pier.weather()
    for (const lagMs of [1_000, 14_000, 16_000, 19_000, 2_000]) {
      pier.lagMs = lagMs
      await weather.look()
    }
    expect(told.map(({ channels }) => channels[0]?.lagMs)).toEqual([1_000, 16_000, 2_000])
  })

  test('[DL17] a channel that is not open says so, and promises nothing', async () => {
    await begin()
    const network = new Network(nextId('network'), 'none')
    await pier.save(network, { enabled: false })
    pier.networks.set(network.id, network)
    const waiting = await pier.queued(network)
    pier.networks.delete(network.id)
    const { weather, placing } = pier.weather()
    const lanes = channelIn(await weather.of(pier.incidentId), network)?.lanes ?? []
    expect(lanes[0]).toMatchObject({ queued: 1, heldBy: 'away', leavesAt: null, jammed: false })
    expect(await placing.leavesAt(pier.incidentId, await pier.waiting(waiting))).toBe(null)
    expect(await weather.of('nowhere')).toBe(null)
  })

  test('[DL18] [DL19] what sends and reads cost is counted by day and month; at the cap nothing more leaves, and says so', async () => {
    await begin()
    const network = limited(1_000, quarter, { price: 15_000 })
    await pier.save(network, { costCap: 50_000 })
    const meter = new Meter(pier.desk)
    meter.add(network.id, 1_500)
    meter.add(network.id, 500)
    await meter.close()
    const ids = await pier.several(network, 5)
    const worker = pier.worker()
    await pier.work(worker)
    expect(network.visible).toHaveLength(3)
    const { weather } = pier.weather()
    const look = async () => {
      await weather.look()
      const found = channelIn(await weather.of(pier.incidentId), network)
      return { cost: found?.cost, lane: found?.lanes[0] }
    }
    const held = { queued: 2, heldBy: 'cost', leavesAt: null, jammed: true }
    expect(await look()).toMatchObject({ cost: { today: 47_000, month: 47_000, cap: 50_000 }, lane: held })
    const waiting: Reply[] = []
    for (const id of ids) if ((await pier.reply(id)).state === 'queued') waiting.push(await pier.reply(id))
    expect(waiting).toHaveLength(2)
    await pier.save(network, { costCap: 70_000 })
    await pier.wait(24 * 3_600_000)
    expect(network.visible).toHaveLength(4)
    expect((await look()).cost).toMatchObject({ today: 15_000, month: 62_000 })
    pier.now = Date.UTC(new Date(pier.now).getUTCFullYear(), new Date(pier.now).getUTCMonth() + 1, 1)
    await pier.work()
    expect(network.visible).toHaveLength(5)
    expect(await look()).toMatchObject({ cost: { today: 15_000, month: 15_000 }, lane: { jammed: false } })
  })

  test('[DL18] a send that its network refused costs nothing', async () => {
    await begin()
    const network = limited(1, quarter, { price: 10, documented: [] })
    await pier.save(network)
    await pier.several(network, 3)
    await pier.work(pier.worker())
    const { weather } = pier.weather()
    expect(channelIn(await weather.of(pier.incidentId), network)?.cost).toMatchObject({ today: 10 })
    expect(network.refusals).toBeGreaterThan(0)
  })
})
