import type { Arrival, Outgoing } from '@muster/server/channels/channel.ts'
import { afterEach, expect, test } from 'vitest'
import { BlueskyNetwork } from '../support/bluesky-network.ts'
import { chatPayloads } from '../support/door-payloads.ts'
import { until } from '../support/until.ts'
import { type Given, openBluesky, tooManyCalls } from './bluesky-bench.ts'
import { Desk, MemoryPlace, outgoingOf } from './workbench.ts'

const send = 'chat.bsky.convo.sendMessage'
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

async function chatting(given: Given = {}, place = new MemoryPlace()) {
  const net = await new BlueskyNetwork().start()
  const { channel } = openBluesky(net, { settings: { directMessages: true }, ...given })
  const desk = new Desk()
  ends.push(
    () => net.stop(),
    () => channel.close(),
    () => desk.stop(),
  )
  await desk.receive(channel, place)
  const kim = net.join('kim.example', { displayName: 'Kim', followers: 9 })
  return { net, channel, desk, kim, place }
}

function answering({ externalId, visibility = 'public', anchor = {}, from }: Arrival): Partial<Outgoing> {
  return { answering: { externalId, visibility, anchor, address: from.address }, submittedAt: Date.now() }
}

async function asked(given: Given = {}) {
  const all = await chatting(given)
  all.net.write(all.kim, 'Where is my parcel?')
  const [arrival] = await all.desk.arrived(1)
  if (arrival === undefined) throw new Error('nothing arrived')
  const outgoing = outgoingOf({ text: 'It is on its way.', ...answering(arrival) })
  const sent = (more: Partial<Outgoing> = {}) => all.channel.send({ ...outgoing, ...more }, AbortSignal.timeout(5_000))
  const find = (more: Partial<Outgoing> = {}) => all.channel.find({ ...outgoing, ...more }, AbortSignal.timeout(5_000))
  const ours = () =>
    [...all.net.chats.values()].flatMap(({ said }) => said).filter(({ sender }) => sender.did === all.net.own.did)
  return { ...all, arrival, sent, find, ours }
}

test('[CH33] a direct message comes in as one, and is answered in its chat', async () => {
  const { net, kim, arrival, sent, ours, desk } = await asked()
  expect(arrival).toMatchObject({
    from: { address: kim.did, name: 'Kim', reach: 9, identity: kim.did },
    text: 'Where is my parcel?',
    visibility: 'direct',
    closed: null,
  })
  expect(await sent()).toMatchObject({ type: 'sent', externalId: expect.stringContaining('chat:chat-kim.example/') })
  expect(ours()).toMatchObject([{ text: 'It is on its way.', replyTo: { id: arrival.externalId.split('/')[1] } }])
  expect(net.replies).toEqual([])
  net.write(kim, 'Thanks')
  await desk.arrived(2)
  // Our own answer stands in the log as well, and is no customer's.
  expect(desk.arrivals.map(({ text }) => text)).toEqual(['Where is my parcel?', 'Thanks'])
})

test('[CH33] nothing written directly is ever posted, whatever the chat answers', async () => {
  for (const error of ['MessagesDisabled', 'BlockedActor', 'InvalidConvo', 'InternalServerError', 'InvalidRequest']) {
    const { net, sent } = await asked()
    net.meet = name =>
      name === send ? { status: error === 'InternalServerError' ? 500 : 400, body: { error, message: 'no' } } : null
    expect((await sent()).type).not.toBe('sent')
    expect(net.replies).toEqual([])
    expect(net.calls).not.toContain('com.atproto.repo.putRecord')
  }
})

test('[CH33] a reply sent again is read back and stands in the chat once', async () => {
  const { sent, find, ours } = await asked()
  const first = await sent()
  expect(await sent()).toEqual(first)
  expect(await find()).toMatchObject({ type: 'sent' })
  expect(ours()).toHaveLength(1)
})

test('[CH33] what the chat took without an answer is found; what may be under way is not absent', async () => {
  let now = Date.now()
  const { net, sent, find, ours } = await asked({
    settings: { directMessages: true },
    surroundings: { clock: () => now },
  })
  net.meet = name => (name === send ? 'hang after' : null)
  expect(await sent()).toMatchObject({ type: 'unknown' })
  expect(await find()).toMatchObject({ type: 'sent' })
  expect(await sent()).toMatchObject({ type: 'sent' })
  expect(ours()).toHaveLength(1)
  net.meet = name => (name === send ? 'reset' : null)
  expect(await sent({ key: 'other', text: 'Another' })).toMatchObject({ type: 'unknown' })
  expect(await find({ key: 'other', text: 'Another' })).toEqual({ type: 'unknown' })
  now += 60_000
  expect(await find({ key: 'other', text: 'Another' })).toEqual({ type: 'absent' })
  const elsewhere = { key: 'elsewhere', text: 'By another node', triedAt: now - 59_999 }
  expect(await find(elsewhere)).toEqual({ type: 'unknown' })
  now += 1
  expect(await find(elsewhere)).toEqual({ type: 'absent' })
})

test('[CH33] the same words from before, or to another message, are not this reply', async () => {
  const { net, kim, desk, sent, find, ours } = await asked()
  await sent()
  net.write(kim, 'And the other one?')
  const [, second] = await desk.arrived(2)
  if (second === undefined) throw new Error('nothing arrived')
  const other = { key: 'other', ...answering(second) }
  expect(await find(other)).toEqual({ type: 'absent' })
  expect(await sent(other)).toMatchObject({ type: 'sent' })
  expect(ours()).toHaveLength(2)
})

