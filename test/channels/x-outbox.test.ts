import type { Outgoing } from '@muster/server/channels/channel.ts'
import type { XChannel } from '@muster/server/channels/x.ts'
import { expect, test } from 'vitest'
import { setbackSaying } from '../support/setback.ts'
import { problem } from '../support/x-exchange.ts'
import type { Fate } from '../support/x-sending.ts'
import { answeredBy, openX, replyTo, startX } from './x-bench.ts'

function send(channel: XChannel, outgoing: Outgoing) {
  return channel.send(outgoing, AbortSignal.timeout(5_000))
}

function find(channel: XChannel, outgoing: Outgoing) {
  return channel.find(outgoing, AbortSignal.timeout(5_000))
}

test('[CH57] a reply stands under the newest version of its post, and says where it is to be seen', async () => {
  const api = await startX()
  const post = api.world.write(api.world.person('kim'), '@acme helo')
  const edited = api.world.edit(post, '@acme hello')
  const { channel } = openX(api)
  const sent = await send(
    channel,
    replyTo(answeredBy(edited), { text: 'We are on it: https://example.com/a?b&c <now>' }),
  )
  const [ours] = api.sent
  expect(sent).toMatchObject({ type: 'sent', externalId: ours?.id, link: `https://x.com/acme/status/${ours?.id}` })
  expect(api.world.posts.find(({ id }) => id === ours?.id)?.replyTo?.id).toBe(edited.id)
})

test('[CH57] what was written directly is answered directly and never in public, whatever its anchor says', async () => {
  const api = await startX()
  const direct = api.world.direct(api.world.person('kim'), api.account, 'My number is 12')
  const post = api.world.write(api.world.person('kim'), '@acme')
  const anchor = { kind: 'direct', participant: direct.from.id }
  const answering = { externalId: `direct-${direct.id}`, visibility: 'direct', anchor, address: '@kim' } as const
  const { channel } = openX(api)
  expect(await send(channel, replyTo(answering))).toMatchObject({ type: 'sent', link: null })
  const crossed = [
    { ...answering, anchor: answeredBy(post).anchor },
    { ...answering, anchor: {} },
    { ...answeredBy(post), anchor },
  ]
  for (const wrong of crossed) {
    expect(await send(channel, replyTo(wrong))).toMatchObject({ type: 'refused', again: false })
  }
  expect(await send(channel, replyTo(answering, { answering: null }))).toMatchObject({ type: 'refused', again: false })
  expect([api.world.directs.length, api.world.posts.length]).toEqual([2, 1])
})

test.each([
  ['no answer, taken', 'no-answer'],
  ['reset, taken', 'no-answer'],
  ['500, taken', 'unclear'],
  ['503, taken', 'unclear'],
] as const)(
  '[CH57] [WB131] a reply whose fate is unknown (%s) is found among what the account wrote',
  async (fate, code) => {
    const api = await startX()
    const post = api.world.write(api.world.person('kim'), '@acme why?')
    const { channel } = openX(api, { pace: { sendLimitMs: 100 } })
    const outgoing = replyTo(answeredBy(post), { text: 'See https://status.example.com/a & <wait>, @kim' })
    api.sending.fates.push(fate)
    expect(await send(channel, outgoing)).toMatchObject({ type: 'unknown', setback: { code } })
    expect(await find(channel, outgoing)).toMatchObject({ type: 'sent', externalId: api.sent[0]?.id })
    expect(api.sent).toHaveLength(1)
  },
)

test.each(['reset', '503'] as const)('[CH57] not finding a reply (%s) proves nothing', async fate => {
  const api = await startX()
  const post = api.world.write(api.world.person('kim'), '@acme why?')
  const { channel } = openX(api)
  const outgoing = replyTo(answeredBy(post))
  api.sending.fates.push(fate)
  expect(await send(channel, outgoing)).toMatchObject({ type: 'unknown' })
  expect(await find(channel, outgoing)).toEqual({ type: 'unknown' })
})

test('[CH57] a reply that X shows only after a while is waited for, and one of other words, place or time is not it', async () => {
  const api = await startX()
  const kim = api.world.person('kim')
  const post = api.world.write(kim, '@acme why?')
  const other = api.world.write(kim, '@acme again?')
  const { channel } = openX(api, { pace: { findAgainMs: [10, 10, 10] } })
  const outgoing = replyTo(answeredBy(post), { text: 'We are on it' })
  api.world.write(api.account, 'We are on it', { replyTo: other })
  api.world.write(api.account, 'We are not on it', { replyTo: post })
  expect(await find(channel, outgoing)).toEqual({ type: 'unknown' })
  const ours = api.world.write(api.account, 'We are on it', { replyTo: post })
  api.world.unlisted.add(ours.id)
  let looks = 0
  api.interfere = ({ path }) => {
    if (path.endsWith('/tweets') && path !== '/2/tweets' && ++looks === 3) api.world.unlisted.clear()
    return null
  }
  expect(await find(channel, outgoing)).toMatchObject({ type: 'sent', externalId: ours.id })
  const later = replyTo(answeredBy(post), { text: 'We are on it', submittedAt: Date.now() + 120_000 })
  expect(await find(channel, later)).toEqual({ type: 'unknown' })
})

