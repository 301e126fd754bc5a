import { isValidTid } from '@atproto/syntax'
import { recordKeyOf } from '@muster/server/channels/bluesky-key.ts'
import type { Outgoing } from '@muster/server/channels/channel.ts'
import { afterEach, expect, test } from 'vitest'
import { BlueskyNetwork, type Meeting, type Post } from '../support/bluesky-network.ts'
import { answeringPost, type Given, openBluesky, tooManyCalls } from './bluesky-bench.ts'
import { hmacKey, outgoingOf } from './workbench.ts'

const put = 'com.atproto.repo.putRecord'
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function sending(given: Given = {}) {
  const net = await new BlueskyNetwork().start()
  const { channel } = openBluesky(net, given)
  const kim = net.join('kim.example')
  const asked = net.mention(kim, '@acme.example is it down?')
  ends.push(
    () => channel.close(),
    () => net.stop(),
  )
  const of = (more: Partial<Outgoing> = {}, post: Post = asked) =>
    outgoingOf({ answering: answeringPost(post), ...more })
  const send = (outgoing = of()) => channel.send(outgoing, AbortSignal.timeout(5_000))
  const find = (outgoing = of()) => channel.find(outgoing, AbortSignal.timeout(5_000))
  return { net, channel, kim, asked, of, send, find }
}

test('[CH31] a reply names the post it answers and where its thread began, in its language', async () => {
  const { net, kim, of, send } = await sending()
  const root = net.post(kim, 'Is anybody else stuck?')
  const post = net.mention(kim, '@acme.example why?', { reply: { root, parent: root } })
  const sent = await send(of({ text: 'Wir sind dran.', language: 'de' }, post))
  const [reply] = net.replies
  expect(sent).toMatchObject({
    type: 'sent',
    externalId: reply?.uri,
    link: expect.stringContaining('https://bsky.app/profile/did:plc:'),
  })
  expect(reply?.record).toMatchObject({
    $type: 'app.bsky.feed.post',
    text: 'Wir sind dran.',
    langs: ['de'],
    reply: { root: { uri: root.uri, cid: root.cid }, parent: { uri: post.uri, cid: post.cid } },
  })
})

test('[CH31] a reply sent again, at another time and from another node, is the same post', async () => {
  const { net, asked, send } = await sending()
  const other = openBluesky(net, { surroundings: { clock: () => Date.now() + 60_000 } })
  ends.push(() => other.channel.close())
  const first = await send()
  const again = await other.channel.send(outgoingOf({ answering: answeringPost(asked) }), AbortSignal.timeout(5_000))
  expect(first.type === 'sent' && first.externalId).toBe(again.type === 'sent' && again.externalId)
  expect(net.replies).toHaveLength(1)
})

test('[CH31] what was taken without an answer is found, and is sent no second time', async () => {
  for (const meeting of ['reset after', 'hang after', 'fail after'] as const) {
    const { net, send, find } = await sending()
    net.meet = name => (name === put ? meeting : null)
    expect(await send()).toMatchObject({ type: 'unknown' })
    net.meet = () => null
    const [reply] = net.replies
    expect(await find()).toMatchObject({ type: 'sent', externalId: reply?.uri })
    expect(await send()).toMatchObject({ type: 'sent', externalId: reply?.uri })
    expect(net.replies).toHaveLength(1)
  }
})

test('[CH31] what surely is not there is absent; where that cannot be told it is unknown', async () => {
  const { net, of, find, send } = await sending()
  expect(await find()).toEqual({ type: 'absent' })
  net.meet = name =>
    name === 'com.atproto.repo.getRecord' ? { status: 502, body: { error: 'UpstreamFailure', message: '' } } : null
  expect(await find()).toEqual({ type: 'unknown' })
  net.meet = () => null
  expect(await find(of({ answering: null }))).toEqual({ type: 'unknown' })
  expect(await send(of({ answering: null }))).toMatchObject({ type: 'refused', again: false })
})

test('[CH31] another post where the reply belongs is neither changed nor taken for it', async () => {
  const { net, of, send, find } = await sending()
  await send()
  expect(await send(of({ text: 'Something else.' }))).toMatchObject({ type: 'refused', again: false })
  expect(await find(of({ text: 'Something else.' }))).toEqual({ type: 'unknown' })
  expect(net.replies.map(({ record }) => record.text)).toEqual([of().text])
})

