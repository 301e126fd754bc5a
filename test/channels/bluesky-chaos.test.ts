import type { Channel, Outgoing } from '@muster/server/channels/channel.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlueskyNetwork, type Meeting } from '../support/bluesky-network.ts'
import { openBluesky } from './bluesky-bench.ts'
import { answeringArrival, Desk, MemoryPlace, outgoingOf } from './workbench.ts'

const count = Number(process.env.MUSTER_HISTORIES ?? 120)
const limited: Meeting = {
  status: 429,
  body: { error: 'RateLimitExceeded', message: '' },
  headers: { 'retry-after': '1' },
}
const troubles: Meeting[] = [null, 'reset', 'reset after', 'fail after', limited, { status: 503, body: {} }]
const writes = new Set(['com.atproto.repo.putRecord', 'chat.bsky.convo.sendMessage'])

/** As delivery does: what is unknown is looked for, what is absent or refused for now is sent again, until it is sent. */
async function deliver(channel: Channel, outgoing: Outgoing, later: () => unknown): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const signal = AbortSignal.timeout(5_000)
    const sent = await channel.send(outgoing, signal)
    if (sent.type === 'sent') return sent.externalId
    if (sent.type === 'refused' && !sent.again) throw new Error(sent.setback.sentence)
    for (let looks = 0; sent.type === 'unknown' && looks < 50; looks++) {
      const found = await channel.find(outgoing, signal)
      if (found.type === 'sent') return found.externalId
      if (found.type === 'absent') break
      later()
    }
  }
  throw new Error('It was never sent.')
}

test.each(['public', 'direct'] as const)(
  '[CH31] [CH33] each %s reply is shown once, whatever the network does to it',
  async visibility => {
    const seed = Number(process.env.MUSTER_SEED ?? 5)
    const [first = []] = fc.sample(fc.array(fc.nat(), { minLength: count * 40, maxLength: count * 40 }), {
      numRuns: 1,
      seed,
    })
    const chances = first.values()
    const chance = (most: number) => (chances.next().value ?? 0) % most
    let now = Date.now()
    const net = await new BlueskyNetwork().start()
    const settings = { directMessages: true }
    const surroundings = { clock: () => now, log: () => {} }
    const { channel } = openBluesky(net, { settings, surroundings, pace: { askLimitMs: 10_000 } })
    const desk = new Desk()
    await desk.receive(channel, new MemoryPlace())
    const people = Array.from({ length: count }, (_, number) => net.join(`kim${number}.example`))
    for (const person of people) {
      if (visibility === 'direct') net.write(person, 'Where is it?')
      else net.mention(person, '@acme.example why?')
    }
    await desk.arrived(count, 20_000 + count * 20)
    await desk.stop()
    // Writes meet with anything; looking meets with nothing but silence now and then.
    net.meet = name =>
      writes.has(name) ? (troubles[chance(troubles.length)] ?? null) : chance(12) === 0 ? 'reset' : null
    const sent: string[] = []
    const waiting = desk.arrivals.entries()
    // As many at a time as delivery sends.
    const sender = async () => {
      for (const [number, arrival] of waiting) {
        const answering = answeringArrival(arrival)
        const reply = { key: `reply-${number}`, text: `Reply ${number}`, answering, submittedAt: Date.now() }
        sent.push(await deliver(channel, outgoingOf(reply), () => (now += 60_000)))
      }
    }
    await Promise.all(Array.from({ length: 16 }, sender))
    const said = [...net.chats.values()].flatMap(chat => chat.said).filter(({ sender }) => sender.did === net.own.did)
    const shown =
      visibility === 'direct' ? said.map(({ text }) => text) : net.replies.map(({ record }) => String(record.text))
    expect(new Set(sent).size).toBe(count)
    expect(shown.toSorted()).toEqual(Array.from({ length: count }, (_, number) => `Reply ${number}`).toSorted())
    expect(visibility === 'direct' ? net.replies : said).toEqual([])
    await channel.close()
    await net.stop()
  },
  30_000 + count * 100,
)

test('[CH39] whatever is made of a notice, it is an arrival or set aside, and none stops the next', async () => {
  const net = await new BlueskyNetwork().start()
  const { channel } = openBluesky(net)
  const good = {
    uri: 'at://did:plc:z72i7hdynmk6r22z27h6tvur/app.bsky.feed.post/3jzfcijpj2z2a',
    cid: 'bafyreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    author: { did: 'did:plc:z72i7hdynmk6r22z27h6tvur', handle: 'kim.example' },
    reason: 'mention',
    record: { text: 'why?', createdAt: '2026-11-25T10:00:00Z' },
    indexedAt: '2026-11-25T10:00:00Z',
  }
  const read = async (given: object) =>
    (await channel.reread(Buffer.from(JSON.stringify({ ...good, ...given })), 'x')).type
  expect(await read({})).toBe('arrival')
  // Right by the network's rules, and longer than what is kept of an address and of a message's id.
  const did = `did:web:${'a.'.repeat(300)}example`
  expect(await read({ author: { did, handle: 'kim.example' } })).toBe('unreadable')
  expect(await read({ uri: `at://${did}/app.bsky.feed.post/${'k'.repeat(512)}` })).toBe('unreadable')
  const broken = fc.record(
    {
      uri: fc.oneof(fc.constant(good.uri), fc.string(), fc.anything()),
      cid: fc.oneof(fc.constant(good.cid), fc.anything()),
      author: fc.oneof(
        fc.constant(good.author),
        fc.record({ did: fc.anything(), handle: fc.string(), displayName: fc.anything() }),
        fc.anything(),
      ),
      record: fc.oneof(
        fc.constant(good.record),
        fc.record({
          text: fc.string({ unit: 'binary' }),
          createdAt: fc.anything(),
          reply: fc.anything(),
          embed: fc.anything(),
        }),
      ),
      indexedAt: fc.oneof(fc.constant(good.indexedAt), fc.anything()),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(broken, async notice => {
      const raw = Buffer.from(jsonOf(notice))
      const received = await channel.reread(raw, 'x')
      expect(['arrival', 'unreadable']).toContain(received.type)
      if (received.type === 'arrival') expect(received.arrival.text).not.toBe('')
    }),
    { numRuns: count * 10 },
  )
  await channel.close()
  await net.stop()
})

function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))
}
