import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { snapshotOf } from '@muster/server/desk/picture.ts'
import { Timers } from '@muster/server/desk/timers.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Store } from '@muster/server/store/store.ts'
import type { Policy } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import { ada, arrivalOf, arriving, cora, declaring, muster, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { withClock } from '../support/turned-clock.ts'
import { until } from '../support/until.ts'

const fault = (error: unknown) => {
  throw error
}

onEachStore(shelf => {
  async function setup(channels: string[], store?: Store, policy: Partial<Policy> = { leaseMs: 1 }) {
    const desk = deskOn(store ?? (await shelf.open()))
    const intake = new Intake(desk)
    const timers = new Timers({ desk, fault, pour: now => intake.pour(now) })
    const declare = declaring({ channels, policy })
    await desk.handle(declare.id, declare, cora)
    return { desk, intake, timers, incidentId: declare.id }
  }

  test('[CL3] [CL6] a lease that ended is announced, and the customer waits again', async () => {
    const { desk, timers, incidentId } = await setup([nextId('none')])
    await mirrorIncident(desk, incidentId)
    await desk.handle(incidentId, { id: nextId(), type: 'incident/join', incidentId }, ada)
    const arrival = arrivalOf({ from: { address: nextId('customer'), name: '' } })
    await desk.handle(incidentId, arriving(arrival), muster)
    const conversationId = messageIdOf('mail', arrival.externalId)
    await desk.handle(incidentId, { id: nextId(), type: 'conversation/claim', incidentId, conversationId }, ada)
    await until('the lapse to be announced', async () => {
      await timers.announceLapses()
      return (await snapshotOf(desk.store, incidentId))?.conversations[0]?.claim === null
    })
    const [waiting] = await desk.store.list(incidentId, 'waiting', { after: null, limit: 1 })
    expect(waiting?.key).toBe(`conversation/${conversationId}`)
    const log = await desk.store.since(incidentId, { ...(await desk.store.top(incidentId)), seq: 0 }, 100)
    expect(log).toMatchObject({ type: 'resumed' })
    const told = log.type === 'resumed' ? log.lines.map(line => line.told.type) : []
    expect(told.filter(type => type === 'conversation/lapsed')).toHaveLength(1)
  })

  test('[AT2] two nodes that notice a silence tell it once, and not before its time', async () => {
    const unseenMs = 10_000
    let ahead = 0
    const store = await shelf.open()
    const late: Store = withClock(store, async () => (await store.now()) + ahead)
    const { desk, timers, incidentId } = await setup([nextId('none')], late, { unseenMs })
    const other = new Timers({ desk: deskOn(late), fault, pour: async () => {} })
    await mirrorIncident(desk, incidentId)
    const arrival = arrivalOf({ from: { address: nextId('customer'), name: '' } })
    await desk.handle(incidentId, arriving(arrival), muster)
    const told = async () => {
      const log = await desk.store.since(incidentId, { ...(await desk.store.top(incidentId)), seq: 0 }, 100)
      const types = log.type === 'resumed' ? log.lines.map(line => line.told.type) : []
      return types.filter(type => type === 'conversation/unseen').length
    }
    await timers.announceUnseen()
    expect(await told()).toBe(0)
    ahead = unseenMs
    await Promise.all([timers.announceUnseen(), other.announceUnseen()])
    await other.announceUnseen()
    expect(await told()).toBe(1)
    expect(await desk.store.list(incidentId, 'unseen', { after: null, limit: 1 })).toEqual([])
  })

  test('[IN2] [IN6] what a node that died left between two rooms is finished by another', async () => {
    const channel = nextId('channel')
    const { desk, intake, timers, incidentId } = await setup([channel])
    await intake.take({ id: channel, incidentId: null }, { type: 'arrival', arrival: arrivalOf() })
    expect((await snapshotOf(desk.store, incidentId))?.conversations).toEqual([])
    await mirrorIncident(desk, incidentId)
    await timers.repair()
    expect((await snapshotOf(desk.store, incidentId))?.conversations).toMatchObject([{ messages: 1 }])
  })
})