test('[CH31] the key of a post is one the network takes, made of the reply’s own and when it was handed in', () => {
  const at = Date.UTC(2026, 10, 23, 10)
  const keys = Array.from({ length: 5_000 }, (_, number) => recordKeyOf(`reply-${number}`, at, hmacKey))
  expect(keys.every(isValidTid)).toBe(true)
  expect(new Set(keys).size).toBeGreaterThan(4_900)
  expect(recordKeyOf('reply-7', at, hmacKey)).toBe(keys[7])
  // What was handed in later stands later, as in every repository.
  expect(recordKeyOf('reply-7', at + 1, hmacKey) > (keys.toSorted().at(-1) ?? '')).toBe(true)
  expect([0, -1, Number.MAX_SAFE_INTEGER].every(odd => isValidTid(recordKeyOf('x', odd, hmacKey)))).toBe(true)
})

test('[CH32] links and mentions are marked by bytes; a handle nobody has stays text', async () => {
  const { net, kim, of, send } = await sending()
  const text = '👩‍👩‍👧 @kim.example, see https://status.example/ü?a=1. (@nobody.example)'
  await send(of({ text }))
  const facets = net.replies[0]?.record.facets as {
    index: { byteStart: number; byteEnd: number }
    features: object[]
  }[]
  const marked = facets.map(({ index, features }) => [
    Buffer.from(text).subarray(index.byteStart, index.byteEnd).toString(),
    features[0],
  ])
  expect(marked).toEqual([
    ['@kim.example', { $type: 'app.bsky.richtext.facet#mention', did: kim.did }],
    ['https://status.example/ü?a=1', { $type: 'app.bsky.richtext.facet#link', uri: 'https://status.example/ü?a=1' }],
  ])
})

test('[CH32] graphemes and bytes are both counted, and the tighter limit is the one shown', async () => {
  const { channel } = await sending()
  expect(channel.length('a👩‍👩‍👧é', 'public')).toEqual({ used: 3, longest: 300, unit: 'graphemes' })
  expect(channel.length('a👍é', 'public')).toEqual({ used: 3, longest: 300, unit: 'graphemes' })
  expect(channel.length('👩‍👩‍👧'.repeat(200), 'public')).toEqual({ used: 3_600, longest: 3_000, unit: 'bytes' })
  expect(channel.length('x'.repeat(400), 'direct')).toEqual({ used: 400, longest: 1_000, unit: 'graphemes' })
})

type Happening = (net: BlueskyNetwork, post: Post) => unknown

const happenings: [what: string, happen: Happening, why: string][] = [
  ['replies are limited', (_, post) => Object.assign(post, { repliesOff: true }), 'replies-off'],
  ['the account is gone', (net, post) => net.leave(personOf(net, post), 'deleted'), 'account-gone'],
  ['the account rests', (net, post) => net.leave(personOf(net, post), 'deactivated'), 'account-gone'],
  ['they block us', (net, post) => personOf(net, post).blocks.add(net.own.did), 'blocked'],
]

test.each(happenings)('[CH35] when %s since it came, the reply goes back with the reason', async (_, happen, why) => {
  const { net, asked, send } = await sending()
  happen(net, asked)
  expect(await send()).toMatchObject({ type: 'refused', again: false, closed: { why } })
  expect(net.replies).toEqual([])
})

test('[CH35] a post that is only out of sight is answered later', async () => {
  const { net, send } = await sending()
  net.meet = name => (name.endsWith('getPosts') ? { status: 200, body: { posts: [] } } : null)
  expect(await send()).toMatchObject({ type: 'refused', again: true })
  net.meet = () => null
  expect(await send()).toMatchObject({ type: 'sent' })
})

test('[CH35] where the post cannot be looked at, the reply waits', async () => {
  const { net, send } = await sending()
  net.meet = name =>
    name.endsWith('getPosts') ? { status: 502, body: { error: 'UpstreamFailure', message: '' } } : null
  expect(await send()).toMatchObject({ type: 'refused', again: true })
  expect(net.replies).toEqual([])
})

test('[CH37] what the server says of its limits is passed on, and a refusal for them says until when', async () => {
  const { net, of, send } = await sending()
  expect(await send()).toMatchObject({ type: 'sent', told: { left: Math.floor(4_998 / 3) } })
  net.pointsLeft = 1
  const refused = await send(of({ key: 'other' }))
  expect(refused).toMatchObject({ type: 'refused', again: true, limited: true, told: { left: 0 } })
  expect(refused.type === 'refused' && refused.afterMs).toBeGreaterThan(50_000)
  net.pointsLeft = 100
  expect(await send(of({ key: 'other' }))).toMatchObject({ type: 'sent' })
})

