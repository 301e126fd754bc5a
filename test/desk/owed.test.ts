import type { Channel, Place } from '@muster/server/channels/channel.ts'
import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { sealed } from '@muster/server/desk/sealing.ts'
import { Switchboard } from '@muster/server/desk/switchboard.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { expect, test } from 'vitest'
import { ada, arrivalOf, cora, declaring, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { hookChannel } from '../support/post.ts'
import { until } from '../support/until.ts'

/** A network that keeps what it was given to begin with. */
class Listening extends Network {
  place: Place | null = null

  override async receive(...[, place, signal]: Parameters<Channel['receive']>): Promise<void> {
    this.place = place
    await new Promise(resolve => signal.addEventListener('abort', resolve))
  }
}

onEachStore(shelf => {
  async function setup() {
    const desk = deskOn(await shelf.open())
    const intake = new Intake(desk)
    const [id, other] = [nextId('channel'), nextId('channel')]
    const network = new Listening(id)
    const fault = (error: unknown) => {
      throw error
    }
    const open = (record: { id: string }) => (record.id === id ? network : new Listening(record.id))
    const switchboard = new Switchboard({ desk, safe, take: async () => {}, clock: Date.now, fault, open })
    const { channel, secrets } = hookChannel(id)
    await desk.handle(company.room, sealed(safe, { id: nextId(), type: 'channel/save', channel, secrets }), cora)
    const declare = async () => {
      const command = declaring({ channels: [id, other], policy: { claimsPerPerson: 10 } })
      await desk.handle(command.id, command, cora)
      await mirrorIncident(desk, command.id)
      await desk.handle(command.id, { id: nextId(), type: 'incident/join', incidentId: command.id }, ada)
      return command.id
    }
    const write = async (given: Parameters<typeof arrivalOf>[0] = {}, channelId = id) => {
      const from = { address: nextId('customer'), name: 'Kim' }
      const arrival = arrivalOf({ from, ...given })
      await intake.take({ id: channelId, incidentId: null }, { type: 'arrival', arrival })
      return { ...arrival, conversationId: messageIdOf(channelId, arrival.externalId) }
    }
    return { desk, intake, switchboard, network, declare, write, id, other }
  }

  test('[CH63] a channel is given what it brought and nobody has answered, whoever holds it, and nothing else', async () => {
    const { desk, intake, switchboard, network, declare, write, id, other } = await setup()
    const resolved = await declare()
    await write()
    await desk.handle(resolved, { id: nextId(), type: 'incident/resolve', incidentId: resolved }, cora)
    await mirrorIncident(desk, resolved)
    const incidentId = await declare()
    const many = []
    for (let count = 0; count < 120; count++) many.push(await write())
    const closed = { why: 'not-summoned', network: null, sentence: 'They did not name us.', otherWay: null } as const
    const shut = await write({ closed, anchor: { root: 'x' }, visibility: 'public', sentAt: 7 })
    const [held, settled, gone] = [await write(), await write(), await write()]
    await write({}, other)
    const act = (command: object) =>
      desk.handle(incidentId, { id: nextId(), incidentId, ...command } as never, ada).then(({ type }) => type)
    expect(await act({ type: 'conversation/claim', conversationId: held.conversationId })).toBe('done')
    const { conversationId } = settled
    expect(await act({ type: 'conversation/settle', conversationId, through: 1, how: 'needless' })).toBe('done')
    const again = await write({ from: settled.from })
    await intake.take({ id, incidentId: null }, { type: 'deleted', externalId: gone.externalId, at: 5 })
    await switchboard.start()
    await until('the channel to receive', () => network.place !== null)
    const owed = []
    for await (const each of network.place?.owed() ?? []) owed.push(each)
    const ids = owed.map(({ externalId }) => externalId)
    // Those of one millisecond stand in any order.
    expect(ids.slice(0, 120).toSorted()).toEqual(many.map(({ externalId }) => externalId).toSorted())
    expect(ids.slice(120).toSorted()).toEqual([again, shut, held].map(({ externalId }) => externalId).toSorted())
    expect(owed.find(({ externalId }) => externalId === shut.externalId)).toEqual({
      externalId: shut.externalId,
      address: shut.from.address,
      anchor: { root: 'x' },
      visibility: 'public',
      closed,
      sentAt: 7,
      editedAt: null,
    })
    await switchboard.close()
  })
})
