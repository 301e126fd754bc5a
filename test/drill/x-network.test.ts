import { buffer } from 'node:stream/consumers'
import type { Arrival, Received } from '@muster/server/channels/channel.ts'
import type { XChannel } from '@muster/server/channels/x.ts'
import { Letters } from '@muster/server/drill/letters.ts'
import { Loopback } from '@muster/server/drill/loopback.ts'
import { Random } from '@muster/server/drill/random.ts'
import { XNetwork } from '@muster/server/drill/x-network.ts'
import { afterEach, expect, test } from 'vitest'
import { MemoryPlace } from '../channels/workbench.ts'
import { openX, replyTo } from '../channels/x-bench.ts'
import { until } from '../support/until.ts'

const secrets = { token: 'token-of-the-drill', consumerSecret: 'consumer-secret-of-the-drill' }
const kim = { name: 'Kim', address: '@customer_1' }
const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Where X calls: a door like Muster's, that is shut for whoever the channel does not know. */
async function openDoor(take: (received: Received) => void) {
  const door = { channel: null as XChannel | null, statuses: [] as number[] }
  const server = new Loopback(async (request, response) => {
    const body = await buffer(request)
    const call = { method: 'POST' as const, query: {}, headers: request.headers, body, now: Date.now() }
    const called = await door.channel?.called(call)
    for (const received of called?.received ?? []) take(received)
    door.statuses.push(called?.status ?? 503)
    response.writeHead(called?.status ?? 503).end()
  })
  const port = await server.listen()
  ends.push(() => server.close())
  return { door, calls: `http://127.0.0.1:${port}/hooks/x` }
}

async function open(most: number, calls = 'http://127.0.0.1:9/hooks/x') {
  const surroundings = { channelId: 'x', pace: { most, perMs: 60_000 }, random: new Random(2), now: Date.now }
  const network = new XNetwork({ ...surroundings, calls, secrets })
  await network.listen()
  ends.push(() => network.close())
  const given = network.settings()
  const { api: url, userId: id, username } = given.settings
  const account = { id, username, name: 'Tidewater', followers: 0, followersOnly: false }
  const { channel } = openX(
    { url, account },
    { settings: given.settings, secrets: given.secrets, pace: { sendLimitMs: 150, catchUpCalledMs: 200 } },
  )
  return { network, channel }
}

test('[OP9] [OP10] what is written on a played X arrives by its calls, and what it never tells by its lists', async () => {
  const arrived = new Map<string, Arrival>()
  const take = (received: Received) => {
    if (received.type === 'arrival') arrived.set(received.arrival.externalId, received.arrival)
  }
  const { door, calls } = await openDoor(take)
  const { network, channel } = await open(100, calls)
  door.channel = channel
  const stop = new AbortController()
  const receiving = channel.receive(async received => take(received), new MemoryPlace(), stop.signal)
  ends.push(
    () => receiving,
    () => stop.abort(),
  )
  await until('it reads', () => channel.health().state === 'receiving')
  const written = Array.from({ length: 60 }, (_, time) => network.write(kim, `Is <sync> & all of it down? ${time}`))
  await until('all of it', () => arrived.size === written.length, 20_000)
  for (const { externalId, text } of written) {
    expect(arrived.get(externalId)).toMatchObject({ text, closed: null, from: { address: kim.address, name: 'Kim' } })
  }
  expect(new Set(door.statuses)).toEqual(new Set([200]))
})

test('[OP9] [OP11] [OP13] a played X takes a reply as often as it is sent within its limit, and shows it a little later', async () => {
  const { network, channel } = await open(2)
  const letters = new Letters()
  letters.wrote('r-1', { channelId: 'x', address: kim.address }, 'Yes & no')
  network.postbox.letters = letters
  network.postbox.weather = 'fair'
  const { externalId } = network.write(kim, 'Is it down?')
  const anchor = { kind: 'post', post: externalId }
  const outgoing = replyTo(
    { externalId, visibility: 'public', anchor, address: kim.address },
    { key: 'r-1', replyId: 'r-1', text: 'Yes & no' },
  )
  const send = () => channel.send(outgoing, AbortSignal.timeout(2_000))
  expect([await send(), await send(), await send()]).toMatchObject([
    { type: 'sent' },
    { type: 'sent' },
    { type: 'refused', again: true, limited: true },
  ])
  expect(network.postbox.shown.map(({ replyId, inReplyTo }) => [replyId, inReplyTo])).toEqual([
    ['r-1', externalId],
    ['r-1', externalId],
  ])
  const found = await until('it is found', async () => {
    const found = await channel.find(outgoing, AbortSignal.timeout(2_000))
    return found.type === 'sent' && found
  })
  expect(found).toMatchObject({ link: expect.stringContaining('/status/') })
  expect(network.tellsAbsence).toBe(false)
})

test('[OP11] what a played X is given in nobody’s hand is shown as such', async () => {
  const { network, channel } = await open(2)
  network.postbox.weather = 'fair'
  const { externalId } = network.write(kim, 'Is it down?')
  const anchor = { kind: 'post', post: externalId }
  await channel.send(
    replyTo({ externalId, visibility: 'public', anchor, address: kim.address }, { text: 'No' }),
    AbortSignal.timeout(2_000),
  )
  expect(network.postbox.shown).toMatchObject([{ replyId: 'in no hand: No', text: 'No' }])
})
