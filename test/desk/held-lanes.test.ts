import type { Delivery } from '@muster/server/desk/delivery.ts'
import type { Store } from '@muster/server/store/store.ts'
import { afterEach, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import type { LimitedGiven, LimitedNetwork } from '../support/limited-network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'

const minute = 60_000
const quarter = 15 * minute

onEachStore(shelf => {
  let pier: Pier
  afterEach(() => pier.close())

  const begin = async () => {
    pier = await Pier.open(await shelf.open())
    return pier
  }
  const limited = (most: number, perMs: number, given: Partial<LimitedGiven> = {}) =>
    pier.limited([{ most, perMs, pool: nextId('pool') }], given)
  /** Two nodes, each with a worker, and what they ask of the store and of the budgets. */
  const nodes = async () => {
    const counted = await Promise.all([1, 2].map(async () => counting(await shelf.open(), () => pier.now)))
    return counted.map(({ store, calls }) => {
      const desk = pier.deskOn(store)
      const asked: string[] = []
      const handle = desk.handle.bind(desk)
      desk.handle = (room, command, actor) => {
        if (command.type === 'budget/spend') asked.push(command.id)
        return handle(room, command, actor)
      }
      return { worker: pier.worker(desk), calls, asked }
    })
  }

  test('[DL27] while a limit holds, two nodes ask for nothing, and read nothing of its lane', async () => {
    await begin()
    const network = limited(10, quarter)
    const both = await nodes()
    const workers = both.map(({ worker }) => worker)
    await pier.several(network, 40)
    await pier.work(...workers)
    await pier.work(...workers)
    expect(network.visible).toHaveLength(10)
    for (const { calls, asked } of both) for (const each of [calls, asked]) each.splice(0)
    const looks = 40
    for (let look = 0; look < looks; look++) await pier.wait(20_000)
    // The clock is read with the budgets; nothing is read of the lane that is held, only of the free one beside it.
    const usual = ['list delivering', 'list outbox', 'list sending', 'list sought', `list outbox/${network.id}/direct`]
    for (const { calls, asked } of both) {
      expect(asked).toEqual([])
      expect(new Set(calls)).toEqual(new Set(['read', ...usual]))
      expect(calls.filter(call => call === 'read')).toHaveLength(looks)
    }
    expect(network.visible).toHaveLength(10)
  })

  test('[DL27] [DL12] it goes on with the first look that it may, with as many as may leave, and asks for few too many', async () => {
    await begin()
    const network = limited(4, minute)
    const both = await nodes()
    const ids = await pier.several(network, 24)
    const times: number[] = []
    for (let looks = 0; looks < 400 && network.visible.length < 24; looks++) {
      await pier.wait(1_000)
      times.push(...Array.from({ length: network.visible.length - times.length }, () => pier.now))
    }
    expect(new Set(network.visible.map(({ key }) => key))).toEqual(new Set(ids))
    expect(network.refusals).toBe(0)
    // Four at once as soon as the window, its slice and the longest flight of the four before are over.
    const [first = 0] = times
    const [, second = 0] = [...new Set(times)]
    expect(second - first).toBeGreaterThan(minute)
    expect(second - first).toBeLessThanOrEqual(minute + 1_000 + 3_000 + 1_000)
    expect(new Set(times).size).toBe(6)
    expect(both.flatMap(({ asked }) => asked).length).toBeLessThanOrEqual(24 + 2 * 16 + 24)
  })

  test('[DL27] [DL19] a commander who lets out more, or pays more, is heeded by the next look', async () => {
    await begin()
    const network = limited(100, quarter, { price: 1_000 })
    await pier.several(network, 8)
    pier.restraints.set(network.id, { pace: { most: 2, perMs: quarter } })
    const [node] = await nodes()
    await pier.work(...workersOf(node))
    expect(network.visible).toHaveLength(2)
    pier.restraints.set(network.id, { pace: { most: 5, perMs: quarter } })
    await pier.work(...workersOf(node))
    expect(network.visible).toHaveLength(5)
    pier.restraints.set(network.id, { costCap: 6_000 })
    await pier.work(...workersOf(node))
    expect(network.visible).toHaveLength(6)
    pier.restraints.set(network.id, { costCap: 8_000 })
    await pier.work(...workersOf(node))
    expect(network.visible).toHaveLength(8)
  })

  test('[DL27] [DL10] a trial that another node made lets this one go on, with no time in between', async () => {
    await begin()
    const enforced = [{ most: 1, perMs: quarter, pool: nextId('pool') }]
    const network = limited(1, quarter, { enforced, documented: [] })
    const [one, other] = await nodes()
    await pier.several(network, 6)
    await pier.work(...workersOf(one))
    expect([network.visible.length, network.refusals]).toEqual([1, 5])
    enforced.splice(0)
    pier.now += minute
    const trial = held(network)
    one?.worker.wake()
    await trial.begun
    await pier.work(...workersOf(other))
    const asked = other?.asked.splice(0) ?? []
    await pier.work(...workersOf(other))
    expect([asked.length, other?.asked]).toEqual([4, []])
    const stopped = one?.worker.close()
    trial.goOn()
    await stopped
    expect(network.visible).toHaveLength(2)
    await pier.work(...workersOf(other))
    expect(network.visible).toHaveLength(6)
  })

  test('[DL27] who is too dear for what is left of a cap holds up nobody cheaper', async () => {
    await begin()
    const network = limited(100, quarter)
    network.spending = text => ({ limits: [], price: text.includes('https://') ? 200 : 15 })
    pier.restraints.set(network.id, { costCap: 100 })
    await pier.several(network, 20, { waitedMs: 3_600_000, text: 'See https://status.example' })
    const [node] = await nodes()
    await pier.work(...workersOf(node))
    expect(network.visible).toEqual([])
    const cheap = await pier.several(network, 2)
    await pier.work(...workersOf(node))
    expect(network.visible.map(({ key }) => key).toSorted()).toEqual(cheap.toSorted())
    const { asked = [] } = node ?? {}
    asked.splice(0)
    await pier.wait(minute)
    expect(asked).toEqual([])
  })
})

function workersOf(node: { worker: Delivery } | undefined): Delivery[] {
  return node === undefined ? [] : [node.worker]
}

/** The next sending of a network waits until it is told to go on. */
function held(network: LimitedNetwork) {
  const [begun, going] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const send = network.send.bind(network)
  network.send = async outgoing => {
    network.send = send
    begun.resolve()
    await going.promise
    return send(outgoing)
  }
  return { begun: begun.promise, goOn: going.resolve }
}

/** Names every call of the store, with the list it reads; by the test's clock. */
function counting(store: Store, clock: () => number) {
  const calls: string[] = []
  const counted = new Proxy(store, {
    get: (target, name: keyof Store) => {
      const own = target[name]
      if (typeof own !== 'function') return own
      return async (...given: unknown[]) => {
        calls.push(name === 'list' ? `list ${String(given[1])}` : name)
        const answer: unknown = await (own as (...each: unknown[]) => unknown).apply(target, given)
        if (name === 'now') return clock()
        return name === 'read' ? { ...(answer as object), now: clock() } : answer
      }
    },
  })
  return { store: counted, calls }
}
