import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { Delivery } from '@muster/server/desk/delivery.ts'
import { Desk } from '@muster/server/desk/desk.ts'
import { Lingering } from '@muster/server/desk/lingering.ts'
import { conversationOf } from '@muster/server/desk/picture.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { ada, arrivalOf, arriving, cora, declaring, lena, muster, nextId } from '../support/builders.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { until } from '../support/until.ts'

onEachStore(shelf => {
  let desk: Desk
  let incidentId: string
  const networks = new Map<string, Network>()
  const running: Delivery[] = []

  beforeAll(async () => {
    desk = new Desk(await shelf.open(), {
      random: () => 0,
      sameness: () => null,
      length: (id, text) => networks.get(id)?.length(text) ?? null,
      fault: error => {
        throw error
      },
    })
    const declare = declaring({ policy: { leaseMs: 60_000, claimsPerPerson: 100 } })
    incidentId = declare.id
    await desk.handle(incidentId, declare, cora)
    await mirrorIncident(desk, incidentId)
    await desk.handle(incidentId, { id: nextId(), type: 'incident/join', incidentId }, ada)
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map(delivery => delivery.close()))
  })

  function networkOf(idempotency: Network['idempotency']): Network {
    const network = new Network(nextId('network'), idempotency)
    networks.set(network.id, network)
    return network
  }

  function deliver(worker = 'one') {
    const delivery = new Delivery({
      desk,
      lingering: new Lingering(desk.store),
      worker,
      channel: id => networks.get(id) ?? null,
      restraint: () => ({}),
      open: () => [...networks.keys()],
      random: () => 0,
      languageOf: () => null,
      fault: error => {
        throw error
      },
      everyMs: 10,
    })
    running.push(delivery)
    delivery.start()
    return delivery
  }

  /** A customer of the network writes, Ada answers; the reply waits in the outbox. */
  async function queued(network: Network, text = 'We are on it.') {
    const arrival = arrivalOf({ from: { address: nextId('customer'), name: 'Kim' } })
    await desk.handle(incidentId, arriving(arrival, network.id), muster)
    const conversationId = messageIdOf(network.id, arrival.externalId)
    const about = { incidentId, conversationId }
    const claimed = await desk.handle(incidentId, { id: nextId(), type: 'conversation/claim', ...about }, ada)
    const { fence } = (claimed as Extract<Outcome, { type: 'done' }>).answer.conversation as Conversation
    const id = nextId('reply')
    const outcome = await desk.handle(
      incidentId,
      { id, type: 'reply/submit', ...about, fence, epoch: 1, text, through: 1 },
      ada,
    )
    return { id, arrival, conversationId, outcome }
  }

  const replyOf = async (id: string) =>
    (await desk.store.read(incidentId, [`reply/${id}`])).records[0]?.value as Reply | undefined
  const reaches = (id: string, state: Reply['state']) =>
    until(`reply ${id} is ${state}`, async () => {
      const reply = await replyOf(id)
      return reply?.state === state ? reply : null
    })

  test('[DL1] [DL2] a reply goes out once, to its customer, under its own key, and is then sent', async () => {
    const network = networkOf('none')
    const { id, arrival, conversationId } = await queued(network)
    deliver('one')
    deliver('two')
    expect(await reaches(id, 'sent')).toMatchObject({ externalId: `at-${id}`, attempts: 1 })
    expect(network.visible).toEqual([
      {
        replyId: id,
        key: id,
        to: { address: arrival.from.address, name: 'Kim' },
        subject: null,
        text: 'We are on it.',
        language: null,
        submittedAt: expect.any(Number),
        triedAt: null,
        answering: {
          externalId: arrival.externalId,
          visibility: 'direct',
          anchor: {},
          address: arrival.from.address,
        },
        thread: [arrival.externalId],
      },
    ])
    const detail = await conversationOf(desk.store, incidentId, conversationId)
    expect(detail).toMatchObject({ conversation: { claim: null, waitingSince: null, replies: 1 } })
  })

  test('[DL3] what a network accepted and did not answer for is found by reading back', async () => {
    const network = networkOf('search')
    network.ahead.push('accept-then-time-out')
    const { id } = await queued(network)
    deliver()
    await reaches(id, 'sent')
    expect(network.visible).toHaveLength(1)
  })

  test('[DL3] what reading back shows to be absent is sent again', async () => {
    const network = networkOf('search')
    network.ahead.push('time-out')
    const { id } = await queued(network)
    deliver()
    expect(await reaches(id, 'sent')).toMatchObject({ attempts: 2 })
    expect(network.visible).toHaveLength(1)
  })

  test('[DL3] a network that drops doubles is sent the same key again', async () => {
    const network = networkOf('native')
    network.ahead.push('accept-then-time-out')
    const { id } = await queued(network)
    deliver()
    await reaches(id, 'sent')
    expect(network.visible).toHaveLength(1)
  })

  test('[DL6] what a network accepted without an answer and then refuses is not written a second time', async () => {
    const network = networkOf('native')
    network.ahead.push('accept-then-time-out', 'refuse')
    const { id } = await queued(network)
    deliver()
    expect(await reaches(id, 'uncertain')).toMatchObject({ reason: expect.stringContaining('No such customer.') })
    expect(network.visible).toHaveLength(1)
  })

  test('[DL3] [DL4] where nobody can know, it is uncertain until a lead says what became of it', async () => {
    const network = networkOf('none')
    network.ahead.push('accept-then-time-out', 'time-out')
    const seen = await queued(network)
    deliver()
    await reaches(seen.id, 'uncertain')
    const lost = await queued(network)
    await reaches(lost.id, 'uncertain')
    const settle = (replyId: string, arrived: boolean) =>
      desk.handle(incidentId, { id: nextId(), type: 'reply/settle', incidentId, replyId, arrived }, lena)
    await settle(seen.id, true)
    await settle(lost.id, false)
    await reaches(seen.id, 'sent')
    await reaches(lost.id, 'sent')
    expect(network.visible.map(({ key }) => key)).toEqual([seen.id, lost.id])
  })

  test('[DL5] a refusal for good returns to the writer, one for now is tried again', async () => {
    const network = networkOf('none')
    network.ahead.push('refuse')
    const refused = await queued(network)
    deliver()
    expect(await reaches(refused.id, 'failed')).toMatchObject({ reason: 'No such customer.' })
    expect(await conversationOf(desk.store, incidentId, refused.conversationId)).toMatchObject({
      conversation: { claim: { holder: { id: 'ada' }, replyId: null } },
      draft: { text: 'We are on it.' },
    })
    network.ahead.push('busy')
    const busy = await queued(network)
    expect(await reaches(busy.id, 'sent')).toMatchObject({ attempts: 2 })
  })

  test('[DL7] what a dead worker had taken is read back by the next and not sent blindly', async () => {
    const network = networkOf('none')
    const { id } = await queued(network)
    const dead = { type: 'delivery/take', replyId: id, worker: 'dead', leaseMs: 1 } as const
    await desk.handle(incidentId, { id: nextId(), ...dead }, muster)
    deliver('next')
    expect(await reaches(id, 'uncertain')).toMatchObject({
      reason: 'The server stopped while this was being sent.',
      setbacks: [{ code: 'stopped' }],
    })
    expect(network.visible).toEqual([])
  })

  test('[GV4] a reply longer than its channel takes is refused before it is queued', async () => {
    const network = networkOf('none')
    network.longest = 5
    const { outcome } = await queued(network, 'six...')
    expect(outcome).toMatchObject({ type: 'refused', refusal: { code: 'gate', reasons: [{ rule: 'length' }] } })
  })
})
