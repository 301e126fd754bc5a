import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { snapshotOf } from '@muster/server/desk/picture.ts'
import { Timers } from '@muster/server/desk/timers.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ada, arrivalOf, arriving, cora, declaring, muster, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { type Shelf, shelves } from '../support/stores.ts'
import { until } from '../support/until.ts'

describe.each(shelves)('on %s', (_, prepare) => {
  let shelf: Shelf
  beforeAll(async () => {
    shelf = await prepare()
  })
  afterAll(() => shelf.stop())

  async function setup(channels: string[]) {
    const desk = deskOn(await shelf.open())
    const intake = new Intake(desk)
    const fault = (error: unknown) => {
      throw error
    }
    const timers = new Timers({ desk, fault, pour: now => intake.pour(now) })
    const declare = declaring({ channels, policy: { leaseMs: 1, claimsPerPerson: 3 } })
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
