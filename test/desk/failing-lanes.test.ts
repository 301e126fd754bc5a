import type { Channel } from '@muster/server/channels/channel.ts'
import type { LaneWeather } from '@muster/shared/weather.ts'
import { afterEach, expect, test } from 'vitest'
import { ada, lena, nextId } from '../support/builders.ts'
import type { LimitedGiven } from '../support/limited-network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'
import { refusedWith } from '../support/setback.ts'

const minute = 60_000
const away = refusedWith('It is away.')

onEachStore(shelf => {
  let pier: Pier
  afterEach(() => pier.close())

  /** A network that two nodes send to, and how a third one that was just started sees its lanes. */
  async function scene(given: Partial<LimitedGiven> = {}) {
    pier = await Pier.open(await shelf.open())
    const network = pier.limited([], given)
    await pier.save(network)
    pier.worker()
    pier.worker(pier.deskOn(pier.desk.store))
    return { network, lanes: (incidentId = pier.incidentId) => lanesOf(network, incidentId) }
  }

  async function lanesOf({ id }: Pick<Channel, 'id'>, incidentId = pier.incidentId): Promise<LaneWeather[]> {
    const { weather } = pier.weather()
    await weather.look()
    return (await weather.of(incidentId))?.channels.find(({ channelId }) => channelId === id)?.lanes ?? []
  }

  async function waits(...seconds: number[]) {
    for (const each of seconds) await pier.wait(each * 1_000)
  }

  const claim = (conversationId: string) => {
    const about = { incidentId: pier.incidentId, conversationId }
    return pier.desk.handle(pier.incidentId, { id: nextId(), type: 'conversation/claim', ...about }, ada)
  }

  test('[DL30] [DL29] what its network puts off again and again is no secret: since when, how often and why, to everybody who looks', async () => {
    const { network, lanes } = await scene()
    network.away = true
    const since = pier.now
    const id = await pier.queued(network)
    await pier.work()
    expect(await pier.reply(id)).toMatchObject({ state: 'queued', setback: away })
    expect((await lanes())[0]).toMatchObject({ queued: 1, heldBy: null, failing: null })
    await waits(2, 4)
    const failing = { since, tries: 3, setback: away }
    const [open, closed] = await lanes()
    expect(open).toMatchObject({ queued: 1, heldBy: 'failing', failing, leavesAt: null, left: null, jammed: false })
    expect(closed).toMatchObject({ heldBy: null, failing: null, leavesAt: expect.any(Number) })
    const late = await pier.queued(network)
    expect(await pier.weather().placing.leavesAt(pier.incidentId, await pier.waiting(late))).toBeNull()
    network.away = false
    await waits(8)
    expect(network.visible).toHaveLength(2)
    expect((await lanes())[0]).toMatchObject({ queued: 0, heldBy: null, failing: null, leavesAt: expect.any(Number) })
  })

  test('[DL30] another incident is told that its lane fails, and not what its network said of a reply that is not its own', async () => {
    const { network, lanes } = await scene()
    await pier.save(network, { incidentId: null })
    const other = await pier.declare()
    network.away = true
    await pier.queued(network)
    await pier.work()
    await waits(2, 4)
    expect((await lanes())[0]).toMatchObject({ failing: { tries: 3, setback: away } })
    expect((await lanes(other))[0]).toMatchObject({ heldBy: 'failing', failing: { tries: 3, setback: null } })
    await pier.queued(network, { incidentId: other })
    await pier.work()
    expect((await lanes(other))[0]).toMatchObject({ failing: { tries: 4, setback: away } })
  })

  test('[CL30] [DL30] claims by a lane that fails for three replies are slowed, until one is taken', async () => {
    const { network, lanes } = await scene()
    network.away = true
    await pier.several(network, 2)
    await pier.work()
    await waits(2, 4)
    expect((await lanes())[0]).toMatchObject({ heldBy: 'failing', jammed: false })
    const begun = await pier.write(network)
    expect(await claim(begun)).toMatchObject({ type: 'done' })
    await pier.answer(await pier.write(network))
    await pier.work()
    expect((await lanes())[0]).toMatchObject({ failing: { tries: 7 }, jammed: true })
    const next = await pier.write(network)
    expect(await claim(next)).toMatchObject({
      type: 'refused',
      refusal: { code: 'pipe-slowed', why: 'failing', leavesAt: null },
    })
    network.away = false
    await waits(8)
    expect((await lanes())[0]).toMatchObject({ heldBy: null, jammed: false })
    expect(await claim(next)).toMatchObject({ type: 'done' })
  })

  test('[DL30] a limit is no failing, however long it holds', async () => {
    pier = await Pier.open(await shelf.open())
    const network = pier.limited([{ most: 1, perMs: 60 * minute, pool: nextId('pool') }], { documented: [] })
    await pier.save(network)
    await pier.several(network, 5)
    pier.worker()
    for (let time = 0; time < 20; time++) await pier.wait(minute)
    expect(network.refusals).toBeGreaterThan(3)
    expect((await lanesOf(network))[0]).toMatchObject({ queued: 4, failing: null })
  })

  test('[DL30] one reply that is put off while others are taken makes nothing fail', async () => {
    const { network, lanes } = await scene()
    const send = network.send.bind(network)
    network.send = async outgoing =>
      outgoing.text === 'Poison.' ? { type: 'refused', setback: away, again: true, afterMs: null } : send(outgoing)
    const id = await pier.queued(network, { text: 'Poison.' })
    await pier.work()
    for (const seconds of [2, 4, 8, 16]) {
      await pier.queued(network)
      await waits(seconds)
    }
    expect(await pier.reply(id)).toMatchObject({ state: 'queued', attempts: 5 })
    expect(network.visible).toHaveLength(4)
    expect((await lanes())[0]).toMatchObject({ queued: 1, failing: null })
  })

  test('[DL30] once what was put off is taken back nothing is tried, and nobody is kept from trying', async () => {
    const { network, lanes } = await scene()
    network.away = true
    const id = await pier.queued(network)
    await pier.work()
    await waits(2, 4)
    const recall = { id: nextId(), type: 'reply/recall', incidentId: pier.incidentId, replyId: id } as const
    await pier.desk.handle(pier.incidentId, recall, lena)
    await waits(67)
    expect((await lanes())[0]).toMatchObject({ queued: 0, heldBy: 'failing', failing: { setback: away } })
    await waits(2)
    expect((await lanes())[0]).toMatchObject({ heldBy: null, failing: null, leavesAt: expect.any(Number) })
  })
})
