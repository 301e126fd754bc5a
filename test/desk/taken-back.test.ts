import type { Arrival, Received } from '@muster/server/channels/channel.ts'
import { askOf } from '@muster/server/desk/ask.ts'
import type { Desk } from '@muster/server/desk/desk.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { conversationOf, snapshotOf } from '@muster/server/desk/picture.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { closedFor } from '@muster/shared/closed.ts'
import { defectOf } from '@muster/shared/defect.ts'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { arrivalOf, cora, declaring, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { histories } from '../support/histories.ts'
import { onEachStore } from '../support/on-each-store.ts'

onEachStore(shelf => {
  let desk: Desk
  let intakes: Intake[]
  let ask: ReturnType<typeof askOf>

  beforeAll(async () => {
    desk = deskOn(await shelf.open())
    intakes = [new Intake(desk), new Intake(deskOn(await shelf.open()))]
    const none = () => Promise.reject(new Error('not part of this'))
    ask = askOf(
      desk,
      {
        retryQuarantined: none,
        invite: none,
        openJoin: none,
        startDrill: none,
        stopDrill: none,
        incidentDeclared: async () => intakes[0]?.pour(await desk.store.now()),
      },
      safe,
    )
  })

  const declare = async (channel: string) => {
    const command = declaring({ channels: [channel] })
    await ask(cora, command)
    return command.id
  }
  const take = (channel: string, received: Received, node = 0) =>
    (intakes[node] as Intake).take({ id: channel, incidentId: null }, received)
  const conversationsIn = async (id: string) => (await snapshotOf(desk.store, id))?.conversations ?? []
  /** Everything the company's room keeps of a channel, as text. */
  const keptOf = async (channel: string) => {
    const lists = await Promise.all(
      [company.unclaimedArrivals, company.quarantined].map(list =>
        desk.store.list(company.room, list, { after: null, limit: 1_000 }),
      ),
    )
    const kept = lists.flat().map(({ stored }) => stored.value as { channelId: string })
    return kept.filter(({ channelId }) => channelId === channel)
  }

  test('[MC11] [MC12] what comes while no incident is open is changed and taken away too', async () => {
    const channel = nextId('channel')
    const [changed, gone] = [arrivalOf({ text: 'As it was.' }), arrivalOf({ text: 'Never mind.' })]
    for (const arrival of [changed, gone]) await take(channel, { type: 'arrival', arrival })
    await take(channel, { type: 'edited', arrival: { ...changed, text: 'As it is.' }, at: 20 })
    await take(channel, { type: 'edited', arrival: { ...changed, text: 'In between.' }, at: 10 })
    await take(channel, { type: 'deleted', externalId: gone.externalId, at: 30 })
    expect(JSON.stringify(await keptOf(channel))).not.toMatch(/As it was|Never mind|In between/)
    await take(channel, { type: 'arrival', arrival: gone })
    expect(await keptOf(channel)).toHaveLength(1)
    const incidentId = await declare(channel)
    const [conversation] = await conversationsIn(incidentId)
    expect(conversation).toMatchObject({ messages: 1, preview: 'As it is.' })
    const detail = await conversationOf(desk.store, incidentId, conversation?.id ?? '')
    expect(detail?.messages).toMatchObject([{ text: 'As it is.', editedAt: 20 }])
  })

  test('[CH87] what can no more be answered is closed while it waits for an incident, and in the one that has it', async () => {
    const channel = nextId('channel')
    const [kept, other] = ['Before.', 'Besides.'].map(text => {
      return arrivalOf({ text, from: { address: nextId('a'), name: '' } })
    }) as [Arrival, Arrival]
    const closed = closedFor('blocked', { network: 'Bluesky' })
    const close = ({ externalId }: Arrival, at: number) => take(channel, { type: 'closed', externalId, closed, at })
    const openIn = async (id: string) => (await conversationsIn(id)).map(each => [each.preview, each.closed])
    for (const arrival of [kept, other]) await take(channel, { type: 'arrival', arrival })
    await close(kept, 10)
    const incidentId = await declare(channel)
    expect(await openIn(incidentId)).toEqual(
      expect.arrayContaining([
        ['Before.', closed],
        ['Besides.', null],
      ]),
    )
    await close(other, 20)
    await close(arrivalOf(), 20)
    expect((await openIn(incidentId)).map(([, why]) => why)).toEqual([closed, closed])
    await take(channel, { type: 'edited', arrival: kept, at: 30 })
    await close(kept, 25)
    expect(await openIn(incidentId)).toEqual(
      expect.arrayContaining([
        ['Before.', null],
        ['Besides.', closed],
      ]),
    )
  })

  test('[MC12] what cannot be read is not kept once it was taken away, nor when it comes after that', async () => {
    const channel = nextId('channel')
    const unreadable = { externalId: 'broken', defect: defectOf('empty', 'No beginning.'), raw: new Uint8Array([1, 2]) }
    await take(channel, { type: 'unreadable', unreadable })
    expect(await keptOf(channel)).toHaveLength(1)
    await take(channel, { type: 'deleted', externalId: 'broken', at: 1 })
    await take(channel, { type: 'unreadable', unreadable: { ...unreadable, externalId: 'broken' } })
    expect(await keptOf(channel)).toEqual([])
  })

  test('[MC15] of a gone account nothing waits, nothing is kept in any open incident, and nothing late is taken', async () => {
    const channel = nextId('channel')
    const from = { address: '@troll', name: 'Troll' }
    for (const sentAt of [10, 20]) await take(channel, { type: 'arrival', arrival: arrivalOf({ from, sentAt }) })
    await take(channel, { type: 'account-gone', address: '@TROLL', at: 15 })
    expect(await keptOf(channel)).toMatchObject([{ arrival: { sentAt: 20 } }])
    const incidentId = await declare(channel)
    await take(channel, { type: 'arrival', arrival: arrivalOf({ from, sentAt: 12 }) })
    await take(channel, { type: 'arrival', arrival: arrivalOf({ from, sentAt: 30 }) })
    expect(await conversationsIn(incidentId)).toMatchObject([{ messages: 2 }])
    for (let round = 0; round < 2; round++) await take(channel, { type: 'account-gone', address: '@troll', at: 40 })
    expect(await conversationsIn(incidentId)).toMatchObject([{ messages: 2, waitingSince: null, preview: '' }])
    await take(channel, { type: 'arrival', arrival: arrivalOf({ from, sentAt: 50, text: 'Back.' }) })
    expect(await conversationsIn(incidentId)).toMatchObject([{ messages: 3, preview: 'Back.' }])
  })

  type Event = { what: 'came' | 'changed' | 'gone'; at: number; node: number }
  const event = fc.record({
    what: fc.constantFrom('came' as const, 'changed' as const, 'changed' as const, 'gone' as const),
    at: fc.nat(4),
    node: fc.nat(1),
  })

  test('[MC11] in whatever order and however often a message, its changes and its end are heard, the end is one', async () => {
    const channel = nextId('channel')
    const incidentId = await declare(channel)
    const { numRuns, seed } = histories(60)
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (events: Event[]) => {
        const arrival = arrivalOf({ text: 'version -1;', from: { address: nextId('a'), name: '' } })
        const receivedOf = ({ what, at }: Event): Received => {
          if (what === 'came') return { type: 'arrival', arrival }
          if (what === 'gone') return { type: 'deleted', externalId: arrival.externalId, at }
          return { type: 'edited', arrival: { ...arrival, text: `version ${at};` }, at }
        }
        await Promise.all([...events, ...events.toReversed()].map(each => take(channel, receivedOf(each), each.node)))
        const id = messageIdOf(channel, arrival.externalId)
        const { records } = await desk.store.read(incidentId, [`message/${id}`])
        const message = records[0]?.value as { text?: string; deletedAt?: number | null } | undefined
        const newest = Math.max(-1, ...events.filter(({ what }) => what === 'changed').map(({ at }) => at))
        if (events.some(({ what }) => what === 'gone')) {
          expect(message?.text ?? '').toBe('')
          expect(message === undefined || message.deletedAt !== null).toBe(true)
        } else expect(message?.text).toBe(`version ${newest};`)
      }),
      { numRuns, ...(seed !== undefined && { seed }) },
    )
  }, 600_000)
})