test('[CH33] a chat that cannot be read back is not written to', async () => {
  const { net, sent, find, ours } = await asked()
  net.meet = name => (name.endsWith('getMessages') ? 'reset' : null)
  expect(await sent()).toMatchObject({ type: 'refused', again: true })
  expect(await find()).toEqual({ type: 'unknown' })
  expect(ours()).toEqual([])
})

test('[CH37] a limit that is met as the chat is read back puts off all calls as long as was said', async () => {
  const { net, sent, ours } = await asked()
  net.meet = name => (name.endsWith('getMessages') ? tooManyCalls(240) : null)
  expect(await sent()).toMatchObject({
    type: 'refused',
    again: true,
    limited: true,
    afterMs: 240_000,
    accountWide: true,
  })
  expect(ours()).toEqual([])
  net.meet = () => null
  expect(await sent()).toMatchObject({ type: 'sent' })
})

test('[CH33] a request to chat is accepted by the answer', async () => {
  const { net, kim, desk, channel } = await chatting()
  net.write(kim, 'Hello?', { id: 'chat-request', status: 'request' })
  const [arrival] = await desk.arrived(1)
  if (arrival === undefined) throw new Error('nothing arrived')
  expect(await channel.send(outgoingOf(answering(arrival)), AbortSignal.timeout(5_000))).toMatchObject({ type: 'sent' })
  expect(net.chats.get('chat-request')?.status).toBe('accepted')
})

test('[CH35] a group chat, and whoever takes no messages, are told before anybody works', async () => {
  const { net, kim, desk, channel } = await chatting()
  net.write(kim, 'Hello all', { id: 'chat-group', group: true })
  const [group] = await desk.arrived(1)
  expect(group?.closed).toMatchObject({ why: 'group', otherWay: { how: 'write-directly' } })
  kim.blocks.add(net.own.did)
  net.write(kim, 'Hello', { id: 'chat-blocked' })
  const [, blocked] = await desk.arrived(2)
  expect(blocked?.closed?.why).toBe('blocked')
  kim.blocks.clear()
  kim.takesMessages = false
  if (group === undefined) return
  const sent = await channel.send(outgoingOf(answering(group)), AbortSignal.timeout(5_000))
  expect(sent).toMatchObject({
    type: 'refused',
    again: false,
    closed: { why: 'no-direct', otherWay: { how: 'ask-to-write' } },
  })
})

test('[CH33] messages from before the channel was opened stay, those of an outage come, page by page', async () => {
  const place = new MemoryPlace()
  const { net, kim, desk, channel } = await chatting({}, place)
  net.write(kim, 'first')
  await desk.arrived(1)
  await desk.stop()
  await channel.close()
  net.pageSize = 3
  for (let number = 0; number < 10; number++) net.write(kim, `during ${number}`)
  const later = openBluesky(net, { settings: { directMessages: true } })
  const again = new Desk()
  ends.push(() => again.stop())
  await again.receive(later.channel, place)
  await again.arrived(10)
  expect(again.arrivals.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, (_, number) => `during ${number}`))
})

test('[CH35] [CH39] what was written in a chat the account has left says so, and the next chat is read', async () => {
  const place = new MemoryPlace()
  const { net, kim, desk, channel } = await chatting({}, place)
  net.write(kim, 'first')
  await desk.arrived(1)
  await desk.stop()
  await channel.close()
  net.write(kim, 'Where is my parcel?', { id: 'chat-left' })
  net.chats.delete('chat-left')
  net.write(kim, 'Hello?')
  const later = openBluesky(net, { settings: { directMessages: true } })
  const again = new Desk()
  ends.push(() => again.stop())
  await again.receive(later.channel, place)
  const [left, next] = await again.arrived(2)
  expect([left?.text, left?.closed?.why, left?.closed?.otherWay?.how]).toEqual([
    'Where is my parcel?',
    'hidden',
    'write-directly',
  ])
  expect([next?.text, next?.closed]).toEqual(['Hello?', null])
})

test('[CH39] a message whose id or chat is named by no printed letter is set aside, not stored under it', async () => {
  const { channel, kim } = await chatting()
  const samples = chatPayloads(kim.did, 'chat-kim.example').map(({ payload }) => payload as { message: object })
  for (const odd of ['\ud800', '\0', ' ', '', 'x'.repeat(201)]) {
    for (const entry of samples) {
      for (const broken of [
        { ...entry, convoId: odd },
        { ...entry, message: { ...entry.message, id: odd } },
      ]) {
        expect((await channel.reread(Buffer.from(JSON.stringify(broken)), 'aside')).type).toBe('unreadable')
      }
    }
  }
})

test('[CH34] a message that is taken back is followed', async () => {
  const { net, kim, desk } = await chatting()
  const said = net.write(kim, 'Never mind')
  const [arrival] = await desk.arrived(1)
  net.unsay(kim, said)
  await until('the deletion', () => desk.taken.length === 2)
  expect(desk.taken[1]).toMatchObject({ type: 'deleted', externalId: arrival?.externalId })
})

test('[CH35] an app password that may not use direct messages is said, and the posts come all the same', async () => {
  const net = await new BlueskyNetwork().start()
  net.privileged = false
  const { channel } = openBluesky(net, { settings: { directMessages: true } })
  const desk = new Desk()
  const stop = new AbortController()
  const running = channel.receive(desk.take, new MemoryPlace(), stop.signal)
  net.mention(net.join('kim.example'), 'in public')
  await desk.arrived(1)
  await until('the complaint', () => channel.health().complaint?.sentence.includes('may not use direct messages'))
  expect(channel.health().complaint).toMatchObject({ code: 'direct-unread', trouble: 'no-right' })
  expect(channel.health().currentAt).toBeNull()
  stop.abort()
  await running
  await channel.close()
  await net.stop()
})