test('[CH57] of 121 replies through every pair of fates each is seen once, or its fate is unknown and it is seen at most once', async () => {
  const none = { header: '', most: 1_000_000, perMs: 1 }
  const api = await startX({ posts: [none] })
  const kim = api.world.person('kim')
  const { channel } = openX(api, { pace: { sendLimitMs: 50, limitedFirstMs: 1, findAgainMs: [] } })
  const fates: (Fate | null)[] = [
    null,
    'no answer, taken',
    'reset, taken',
    '500, taken',
    '503, taken',
    'reset',
    '503',
    '429',
    '429 without headers',
    '401',
    '402',
  ]
  const ends = { sent: 0, unknown: 0 }
  for (let number = 0; number < 121; number++) {
    const post = api.world.write(kim, `@acme ${number}`)
    const outgoing = replyTo(answeredBy(post), { text: `We are on it (${number % 3})` })
    const first = fates[number % fates.length]
    const second = fates[Math.floor(number / fates.length) % fates.length]
    api.sending.fates.push(...[first, second].filter(fate => fate != null))
    let end = await send(channel, outgoing)
    while (end.type === 'refused' && end.again) end = await send(channel, outgoing)
    const { type } = end.type === 'unknown' ? await find(channel, outgoing) : end
    const seen = api.world.posts.filter(({ author, replyTo: under }) => author === api.account && under === post).length
    expect([type, seen], String(number)).toEqual(type === 'sent' ? ['sent', 1] : ['unknown', 0])
    ends[type === 'sent' ? 'sent' : 'unknown']++
    api.sending.fates.length = 0
  }
  expect(ends.sent).toBeGreaterThan(60)
  expect(ends.unknown).toBeGreaterThan(10)
})

test('[CH57] where the account cannot be read, the fate stays unknown', async () => {
  const api = await startX()
  const post = api.world.write(api.world.person('kim'), '@acme why?')
  const { channel, logged } = openX(api)
  api.interfere = ({ method }) => (method === 'GET' ? problem(503, 'Over capacity') : null)
  expect(await find(channel, replyTo(answeredBy(post)))).toEqual({ type: 'unknown' })
  expect(logged.join('\n')).toContain('Over capacity')
})

test('[CH57] a reply that X holds already is known by it when it is sent again; another with its words is not taken', async () => {
  const api = await startX()
  const post = api.world.write(api.world.person('kim'), '@acme why?')
  const { channel } = openX(api)
  const outgoing = replyTo(answeredBy(post))
  const first = await send(channel, outgoing)
  expect(await send(channel, outgoing)).toMatchObject({
    type: 'sent',
    externalId: first.type === 'sent' ? first.externalId : '',
  })
  const hours = { submittedAt: Date.now() + 3_600_000 }
  expect(await send(channel, replyTo(answeredBy(post), hours))).toMatchObject({
    type: 'refused',
    again: false,
    setback: setbackSaying('only once'),
  })
  expect(api.sent).toHaveLength(1)
})

test('[CH57] a reply that was tried before, and that X says it holds, is not taken for refused while nobody can look for it', async () => {
  const api = await startX()
  const kim = api.world.person('kim')
  const post = api.world.write(kim, '@acme why?')
  const { channel } = openX(api, { pace: { findAgainMs: [] } })
  const outgoing = replyTo(answeredBy(post))
  api.sending.fates.push('500, taken')
  expect(await send(channel, outgoing)).toMatchObject({ type: 'unknown' })
  const again = { ...outgoing, triedAt: Date.now() }
  const elsewhere = api.world.write(kim, '@acme and?')
  api.interfere = ({ method }) => (method === 'GET' ? problem(503, 'Over capacity') : null)
  expect(await send(channel, again)).toMatchObject({ type: 'unknown', setback: { code: 'earlier' } })
  expect(await send(channel, outgoing)).toMatchObject({ type: 'refused', setback: { code: 'same-text' } })
  api.interfere = null
  for (let number = 0; number < 600; number++)
    api.world.write(api.account, `Another (${number})`, { replyTo: elsewhere })
  expect(await send(channel, again)).toMatchObject({ type: 'unknown', setback: { code: 'earlier' } })
  expect(await send(channel, { ...again, submittedAt: Date.now() + 3_600_000 })).toMatchObject({
    type: 'refused',
    setback: { code: 'same-text' },
  })
})

test.each([
  ['403', { type: 'refused', again: false, closed: null }],
  ['402', { type: 'refused', again: true, limited: true, accountWide: true }],
  ['401', { type: 'refused', again: true }],
  ['429', { type: 'refused', again: true, limited: true, told: { left: 0 }, accountWide: false }],
  ['429 without headers', { type: 'refused', again: true, limited: true, afterMs: 20, told: null }],
] as const)('[CH58] [DL28] the answer %s', async (fate: Fate, expected) => {
  const api = await startX()
  const post = api.world.write(api.world.person('kim'), '@acme why?')
  const { channel } = openX(api)
  api.sending.fates.push(fate)
  const sent = await send(channel, replyTo(answeredBy(post)))
  expect({ accountWide: false, ...sent }).toMatchObject(expected)
  expect(api.sent).toEqual([])
})