test.each([
  { name: 'app.bsky.feed.getPosts', hidden: false },
  { name: 'app.bsky.actor.getProfile', hidden: true },
  { name: 'com.atproto.repo.getRecord', hidden: true },
])(
  '[CH37] a limit that is met at $name, before the reply itself, puts off all calls as long as was said',
  async given => {
    const { net, send } = await sending()
    const { name: limited, hidden } = given
    net.meet = name => {
      if (name === limited) return tooManyCalls(240)
      return hidden && name.endsWith('getPosts') ? { status: 200, body: { posts: [] } } : null
    }
    expect(await send()).toMatchObject({
      type: 'refused',
      again: true,
      limited: true,
      afterMs: 240_000,
      accountWide: true,
      told: { left: 0 },
    })
    expect(net.replies).toEqual([])
    net.meet = () => null
    expect(await send()).toMatchObject({ type: 'sent' })
  },
)

test.each([
  { policy: '5000;w=3600', remaining: '0', accountWide: false },
  { policy: '3000;w=300', remaining: '0', accountWide: true },
  // The server that keeps direct messages wants no more, which the account's own only passes on.
  { policy: '3000;w=300', remaining: '2990', accountWide: false },
  { policy: undefined, remaining: '0', accountWide: false },
])('[DL28] that calls of every kind are limited is told apart: $policy, $remaining left', async given => {
  const { net, send } = await sending()
  const { policy, remaining, accountWide } = given
  net.meet = name =>
    name === put
      ? {
          status: 429,
          body: { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' },
          headers: {
            'ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 60),
            'ratelimit-remaining': remaining,
            ...(policy !== undefined && { 'ratelimit-policy': policy }),
          },
        }
      : null
  expect(await send()).toMatchObject({ type: 'refused', again: true, limited: true, accountWide })
})

test('[CH37] what Bluesky documents is known before anything is sent', async () => {
  const { channel } = await sending()
  const { limits, price } = channel.spending('text', 'public')
  expect(limits.map(({ most, perMs, points }) => [most, perMs, points])).toEqual([
    [5_000, 3_600_000, 3],
    [35_000, 86_400_000, 3],
    [3_000, 300_000, 3],
  ])
  expect([price, channel.spending('text', 'direct').limits.length]).toEqual([0, 1])
})

test.each([
  [401, 'AccountDeactivated', { type: 'refused', again: true }],
  [400, 'AccountTakedown', { type: 'refused', again: true }],
  [400, 'InvalidRequest', { type: 'refused', again: false }],
  [403, 'Forbidden', { type: 'refused', again: false }],
  [500, 'InternalServerError', { type: 'unknown', setback: { code: 'unclear', status: 500, said: 'said so' } }],
  [502, 'UpstreamFailure', { type: 'unknown', setback: { code: 'unclear', status: 502, said: 'said so' } }],
] as const)('[DL5] [WB131] the status %i with %s', async (status, error, expected) => {
  const { net, send } = await sending()
  const meeting: Meeting = { status, body: { error, message: 'said so' } }
  net.meet = name => (name === put ? meeting : null)
  expect(await send()).toMatchObject(expected)
})

test('[CH36] a token that ends in the middle is refreshed, and the reply goes out once', async () => {
  const { net, of, send } = await sending()
  await send()
  net.expire()
  expect(await send(of({ key: 'other' }))).toMatchObject({ type: 'sent' })
  expect(net.replies).toHaveLength(2)
})

test('[CH31] trying it out signs in, reads, and shows that replies would be taken without leaving one', async () => {
  const { net, channel } = await sending({ settings: { directMessages: true } })
  const trials = await channel.probe(null, AbortSignal.timeout(5_000))
  expect(trials.map(({ step, ok }) => [step, ok])).toEqual([
    ['sign-in', true],
    ['read', true],
    ['read', true],
    ['send', true],
  ])
  expect(net.replies).toEqual([])
  expect(await channel.probe('@kim.example', AbortSignal.timeout(5_000))).toMatchObject([
    {},
    {},
    {},
    { step: 'send', ok: true },
  ])
  expect(net.chats.get('chat-kim.example')?.said).toHaveLength(1)
})

test('[CH36] [WB131] trying it out says which step failed and why', async () => {
  const { net } = await sending()
  const wrong = openBluesky(net, { password: 'wrong' })
  expect(await wrong.channel.probe(null, AbortSignal.timeout(5_000))).toMatchObject([{ step: 'sign-in', ok: false }])
  net.privileged = false
  const narrow = openBluesky(net, { settings: { directMessages: true } })
  const trials = await narrow.channel.probe(null, AbortSignal.timeout(5_000))
  expect(trials.at(-1)).toMatchObject({
    step: 'read',
    ok: false,
    code: 'failed',
    trouble: 'no-right',
    sentence: expect.stringContaining('may not use direct messages'),
  })
})

function personOf(net: BlueskyNetwork, { did }: Post) {
  const person = net.people.get(did)
  if (person === undefined) throw new Error(`nobody is ${did}`)
  return person
}
