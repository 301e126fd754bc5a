import { askOf, mirrorIncident } from '@muster/server/desk/ask.ts'
import { Desk } from '@muster/server/desk/desk.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { conversationOf, incidentsOf, snapshotOf } from '@muster/server/desk/picture.ts'
import type { Quarantined } from '@muster/server/domain/company.ts'
import { muster } from '@muster/server/domain/decision.ts'
import { company, keyOf } from '@muster/server/domain/indexes.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { defectOf } from '@muster/shared/defect.ts'
import { beforeAll, expect, test } from 'vitest'
import { arrivalOf, cora, declaring, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'

onEachStore(shelf => {
  let desk: Desk
  let intake: Intake
  let ask: ReturnType<typeof askOf>

  beforeAll(async () => {
    desk = deskOn(await shelf.open())
    intake = new Intake(desk)
    const none = () => Promise.reject(new Error('not part of this'))
    const acts = {
      retryQuarantined: none,
      invite: none,
      openJoin: none,
      startDrill: none,
      stopDrill: none,
      incidentDeclared: async () => intake.pour(await desk.store.now()),
    }
    ask = askOf(desk, acts, safe)
  })

  const declare = async (channels: string[]) => {
    const command = declaring({ channels })
    await ask(cora, command)
    return command.id
  }
  const take = (channelId: string, arrival = arrivalOf()) =>
    intake.take({ id: channelId, incidentId: null }, { type: 'arrival', arrival }).then(() => arrival)
  const conversationsIn = async (incidentId: string) => (await snapshotOf(desk.store, incidentId))?.conversations ?? []

  test('[IN2] an open incident takes what arrives on its channel from the moment it is declared', async () => {
    const channel = nextId('channel')
    const incidentId = await declare([channel])
    await take(channel)
    expect(await conversationsIn(incidentId)).toMatchObject([{ human: { channelId: channel }, messages: 1 }])
  })

  test('[IN6] what came before is poured into the incident that is declared for its channel', async () => {
    const channel = nextId('channel')
    const early = await take(channel)
    const incidentId = await declare([channel])
    const id = messageIdOf(channel, early.externalId)
    expect(await conversationOf(desk.store, incidentId, id)).toMatchObject({
      messages: [{ text: early.text, number: 1 }],
    })
    await intake.pour(await desk.store.now())
    await take(channel, early)
    expect(await conversationsIn(incidentId)).toMatchObject([{ messages: 1 }])
  })

  test('[IN6] what came more than an hour before stays where it is', async () => {
    const channel = nextId('channel')
    await take(channel)
    const command = declaring({ channels: [channel] })
    await desk.handle(command.id, command, cora)
    await mirrorIncident(desk, command.id)
    await intake.pour((await desk.store.now()) + 3_600_001)
    expect(await conversationsIn(command.id)).toEqual([])
  })

  test('[IN6] [CH2] thousands that came before are taken in their order, and one that Muster fails at keeps no other out', async () => {
    const channel = nextId('channel')
    const feed = Array.from({ length: 2_000 }, (_, index) =>
      arrivalOf({ from: { address: `${channel}-${index % 400}@example.com`, name: '' }, text: `Number ${index}` }),
    )
    for (let next = 0; next < feed.length; next += 400) {
      await Promise.all(feed.slice(next, next + 400).map(arrival => take(channel, arrival)))
    }
    const broken = { ...arrivalOf(), text: 7 as unknown as string }
    const sight = { messageId: messageIdOf(channel, broken.externalId), channelId: channel, incidentId: null }
    await desk.handle(company.room, { id: nextId(), type: 'message/sight', ...sight, arrival: broken }, cora)
    const late = await take(channel)
    const command = declaring({ channels: [channel] })
    await desk.handle(command.id, command, cora)
    await mirrorIncident(desk, command.id)
    const faults: unknown[] = []
    const surroundings = { random: () => 0, sameness: () => null, length: () => null }
    const hearing = new Desk(desk.store, { ...surroundings, fault: error => `reference-${faults.push(error)}` })
    const began = performance.now()
    await new Intake(hearing).pour(await desk.store.now())
    console.log(`poured ${feed.length} in ${Math.round(performance.now() - began)} ms`)
    expect(faults).toHaveLength(1)
    const kept = await desk.store.list(company.room, company.quarantined, { after: null, limit: 500 })
    expect(kept.map(({ stored }) => stored.value)).toContainEqual(
      expect.objectContaining({ channelId: channel, arrival: broken }),
    )
    const taken = await conversationsIn(command.id)
    expect(taken).toHaveLength(401)
    expect(taken.reduce((sum, { messages }) => sum + messages, 0)).toBe(2_001)
    expect(taken.map(({ preview }) => preview)).toContain(late.text)
    const [first] = feed
    const detail = await conversationOf(desk.store, command.id, messageIdOf(channel, first?.externalId ?? ''))
    expect(detail?.messages.map(({ text }) => text)).toEqual(
      [0, 400, 800, 1_200, 1_600].map(index => `Number ${index}`),
    )
  })

  test('[IN2] [IN6] what came before goes to the newest open incident that takes its channel', async () => {
    const channel = nextId('channel')
    await take(channel)
    const older = declaring({ channels: [channel] })
    const newer = declaring({ channels: [channel] })
    for (const each of [older, newer]) {
      await desk.handle(each.id, each, cora)
      await mirrorIncident(desk, each.id)
    }
    await intake.pour(await desk.store.now())
    const [taken] = (await incidentsOf(desk.store)).filter(({ channels }) => channels.includes(channel))
    expect(await conversationsIn(taken?.id ?? '')).toHaveLength(1)
  })

  const lou = (given = {}) => arrivalOf({ from: { address: 'lou@example.com', name: 'Lou' }, ...given })

  test('[IN34] who waits in an older incident goes on there; who writes first, or waits for nothing, goes to the newest', async () => {
    const channel = nextId('channel')
    const older = await declare([channel])
    await take(channel, lou())
    const gone = await take(channel)
    await intake.take(
      { id: channel, incidentId: null },
      { type: 'deleted', externalId: gone.externalId, at: await desk.store.now() },
    )
    const newer = await declare([channel])
    await take(channel, lou({ from: { address: 'LOU@example.com', name: 'Lou' } }))
    await take(channel, arrivalOf({ from: { address: 'ann@example.com', name: 'Ann' } }))
    await take(channel)
    const [waits] = (await conversationsIn(older)).filter(({ human }) => human.name === 'Lou')
    expect(waits).toMatchObject({ messages: 2 })
    const names = (await conversationsIn(newer)).map(({ human }) => human.name).toSorted()
    expect(names).toEqual(['Ann', 'Kim'])
    // In the incident they went to they go on as well, though it is not the newest any more.
    await declare([channel])
    await take(channel)
    expect((await conversationsIn(newer)).find(({ human }) => human.name === 'Kim')).toMatchObject({ messages: 2 })
  })

  test('[IN34] also by another address that proves who they are, in a conversation that was merged, and by the reply they answer', async () => {
    const channel = nextId('channel')
    const older = await declare([channel])
    const identity = 'mailto:lou@example.com'
    const [first, second] = [lou(), arrivalOf({ from: { address: 'lou@home.example', name: 'Lou' } })]
    for (const arrival of [first, second]) await take(channel, arrival)
    const [conversationId, otherId] = [first, second].map(({ externalId }) => messageIdOf(channel, externalId)) as [
      string,
      string,
    ]
    const merge = { type: 'conversation/merge', incidentId: older, conversationId, otherId } as const
    expect(await desk.handle(older, { id: nextId(), ...merge }, cora)).toMatchObject({ type: 'done' })
    const newer = await declare([channel])
    await take(channel, arrivalOf({ from: { address: 'lou@home.example', name: 'Lou', identity } as never }))
    await take(channel, arrivalOf({ from: { address: 'lou@work.example', name: 'Lou', identity } as never }))
    const key = keyOf.reply('sent')
    const put = [{ key, value: { conversationId }, indexes: {}, formerly: [] }]
    await desk.store.commit(older, [{ commandId: nextId(), seen: { [key]: null }, put, tell: [], answer: {} }])
    await take(channel, arrivalOf({ from: { address: 'ann@example.com', name: 'Ann' }, answersReply: 'sent' }))
    expect(await conversationsIn(newer)).toEqual([])
    expect(await conversationsIn(older)).toMatchObject([{ messages: 5 }])
  })

  /** Resolved in its own room, which the company does not know yet. */
  const resolve = (incidentId: string) =>
    desk.handle(incidentId, { id: nextId(), type: 'incident/resolve', incidentId }, cora)

  test('[IN6] what comes in the moment an incident is resolved is kept for the next, once, as it is by then', async () => {
    const channel = nextId('channel')
    const over = await declare([channel])
    const known = await take(channel, lou())
    await resolve(over)
    const late = await take(channel, lou())
    const kim = await take(channel)
    const edited = { type: 'edited', arrival: { ...kim, text: 'As it is.' }, at: 7 } as const
    await intake.take({ id: channel, incidentId: null }, edited)
    await intake.pour(await desk.store.now())
    await take(channel, known)
    expect(await conversationsIn(over)).toMatchObject([{ messages: 1 }])
    await mirrorIncident(desk, over)
    await take(channel, late)
    const next = await declare([channel])
    await Promise.all([late, kim, known].map(arrival => take(channel, arrival)))
    await intake.pour(await desk.store.now())
    expect(await conversationsIn(over)).toMatchObject([{ messages: 1 }])
    const taken = await conversationsIn(next)
    expect(taken).toHaveLength(2)
    expect(taken.find(({ human }) => human.name === 'Kim')).toMatchObject({ preview: 'As it is.', messages: 1 })
    expect(taken.find(({ human }) => human.name === 'Lou')).toMatchObject({ preview: late.text, messages: 1 })
  })

  test('[IN6] [IN2] what was meant for an incident that is resolved by then goes to the one that is open', async () => {
    const channel = nextId('channel')
    const open = await declare([channel])
    const over = await declare([channel])
    await resolve(over)
    await take(channel)
    expect(await conversationsIn(open)).toHaveLength(1)
    await mirrorIncident(desk, over)
    // A node died after the company's room had said where it belongs.
    const late = lou()
    const messageId = messageIdOf(channel, late.externalId)
    const sight = { type: 'message/sight', messageId, channelId: channel, arrival: late, incidentId: over } as const
    await desk.handle(company.room, { id: nextId(), ...sight }, muster)
    await take(channel, late)
    await take(channel, late)
    expect(await conversationsIn(open)).toHaveLength(2)
    expect(await conversationsIn(over)).toEqual([])
  })

  test('[MC1] a feed seen three times, out of order and over two incidents, is stored once', async () => {
    const channel = nextId('channel')
    const first = await declare([channel])
    const feed = Array.from({ length: 40 }, (_, index) =>
      arrivalOf({ from: { address: `customer${index % 7}@example.com`, name: '' } }),
    )
    await Promise.all(feed.map(arrival => take(channel, arrival)))
    const second = await declare([channel])
    await Promise.all([...feed, ...feed.toReversed()].map(arrival => take(channel, arrival)))
    const stored = await conversationsIn(first)
    expect(stored).toHaveLength(7)
    expect(stored.reduce((sum, { messages }) => sum + messages, 0)).toBe(40)
    expect(await conversationsIn(second)).toEqual([])
  })

  test('[CH4] automatic mail is kept on a real store too, once, and the next is taken', async () => {
    const channel = nextId('channel')
    const incidentId = await declare([channel])
    const automatic = arrivalOf({ automatic: 'It says it is an auto-reply.' })
    for (const _ of [1, 2]) await take(channel, automatic)
    await take(channel)
    expect(await conversationsIn(incidentId)).toMatchObject([{ messages: 1 }])
    const id = messageIdOf(channel, automatic.externalId)
    const { records } = await desk.store.read(incidentId, [`automatic/${id}`])
    expect(records).toMatchObject([{ value: { automatic: 'It says it is an auto-reply.' } }])
  })

  test('[CH2] a message that Muster itself fails at is set aside as it was read, and the next is taken', async () => {
    const heard: unknown[] = []
    const failing = new Intake(
      new Desk(desk.store, {
        random: () => 0,
        sameness: () => null,
        length: () => null,
        fault: error => `reference-${heard.push(error)}`,
      }),
    )
    const channel = nextId('channel')
    const incidentId = await declare([channel])
    // Its address is no text: a rule that folds it throws.
    const broken = { ...arrivalOf(), from: { address: 7 as unknown as string, name: 'Kim', reach: null } }
    const origin = { id: channel, incidentId: null }
    await Promise.all([
      failing.take(origin, { type: 'arrival', arrival: broken }),
      failing.take(origin, { type: 'arrival', arrival: arrivalOf() }),
    ])
    expect(await conversationsIn(incidentId)).toMatchObject([{ messages: 1 }])
    expect(heard.length).toBeGreaterThan(0)
    const kept = await desk.store.list(company.room, company.quarantined, { after: null, limit: 500 })
    const mine = kept.map(({ stored }) => stored.value as Quarantined).filter(({ channelId }) => channelId === channel)
    expect(mine).toMatchObject([
      { arrival: broken, defect: { code: 'fault', sentence: expect.stringContaining('Muster failed at storing it') } },
    ])
  })

  test('[CH2] what cannot be read is kept in quarantine, once, and the next is taken', async () => {
    const channel = nextId('channel')
    const incidentId = await declare([channel])
    const unreadable = {
      externalId: 'broken',
      defect: defectOf('empty', 'It has no beginning.'),
      raw: new Uint8Array([1, 2, 255]),
    }
    for (const _ of [1, 2]) await intake.take({ id: channel, incidentId: null }, { type: 'unreadable', unreadable })
    await take(channel)
    const kept = await desk.store.list(company.room, company.quarantined, { after: null, limit: 100 })
    const mine = kept.filter(({ stored }) => (stored.value as { channelId: string }).channelId === channel)
    expect(mine).toMatchObject([
      { stored: { value: { defect: defectOf('empty', 'It has no beginning.'), raw: 'AQL/' } } },
    ])
    expect(await conversationsIn(incidentId)).toHaveLength(1)
  })
})
