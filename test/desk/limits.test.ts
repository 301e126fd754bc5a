import type { ServerResponse } from 'node:http'
import { openChannel } from '@muster/server/channels/open.ts'
import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { Store } from '@muster/server/store/store.ts'
import { afterEach, expect, test } from 'vitest'
import { surroundingsOf } from '../channels/workbench.ts'
import { cora, nextId } from '../support/builders.ts'
import { startHookReceiver } from '../support/hook-receiver.ts'
import { Ledger } from '../support/limited-network.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'
import { until } from '../support/until.ts'

const quarter = 15 * 60_000

onEachStore(shelf => {
  let pier: Pier
  afterEach(() => pier.close())

  const begin = async () => {
    pier = await Pier.open(await shelf.open())
    return pier
  }
  const limitOf = (most: number, perMs: number, pool = nextId('pool')) => ({ most, perMs, pool })

  test('[DL9] [DL11] two nodes and two incidents together send no more than an account may, and what waits is not refused', async () => {
    await begin()
    const network = pier.limited([limitOf(10, quarter)])
    const other = await pier.declare()
    const ids = [...(await pier.several(network, 12)), ...(await pier.several(network, 13, { incidentId: other }))]
    const nodes = [pier.worker(), pier.worker(pier.deskOn(pier.desk.store))]
    await pier.work(...nodes)
    expect(network.visible).toHaveLength(10)
    for (let minute = 0; minute < 55 && network.visible.length < 25; minute++) await pier.wait(60_000)
    expect(new Set(network.visible.map(({ key }) => key))).toEqual(new Set(ids))
    expect(network.visible).toHaveLength(25)
    expect(network.refusals).toBe(0)
  })

  test('[DL9] a commander lets out less than the network allows', async () => {
    await begin()
    const network = pier.limited([limitOf(100, quarter)])
    pier.restraints.set(network.id, { pace: { most: 3, perMs: 60_000 } })
    await pier.several(network, 8)
    pier.worker()
    await pier.work()
    expect(network.visible).toHaveLength(3)
    await pier.wait(70_000)
    expect(network.visible).toHaveLength(6)
  })

  test.each(['left', 'when', 'nothing'] as const)(
    '[DL10] [DL11] a network that takes less than it documents, and tells %s, gets every reply and few too many',
    async tells => {
      await begin()
      const enforced = limitOf(5, quarter)
      const network = pier.limited([enforced], { documented: [{ ...enforced, most: 50 }], tells })
      const ids = await pier.several(network, 18)
      pier.worker()
      for (let minute = 0; minute < 90 && network.visible.length < 18; minute++) await pier.wait(60_000)
      expect(new Set(network.visible.map(({ key }) => key))).toEqual(new Set(ids))
      expect(network.visible).toHaveLength(18)
      expect(network.refusals).toBeLessThanOrEqual(2 * ids.length)
    },
  )

  test('[DL11] what takes one an hour, and never says so beforehand, gets every reply however many hours it takes', async () => {
    await begin()
    const network = pier.limited([limitOf(1, 3_600_000)], { documented: [] })
    const ids = await pier.several(network, 7)
    pier.worker()
    for (let time = 0; time < 120 && network.visible.length < 7; time++) await pier.wait(300_000)
    expect(new Set(network.visible.map(({ key }) => key))).toEqual(new Set(ids))
    expect(network.visible).toHaveLength(7)
  })

  test('[DL11] a reply that waits for a limit for a day writes nothing, and is sent', async () => {
    await begin()
    const network = pier.limited([limitOf(1, 24 * 3_600_000)])
    await pier.several(network, 2)
    pier.worker()
    await pier.work()
    const before = await pier.desk.store.top(pier.incidentId)
    for (let hour = 0; hour < 24; hour++) await pier.wait(3_600_000)
    expect(network.visible).toHaveLength(1)
    expect(await pier.desk.store.top(pier.incidentId)).toEqual(before)
    await pier.wait(3_600_000)
    expect(network.visible).toHaveLength(2)
  })

  test('[DL11] the hours for which a reply is tried run while its network puts it off, not while it waits for a limit', async () => {
    await begin()
    const network = pier.limited([])
    pier.restraints.set(network.id, { pace: { most: 1, perMs: 6 * 3_600_000 } })
    const [first = '', second = ''] = await pier.several(network, 2)
    pier.worker()
    await pier.work()
    network.away = true
    const late = (await pier.reply(first)).state === 'sent' ? second : first
    for (let half = 0; half < 60; half++) await pier.wait(1_800_000)
    expect(await pier.reply(late)).toMatchObject({ state: 'queued', triedSince: expect.any(Number) })
    pier.restraints.clear()
    for (let minute = 0; minute < 280; minute++) await pier.wait(60_000)
    expect(await pier.reply(late)).toMatchObject({ state: 'failed', reason: expect.stringContaining('for hours') })
  })

  test('[DL11] what waits for a limit leaves though its incident was resolved long ago', async () => {
    await begin()
    const network = pier.limited([limitOf(1, 24 * 3_600_000)])
    await pier.several(network, 2)
    pier.worker()
    await pier.work()
    const { incidentId } = pier
    await pier.desk.handle(incidentId, { id: nextId(), type: 'incident/resolve', incidentId }, cora)
    await mirrorIncident(pier.desk, incidentId)
    await pier.wait(12 * 3_600_000)
    expect(network.visible).toHaveLength(1)
    await pier.wait(13 * 3_600_000)
    expect(network.visible).toHaveLength(2)
  })

  test('[CH24] a receiver that wants no more for six hours is asked now and then, and has every reply once after that', async () => {
    await begin()
    const opens = pier.now + 6 * 3_600_000
    const receiver = await startHookReceiver()
    receiver.answer = response => void response.writeHead(pier.now < opens ? 429 : 204).end()
    const settings = { kind: 'webhook', replyUrl: receiver.url, longest: 500, deduplicates: false } as const
    const record = { id: nextId('hook'), name: 'Shop chat', enabled: true, incidentId: null, settings }
    const { surroundings } = surroundingsOf({ clock: () => pier.now })
    const channel = openChannel(record, { signing: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`] }, surroundings)
    const ids = await pier.several(pier.add(channel), 20)
    pier.worker()
    for (let minute = 0; minute < 359; minute++) await pier.wait(60_000)
    const asked = receiver.posts.length
    const waiting = await Promise.all(ids.map(id => pier.reply(id)))
    expect(waiting.map(({ state }) => state)).toEqual(ids.map(() => 'queued'))
    for (let minute = 0; minute < 30; minute++) await pier.wait(60_000)
    await channel.close()
    await receiver.stop()
    const after = await Promise.all(ids.map(id => pier.reply(id)))
    expect(after.map(({ state }) => state)).toEqual(ids.map(() => 'sent'))
    expect(asked).toBeLessThan(60)
    const taken = receiver.posts.slice(-ids.length).map(({ headers }) => headers['webhook-id'])
    expect(new Set(taken)).toEqual(new Set(ids))
  })

  test('[DL33] what is under way when its channel is opened anew, or the server stops, is seen through', async () => {
    await begin()
    const receiver = await startHookReceiver()
    const asked = Promise.withResolvers<ServerResponse>()
    receiver.answer = response => asked.resolve(response)
    const settings = { kind: 'webhook', replyUrl: receiver.url, longest: 500, deduplicates: false } as const
    const record = { id: nextId('hook'), name: 'Shop chat', enabled: true, incidentId: null, settings }
    const { surroundings } = surroundingsOf({ clock: () => pier.now })
    const channel = openChannel(record, { signing: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`] }, surroundings)
    const id = await pier.queued(pier.add(channel))
    const worker = pier.worker()
    worker.wake()
    const response = await asked.promise
    pier.networks.delete(channel.id)
    await channel.close()
    const closed = worker.close()
    response.writeHead(204).end()
    await closed
    await receiver.stop()
    expect(await pier.reply(id)).toMatchObject({ state: 'sent' })
  })

  test('[DL25] what waits for a channel that is switched off leaves once it is on, or returns after four hours', async () => {
    await begin()
    const network = pier.limited([])
    const lasting = pier.limited([])
    const [early, late] = [await pier.queued(network), await pier.queued(lasting)]
    pier.networks.clear()
    pier.worker()
    await pier.wait(3 * 3_600_000)
    pier.add(network)
    await pier.work()
    expect(await pier.reply(early)).toMatchObject({ state: 'sent' })
    expect(await pier.reply(late)).toMatchObject({ state: 'queued', attempts: 0 })
    await pier.wait(3_600_001)
    expect(await pier.reply(late)).toMatchObject({
      state: 'failed',
      reason: 'Its channel has been switched off for hours.',
    })
    expect(lasting.visible).toEqual([])
  })

  /** Two replies by a channel that takes one in so many hours: for ten of them the other has waited for its limit. */
  async function waitingForHours(hours: number) {
    await begin()
    const network = pier.limited([limitOf(1, hours * 3_600_000)])
    await pier.save(network)
    const ids = await pier.several(network, 2)
    pier.worker()
    await pier.work()
    await pier.wait(10 * 3_600_000)
    const states = async () => (await Promise.all(ids.map(async id => (await pier.reply(id)).state))).toSorted()
    return { network, states }
  }

  test('[DL25] [DL11] what has waited for a limit for hours goes back to nobody while its channel is opened anew, or is not open on one node', async () => {
    const { network, states } = await waitingForHours(24)
    pier.networks.delete(network.id)
    for (let hour = 0; hour < 5; hour++) await pier.wait(3_600_000)
    expect(await states()).toEqual(['queued', 'sent'])
    pier.add(network)
    await pier.wait(10 * 3_600_000)
    expect(await states()).toEqual(['sent', 'sent'])
  })

  test('[DL25] the four hours run from when a channel was switched off, however long a reply waited for a limit before', async () => {
    const { network, states } = await waitingForHours(48)
    const turn = async (enabled: boolean) => {
      await pier.save(network, { enabled })
      if (enabled) pier.add(network)
      else pier.networks.delete(network.id)
    }
    await turn(false)
    await pier.wait(3 * 3_600_000)
    expect(await states()).toEqual(['queued', 'sent'])
    await turn(true)
    await pier.wait(3_600_000)
    await turn(false)
    await pier.wait(3 * 3_600_000)
    // Saved once more, it is off no less.
    await turn(false)
    expect(await states()).toEqual(['queued', 'sent'])
    await pier.wait(3_600_001)
    expect(await states()).toEqual(['failed', 'sent'])
  })

  test('[DL25] what waits for a channel that was removed returns four hours later', async () => {
    const { network, states } = await waitingForHours(48)
    await pier.desk.handle(company.room, { id: nextId(), type: 'channel/remove', channelId: network.id }, cora)
    pier.networks.delete(network.id)
    await pier.wait(3 * 3_600_000)
    expect(await states()).toEqual(['queued', 'sent'])
    await pier.wait(3_600_001)
    expect(await states()).toEqual(['failed', 'sent'])
  })

  test('[DL12] what was let through and then held by new guidance is let through for the next', async () => {
    await begin()
    const other = await pier.declare()
    const network = pier.limited([limitOf(1, 60_000)], { documented: [], tells: 'when' })
    await pier.several(network, 2, { waitedMs: 3_600_000 })
    const next = await pier.queued(network, { incidentId: other })
    pier.worker()
    await pier.work()
    expect([network.visible.length, network.refusals]).toEqual([1, 2])
    const { incidentId } = pier
    const facts = { know: '', example: '', maySay: 'All is well.', mustNotSay: [], nextUpdateAt: null }
    await pier.desk.handle(incidentId, { id: nextId(), type: 'facts/publish', incidentId, epoch: 1, ...facts }, cora)
    for (let tenth = 0; tenth < 7; tenth++) await pier.wait(10_000)
    expect(network.visible.map(({ replyId }) => replyId)[1]).toBe(next)
  })

  test('[DL12] a worker killed after it spent wastes what it spent; the same try spends once', async () => {
    await begin()
    const limit = limitOf(2, quarter)
    const network = pier.limited([limit])
    await pier.several(network, 1)
    const deaf = pier.deskOn(pier.desk.store)
    const handle = deaf.handle.bind(deaf)
    deaf.handle = (room, command, actor) =>
      command.type === 'delivery/take' ? new Promise(() => {}) : handle(room, command, actor)
    const dying = [pier.worker(deaf), pier.worker(deaf)]
    for (const worker of dying) worker.wake()
    await until('the spending', async () => {
      const stored = await pier.desk.store.read(company.room, [company.budget(limit.pool)])
      return stored.records[0]
    })
    const living = pier.worker()
    await pier.work(living)
    expect(network.visible).toHaveLength(1)
    await pier.several(network, 2)
    await pier.work(living)
    expect(network.visible).toHaveLength(2)
    expect(network.refusals).toBe(0)
    pier = await Pier.open(pier.desk.store)
  })

  test('[DL13] whose customer waits longest leaves first, brought forward by distress and by who reads along', async () => {
    await begin()
    const network = pier.limited([limitOf(1, 60_000)])
    const minute = 60_000
    const fresh = await pier.queued(network, { waitedMs: 0 })
    const old = await pier.queued(network, { waitedMs: 20 * minute })
    const read = await pier.queued(network, { waitedMs: 5 * minute, reach: 1_000_000 })
    const private_ = await pier.queued(network, { waitedMs: 6 * minute, reach: 1_000_000, visibility: 'direct' })
    pier.worker()
    await pier.work()
    for (let turn = 0; turn < 4; turn++) await pier.wait(70_000)
    const order = network.visible.map(({ key }) => key)
    expect(order.filter(key => key !== private_)).toEqual([read, old, fresh])
  })

  test('[DL13] what is put off, however urgent, holds up nobody whose time has come', async () => {
    await begin()
    const network = pier.limited([limitOf(1_000, 60_000)])
    const worker = pier.worker()
    network.away = true
    await pier.several(network, 150, { waitedMs: 3_600_000 })
    await pier.work(worker)
    network.away = false
    const fresh = await pier.several(network, 20)
    await pier.work(worker)
    expect(network.visible.map(({ key }) => key).toSorted()).toEqual(fresh.toSorted())
  })

  test('[DL15] two accounts have limits of their own and share the app', async () => {
    await begin()
    const ledger = new Ledger()
    const app = limitOf(8, quarter)
    const one = pier.limited([limitOf(5, quarter), app], { ledger })
    const other = pier.limited([limitOf(5, quarter), app], { ledger })
    await pier.several(one, 6)
    await pier.several(other, 6)
    pier.worker()
    await pier.work()
    const shown = [one.visible.length, other.visible.length]
    expect(shown.reduce((sum, each) => sum + each, 0)).toBe(8)
    expect(Math.max(...shown)).toBeLessThanOrEqual(5)
    for (let minute = 0; minute < 40; minute++) await pier.wait(60_000)
    expect(one.visible.length + other.visible.length).toBe(12)
    expect(one.refusals + other.refusals).toBe(0)
  })

  test('[DL14] a thousand that wait for one account hold up no other, and a look reads few of them', async () => {
    await begin()
    const jammed = pier.limited([limitOf(1, 24 * 3_600_000)])
    await pier.several(jammed, 1_000, { waitedMs: 3_600_000 })
    const free = pier.add(new Network(nextId('free'), 'none'))
    const counted = counting(pier.desk.store)
    const worker = pier.worker(pier.deskOn(counted.store))
    await pier.work(worker)
    await pier.several(free, 3)
    counted.read = 0
    await pier.work(worker)
    expect(free.visible).toHaveLength(3)
    expect(counted.read).toBeLessThan(400)
  })
})

/** Counts the records that lists answered with. */
function counting(store: Store) {
  const counted = { read: 0, store }
  counted.store = new Proxy(store, {
    get: (target, name: keyof Store) => {
      if (name !== 'list') return typeof target[name] === 'function' ? target[name].bind(target) : target[name]
      return async (...given: Parameters<Store['list']>) => {
        const found = await target.list(...given)
        counted.read += found.length
        return found
      }
    },
  })
  return counted
}