test('[CH58] what X says of its limits is told, and what it does not take for them waits until they are over', async () => {
  const now = Date.UTC(2026, 10, 23, 10)
  const quarter = 900_000
  const quotas = [
    { header: 'x-rate-limit', most: 2, perMs: quarter },
    { header: 'x-app-limit-24hour', most: 10_000, perMs: 96 * quarter },
  ]
  const api = await startX({ clock: () => now, posts: quotas })
  const post = api.world.write(api.world.person('kim'), '@acme why?')
  const { channel } = openX(api, { surroundings: { clock: () => now } })
  const next = (text: string) => send(channel, replyTo(answeredBy(post), { text }))
  expect(await next('one')).toMatchObject({ type: 'sent', told: { left: 1, resetsAt: now + quarter } })
  expect(await next('two')).toMatchObject({ type: 'sent', told: { left: 0, resetsAt: now + quarter } })
  expect(await next('three')).toMatchObject({
    type: 'refused',
    again: true,
    limited: true,
    afterMs: quarter,
    told: { left: 0, resetsAt: now + quarter },
  })
})

test('[CH58] both documented limits of the account, that of its app, and the dearer price', async () => {
  const api = await startX()
  const { channel } = openX(api, { secrets: { token: 'x', clientId: 'acme-app' } })
  const user = `x-user/${api.account.id}`
  const minute = 60_000
  expect(channel.spending('We are on it', 'public')).toEqual({
    limits: [
      { pool: user, most: 100, perMs: 15 * minute, points: 1 },
      { pool: user, most: 300, perMs: 180 * minute, points: 1 },
      { pool: 'x-app/acme-app', most: 10_000, perMs: 1_440 * minute, points: 1 },
    ],
    price: 10_000,
  })
  expect(channel.spending('See status.example.com', 'public').price).toBe(200_000)
  expect(channel.spending('See status.example.com', 'direct')).toEqual({
    limits: [
      { pool: `${user}/direct`, most: 15, perMs: 15 * minute, points: 1 },
      { pool: `${user}/direct`, most: 1_440, perMs: 1_440 * minute, points: 1 },
      { pool: 'x-app/acme-app/direct', most: 1_440, perMs: 1_440 * minute, points: 1 },
    ],
    price: 15_000,
  })
  expect(openX(api, { settings: { plan: 'enterprise' } }).channel.spending('On it', 'public').price).toBe(15_000)
})

test('[CH59] in public 280 of X’s measure, directly 10,000 characters', async () => {
  const { channel } = openX(await startX())
  expect(channel.length('故障 https://example.com/long', 'public')).toEqual({
    used: 28,
    longest: 280,
    unit: 'weighted',
  })
  expect(channel.length('故障', 'direct')).toEqual({ used: 2, longest: 10_000, unit: 'characters' })
})

test('[CH57] trying it out signs in, reads, asks for what is new and writes nothing in public', async () => {
  const api = await startX()
  const kim = api.world.person('kim')
  const { channel } = openX(api)
  const trials = await channel.probe('@kim', AbortSignal.timeout(5_000))
  expect(trials.map(({ step, ok }) => [step, ok])).toEqual([
    ['sign-in', true],
    ['read', true],
    ['receive', true],
    ['send', true],
  ])
  expect(trials[0]).toMatchObject({ learnt: { userId: api.account.id, username: 'acme' } })
  expect(api.world.directs.map(({ to }) => to)).toEqual([kim])
  const quiet = openX(api, { settings: { directMessages: false, receive: 'webhook' } }).channel
  const [, , receive, sending] = await quiet.probe(null, AbortSignal.timeout(5_000))
  expect(receive?.sentence).toBe(
    'X is told to call https://muster.example.test/hooks/x-acme once the channel is switched on.',
  )
  expect(sending?.sentence).toContain('Nothing was posted')
  expect(api.world.posts).toEqual([])
})

test('[CH57] [WB131] trying it out ends with the first step that fails, and says why', async () => {
  const api = await startX()
  const stranger = openX(api, { secrets: { token: 'of-nobody', bearer: 'also-wrong' } }).channel
  const sentence = expect.stringContaining('no longer accepts the access token')
  expect(await stranger.probe(null, AbortSignal.timeout(5_000))).toMatchObject([
    { step: 'sign-in', ok: false, code: 'failed', trouble: 'sign-in', sentence },
  ])
  const { channel } = openX(api)
  const trials = await channel.probe('nobody at all', AbortSignal.timeout(5_000))
  expect(trials.at(-1)).toMatchObject({ step: 'send', ok: false, code: 'no-such-name' })
})
