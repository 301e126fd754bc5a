import { Hastening, mostDue } from '@muster/server/desk/hastening.ts'
import { Lingering } from '@muster/server/desk/lingering.ts'
import { afterEach, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import type { Enforced } from '../support/limited-network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'
import { refusedWith } from '../support/setback.ts'

const minute = 60_000

onEachStore(shelf => {
  let pier: Pier
  afterEach(() => pier.close())

  async function scene(enforced: readonly Enforced[] = []) {
    pier = await Pier.open(await shelf.open())
    const network = pier.limited(enforced)
    await pier.save(network)
    const worker = pier.worker()
    const node = () =>
      new Hastening({
        desk: pier.deskOn(pier.desk.store),
        lingering: new Lingering(pier.desk.store),
        open: () => [network.id],
        recovered: lane => worker.recovered(lane),
        hastened: () => {},
        fault: error => {
          throw error
        },
      })
    const hastening = node()
    /** Nothing leaves for ten minutes and more: pauses have grown to some eight. */
    const downFor = async (replies: number, waitedMs = 0) => {
      network.away = true
      const ids = await Promise.all(
        Array.from({ length: replies }, (_, index) => pier.queued(network, { waitedMs: waitedMs + index * 1_000 })),
      )
      await pier.work()
      for (let pause = 2; pause <= 256; pause *= 2) await pier.wait(pause * 1_000)
      return ids
    }
    /** Somebody hands one more in, which is taken. */
    const back = async () => {
      network.away = false
      pier.now += 1_000
      const id = await pier.queued(network)
      await pier.work()
      pier.now += 1
      return id
    }
    const goOn = async () => {
      await hastening.look()
      await pier.work()
    }
    const attempts = async (ids: readonly string[]) => {
      const replies = await Promise.all(ids.map(id => pier.reply(id)))
      return replies.map(reply => reply.attempts)
    }
    return { network, node, hastening, downFor, back, goOn, attempts }
  }

  test('[DL32] with the first that is taken all that was put off for minutes goes, once each, without waiting', async () => {
    const { network, downFor, back, goOn, attempts } = await scene()
    const ids = await downFor(20)
    await goOn()
    expect(await attempts(ids)).toEqual(ids.map(() => 9))
    const now = pier.now
    await back()
    await goOn()
    expect(network.visible).toHaveLength(21)
    expect(new Set(network.visible.map(({ key }) => key)).size).toBe(21)
    expect(await attempts(ids)).toEqual(ids.map(() => 10))
    expect(pier.now - now).toBeLessThan(2_000)
    await goOn()
    expect(network.visible).toHaveLength(21)
  })

  test('[DL32] [DL9] [DL13] [DL16] limits let it, the most urgent first, and a time that is told reckons with all of them', async () => {
    const limit = { most: 3, perMs: minute, pool: nextId('pool') }
    const { network, downFor, back, goOn } = await scene([limit])
    const ids = await downFor(8, 5 * minute)
    const waitsLong = async () => {
      const replies = await Promise.all(ids.map(id => pier.waiting(id)))
      return replies.every(({ notBefore }) => notBefore > pier.now + 2 * minute)
    }
    while (!(await waitsLong())) await pier.wait(20_000)
    await pier.wait(minute)
    await back()
    const begun = pier.now
    await goOn()
    const late = await pier.queued(network)
    const told = await pier.weather().placing.leavesAt(pier.incidentId, await pier.waiting(late))
    for (let time = 0; time < 30; time++) {
      pier.now += 10_000
      await goOn()
    }
    const shown = [...network.shownAt.entries()].slice(1)
    // Whoever waits longest was written last.
    expect(shown.map(([id]) => id)).toEqual([...ids.toReversed(), late])
    for (const [, at] of shown)
      expect(shown.filter(([, other]) => other > at - minute && other <= at).length).toBeLessThanOrEqual(3)
    const leftAt = network.shownAt.get(late) ?? 0
    expect(leftAt - begun).toBeGreaterThan(2 * minute)
    expect(Math.abs((told ?? 0) - leftAt)).toBeLessThan((leftAt - begun) / 5)
    expect(network.refusals).toBe(0)
  })

  test('[DL32] what fails again stops it: few are tried in vain, and the others go with the next that is taken', async () => {
    const { network, hastening, downFor, back, goOn, attempts } = await scene()
    const ids = await downFor(mostDue + 30)
    await back()
    await hastening.look()
    network.away = true
    await pier.work()
    await goOn()
    const tried = (await attempts(ids)).filter(count => count === 10)
    expect(tried).toHaveLength(mostDue)
    await goOn()
    expect((await attempts(ids)).filter(count => count === 10)).toHaveLength(mostDue)
    pier.now += 3_000
    await pier.queued(network)
    await pier.work()
    await back()
    for (let time = 0; time < 3; time++) await goOn()
    expect(network.visible).toHaveLength(ids.length + 3)
    expect(new Set(network.visible.map(({ key }) => key)).size).toBe(ids.length + 3)
  })

  test('[DL32] a node that is started later goes on, and two that look at once bring each forward once', async () => {
    const { network, node, downFor, back } = await scene()
    const ids = await downFor(5)
    await back()
    pier.now += 2 * minute
    const before = (await pier.desk.store.top(pier.incidentId)).seq
    await Promise.all([node().look(), node().look()])
    expect((await pier.desk.store.top(pier.incidentId)).seq).toBe(before + ids.length)
    await pier.work()
    expect(network.visible).toHaveLength(6)
  })

  test('[DL32] whoever looks for something to bring forward wakes who sends it, and nobody where there is nothing', async () => {
    const { network, downFor, back } = await scene()
    await downFor(2)
    let woken = 0
    const desk = pier.deskOn(pier.desk.store)
    const hastening = new Hastening({
      desk,
      lingering: new Lingering(desk.store),
      open: () => [network.id],
      recovered: () => {},
      hastened: () => woken++,
      fault: () => {},
    })
    await hastening.look()
    await back()
    expect(woken).toBe(0)
    await hastening.look()
    expect(woken).toBe(1)
    await pier.work()
    await hastening.look()
    expect(woken).toBe(1)
  })

  test('[DL32] one that is put off for a trouble of its own keeps its pauses, whatever else is taken', async () => {
    const { network, goOn, attempts } = await scene()
    const send = network.send.bind(network)
    const away = refusedWith('It is away.')
    network.send = async outgoing =>
      outgoing.text === 'Poison.' ? { type: 'refused', setback: away, again: true, afterMs: null } : send(outgoing)
    const id = await pier.queued(network, { text: 'Poison.' })
    await pier.work()
    for (let time = 0; time < 40; time++) {
      await pier.queued(network)
      pier.now += 1_000
      await pier.work()
      await goOn()
    }
    // After 0, 2, 6, 14 and 30 seconds.
    expect(await attempts([id])).toEqual([5])
    expect(network.visible).toHaveLength(40)
  })
})
