import type { Arrival } from '@muster/server/channels/channel.ts'
import { MastodonNetwork } from '@muster/server/drill/mastodon-network.ts'
import { Random } from '@muster/server/drill/random.ts'
import { afterEach, expect, test } from 'vitest'
import { openMastodon } from '../channels/mastodon-bench.ts'
import { MemoryPlace, outgoingOf } from '../channels/workbench.ts'
import { until } from '../support/until.ts'

const token = 'token-of-the-drill'
let ahead = 0
let network: MastodonNetwork
const stop = new AbortController()

afterEach(() => network.close())

async function open(most: number, seed: number) {
  const random = new Random(seed)
  const pace = { most, perMs: 60_000 }
  network = new MastodonNetwork({ channelId: 'social', pace, random, now: () => Date.now() + ahead }, token)
  await network.listen()
  const { settings, secrets } = network.settings()
  expect(secrets).toEqual({ token })
  const impatience = { pollMs: 40, reviewMs: 60, sendLimitMs: 150 }
  return openMastodon(settings.server, impatience, {}, token).channel
}

const kim = { name: 'Kim', address: '@customer-1@social.example' }

test('[OP9] [OP10] what is written on a played Mastodon arrives once by the real channel, whatever its stream does', async () => {
  const channel = await open(100, 3)
  const arrived = new Map<string, Arrival>()
  let times = 0
  const take = async (received: { type: string; arrival?: Arrival }) => {
    if (received.type !== 'arrival' || received.arrival === undefined) throw new Error(received.type)
    times += 1
    arrived.set(received.arrival.externalId, received.arrival)
  }
  const receiving = channel.receive(take, new MemoryPlace(), stop.signal)
  await until('it listens', () => channel.health().state === 'receiving')
  const written = Array.from({ length: 60 }, (_, time) => network.write(kim, `Is <sync> & all of it down? ${time}`))
  await until('all of it', () => arrived.size === written.length, 20_000)
  for (const { externalId, text } of written) {
    expect(arrived.get(externalId)).toMatchObject({ text, from: { address: kim.address, name: 'Kim' } })
  }
  expect(times).toBe(60)
  stop.abort()
  await receiving
  await channel.close()
})

test('[OP9] [OP11] replies to a played Mastodon stand there once each, and no more than its limit lets through', async () => {
  const channel = await open(20, 4)
  const { externalId } = network.write(kim, 'Is it down?')
  const answering = {
    externalId,
    visibility: 'public' as const,
    anchor: { acct: kim.address.slice(1) },
    address: kim.address,
  }
  for (let number = 0; number < 40; number++) {
    const key = `r-${number}`
    const outgoing = outgoingOf({ key, replyId: key, text: `Yes ${number}`, answering, submittedAt: Date.now() })
    await channel.send(outgoing, AbortSignal.timeout(2_000))
    await channel.send(outgoing, AbortSignal.timeout(2_000))
  }
  const { shown, fates } = network.postbox
  expect(shown).toHaveLength(20)
  expect(new Set(shown.map(({ replyId }) => replyId)).size).toBe(20)
  expect(shown[0]).toMatchObject({
    address: kim.address,
    inReplyTo: externalId,
    text: expect.stringMatching(/^Yes \d+$/),
  })
  expect(fates['over the limit']).toBeGreaterThan(10)
  await channel.close()
})

test('[OP9] [OP11] a played Mastodon drops a repeated key for an hour, and shows it again after that', async () => {
  await open(20, 4)
  network.postbox.weather = 'fair'
  const { externalId } = network.write(kim, 'Is it down?')
  const { settings } = network.settings()
  const post = () =>
    fetch(`${settings.server}/api/v1/statuses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'key-1' },
      body: JSON.stringify({ status: 'Yes.', in_reply_to_id: externalId }),
    })
  expect(await (await post()).json()).toEqual(await (await post()).json())
  expect(network.postbox.shown).toHaveLength(1)
  ahead = 3_600_000
  expect((await post()).status).toBe(200)
  expect(network.postbox.shown).toHaveLength(2)
  ahead = 0
})

test('[OP9] a played Mastodon talks to nobody without its token', async () => {
  await open(1, 1)
  const { settings } = network.settings()
  const answer = await fetch(`${settings.server}/api/v1/notifications`, { headers: { authorization: 'Bearer other' } })
  expect(answer.status).toBe(401)
})
