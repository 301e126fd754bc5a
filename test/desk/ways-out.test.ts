import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { all } from '@muster/server/desk/picture.ts'
import { WaysOut } from '@muster/server/desk/ways-out.ts'
import { keyOf, lists } from '@muster/server/domain/indexes.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { type Closed, closedFor } from '@muster/shared/closed.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import { expect, test } from 'vitest'
import { arrivalOf, cora, declaring, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'

const deaf = closedFor('only-receives', { network: 'Shop chat', how: 'where-written' })

class Fickle extends Network {
  cannotSend: Closed | null = deaf
}

onEachStore(shelf => {
  /** An incident fed by a channel that only receives, and two nodes that look after it. */
  async function setup() {
    const store = await shelf.open()
    const desk = deskOn(store)
    const channel = new Fickle(nextId('channel'))
    const steady = new Network(nextId('channel'))
    const channels = [channel, steady]
    const nodes = [deskOn(store), deskOn(store)].map(
      each =>
        new WaysOut({
          desk: each,
          open: () => channels.map(({ id }) => id),
          channel: id => channels.find(one => one.id === id) ?? null,
        }),
    )
    const declare = declaring({ channels: channels.map(({ id }) => id) })
    const incidentId = declare.id
    await desk.handle(incidentId, declare, cora)
    await mirrorIncident(desk, incidentId)
    const intake = new Intake(desk)
    const write = async (given: Parameters<typeof arrivalOf>[0] = {}, channelId = channel.id) => {
      const closed = channelId === channel.id ? channel.cannotSend : null
      const arrival = arrivalOf({ from: { address: nextId('customer'), name: 'Kim' }, closed, ...given })
      await intake.take({ id: channelId, incidentId: null }, { type: 'arrival', arrival })
      return { ...arrival, id: messageIdOf(channelId, arrival.externalId) }
    }
    const look = () => Promise.all(nodes.map(node => node.look()))
    const found = async (id: string) => {
      const { records } = await store.read(incidentId, [keyOf.conversation(id)])
      return records[0]?.value as Conversation
    }
    const count = (list: string) => store.count(incidentId, list)
    return { desk, store, channel, steady, incidentId, write, look, found, count }
  }

  test('[CH28] however many wait, all can be answered after one look, and all are marked after another', async () => {
    const { store, channel, steady, incidentId, write, look, count } = await setup()
    const many = 230
    await Promise.all(Array.from({ length: many }, () => write()))
    const chatty = await write()
    await write({ from: chatty.from, text: 'Hello?' })
    await write({}, steady.id)
    expect(await count(lists.unanswerable)).toBe(many + 1)
    await look()
    expect(await count(lists.waiting)).toBe(1)
    channel.cannotSend = null
    await look()
    expect(await count(lists.waiting)).toBe(many + 2)
    expect(await count(lists.closedBy(channel.id))).toBe(0)
    channel.cannotSend = deaf
    await look()
    expect(await count(lists.waiting)).toBe(1)
    expect(await count(lists.unanswerable)).toBe(many + 1)
    const marked = await all<Conversation>(store, incidentId, lists.unanswerable)
    expect(marked.every(({ closed }) => closed?.why === 'only-receives')).toBe(true)
  })

  test('[CH28] of two nodes that look at once each mark is told once, and a look that finds nothing writes nothing', async () => {
    const { store, channel, incidentId, write, look } = await setup()
    for (let count = 0; count < 5; count++) await write()
    const before = (await store.top(incidentId)).seq
    channel.cannotSend = null
    await look()
    expect((await store.top(incidentId)).seq).toBe(before + 5)
    await look()
    expect((await store.top(incidentId)).seq).toBe(before + 5)
  })

  test('[CH28] what another node still took as it was, or was kept for an incident, is put right by the next look', async () => {
    const { channel, write, look, found } = await setup()
    channel.cannotSend = null
    await look()
    const late = await write({ closed: deaf })
    expect((await found(late.id)).closed).toEqual(deaf)
    await look()
    expect(await found(late.id)).toMatchObject({ closed: null, replyTo: { messageId: late.id } })
    channel.cannotSend = deaf
    await look()
    const open = await write({ closed: null })
    await look()
    expect(await found(open.id)).toMatchObject({ closed: deaf, replyTo: null })
  })

  test('[CH28] a customer who wrote more than a look reads at once is marked wholly, and freed wholly', async () => {
    const { channel, write, look, found, count } = await setup()
    channel.cannotSend = null
    const first = await write()
    for (let written = 1; written < 450; written++) await write({ from: first.from })
    channel.cannotSend = deaf
    await look()
    expect(await found(first.id)).toMatchObject({ closed: deaf, replyTo: null, messages: 450 })
    expect(await count(lists.closedBy(channel.id))).toBe(450)
    channel.cannotSend = null
    await look()
    expect(await found(first.id)).toMatchObject({ closed: null, replyTo: { number: 450 } })
    expect(await count(lists.closedBy(channel.id))).toBe(0)
  })

  test('[CH28] what is resolved is left as it is', async () => {
    const { desk, channel, incidentId, write, look, count } = await setup()
    await write()
    await desk.handle(incidentId, { id: nextId(), type: 'incident/resolve', incidentId }, cora)
    await mirrorIncident(desk, incidentId)
    channel.cannotSend = null
    await look()
    expect(await count(lists.closedBy(channel.id))).toBe(1)
  })
})
