import type { ServerResponse } from 'node:http'
import type { Channel, Outgoing } from '@muster/server/channels/channel.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeMastodon, type Fate } from '../support/mastodon-fake.ts'
import { kim, type Written } from '../support/mastodon-payloads.ts'
import { setbackSaying } from '../support/setback.ts'
import { deliver, openMastodon, replyTo } from './mastodon-bench.ts'
import { outgoingOf } from './workbench.ts'

let server: FakeMastodon
let channel: Channel
let question: Written

beforeEach(async () => {
  server = await new FakeMastodon().start()
  channel = openMastodon(server.url).channel
  question = server.write()
})
afterEach(async () => {
  await channel.close()
  await server.stop()
})

const soon = () => AbortSignal.timeout(5_000)
const send = (outgoing: Outgoing) => channel.send(outgoing, soon())
const find = (outgoing: Outgoing) => channel.find(outgoing, soon())
const answer =
  (status: number, headers: Record<string, string> = {}, body = '{"error":"no"}') =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end(body)
const seenBy = (visibility: 'public' | 'unlisted' | 'followers' | 'direct') => ({
  answering: { externalId: question.id, visibility, anchor: { acct: kim.acct }, address: `@${kim.acct}` },
})

test('[CH44] a reply stands under its post, names its author, and says its language', async () => {
  const sent = await send(replyTo(question, { text: 'Wir sind dran.', language: 'de' }))
  const [post] = server.book.posts
  expect(sent).toMatchObject({ type: 'sent', externalId: post?.id, link: `${server.url}/@acme/${post?.id}` })
  expect(post).toMatchObject({ source: '@kim@social.test Wir sind dran.', inReplyTo: question.id, language: 'de' })
})

test.each([
  ['Hello @KIM@social.test, yes', true],
  ['@kim@social.test yes', true],
  ['Hello @kim, yes', false],
  ['mail us@kim@social.test', false],
  ['@kim@social.test.example is somebody else', false],
])('[CH44] the author is named once: %j', async (text, isNamed) => {
  await send(replyTo(question, { text }))
  expect(server.book.posts[0]?.source).toBe(isNamed ? text : `@kim@social.test ${text}`)
})

test.each([
  ['public', 'public'],
  ['unlisted', 'unlisted'],
  ['followers', 'direct'],
  ['direct', 'direct'],
] as const)('[CH44] what is %s is answered %s', async (visibility, answered) => {
  await send(replyTo(question, seenBy(visibility)))
  expect(server.book.posts[0]?.visibility).toBe(answered)
})

test.each([
  ['public', '@kim@social.test Ask @bob@other.test'],
  ['unlisted', '@kim@social.test Ask @bob@other.test'],
  ['followers', '@kim@social.test Ask @\u2060bob@other.test'],
  ['direct', '@kim@social.test Ask @\u2060bob@other.test'],
] as const)('[CH82] an answer to what is %s posts %j, and is found again', async (visibility, posted) => {
  const outgoing = replyTo(question, { text: 'Ask @bob@other.test', ...seenBy(visibility) })
  const sent = await send(outgoing)
  expect(server.book.posts[0]?.source).toBe(posted)
  expect(await find(outgoing)).toEqual({
    type: 'sent',
    externalId: sent.type === 'sent' && sent.externalId,
    link: expect.any(String),
  })
})

test.each([
  ['@KIM@social.test, see @bob', '@KIM@social.test, see @\u2060bob'],
  ['Hello @kim, yes', '@kim@social.test Hello @\u2060kim, yes'],
  [
    '@kim@social.testö or @kim@social.test@bob',
    '@kim@social.test @\u2060kim@social.testö or @\u2060kim@social.test@bob',
  ],
  ['@bob@kim@social.test', '@kim@social.test @\u2060bob@kim@social.test'],
])('[CH82] of all whom %j names only the author stays', async (text, posted) => {
  await send(replyTo(question, { text, ...seenBy('direct') }))
  expect(server.book.posts[0]?.source).toBe(posted)
})

test('[CH82] a direct reply is found again where its server drops what nobody sees', async () => {
  const outgoing = replyTo(question, { text: 'Ask @bob', ...seenBy('direct') })
  await send(outgoing)
  const [post] = server.book.posts
  if (post !== undefined) post.source = '@kim@social.test Ask @bob'
  expect(await find(outgoing)).toMatchObject({ type: 'sent', externalId: post?.id })
})

test('[CH44] [CH82] what answers nothing is seen by nobody else', async () => {
  await send(outgoingOf({ to: { address: '@kim@social.test', name: '' }, text: 'A test by @ada' }))
  const source = '@kim@social.test A test by @\u2060ada'
  expect(server.book.posts[0]).toMatchObject({ visibility: 'direct', inReplyTo: null, source })
})

test.each([
  ['hangs', 'no-answer'],
  ['resets', 'no-answer'],
  [answer(500), 'unclear'],
  [answer(502), 'unclear'],
  [answer(200, {}, 'nonsense'), 'unnamed'],
] as const)(
  '[CH45] [WB131] a server that takes a reply and then %s: its fate is unknown, it is found, and sent again it is the same',
  async (fate, code) => {
    server.book.dropsRepeated = false
    server.fates.push({ stored: true, answer: fate })
    const outgoing = replyTo(question)
    expect(await send(outgoing)).toMatchObject({ type: 'unknown', setback: { code } })
    const [post] = server.book.posts
    expect(await find(outgoing)).toMatchObject({ type: 'sent', externalId: post?.id })
    expect(await send(outgoing)).toMatchObject({ type: 'sent', externalId: post?.id })
    expect(server.book.posts).toHaveLength(1)
  },
)

test.each(['hangs', 'resets', answer(500)] as const)(
  '[CH45] a server that takes nothing and then %s: it is surely absent, and goes out under the same key',
  async fate => {
    server.fates.push({ stored: false, answer: fate })
    const outgoing = replyTo(question)
    expect(await send(outgoing)).toMatchObject({ type: 'unknown' })
    expect(await find(outgoing)).toEqual({ type: 'absent' })
    expect(await send(outgoing)).toMatchObject({ type: 'sent' })
    expect(server.asked.filter(({ method }) => method === 'POST').map(({ key }) => key)).toEqual(['reply-1', 'reply-1'])
    expect(server.book.posts).toHaveLength(1)
  },
)

test('[CH45] a repeated key is dropped by Mastodon itself, also for a process that knows nothing of the first', async () => {
  const outgoing = replyTo(question)
  const first = await send(outgoing)
  const another = openMastodon(server.url).channel
  expect(await another.send(outgoing, soon())).toMatchObject({
    type: 'sent',
    externalId: first.type === 'sent' && first.externalId,
  })
  await another.close()
  expect(server.book.posts).toHaveLength(1)
})

test.each([true, false])(
  '[CH45] of 300 replies through every fault each stands there once (a repeated key is dropped: %j)',
  async dropsRepeated => {
    server.book.dropsRepeated = dropsRepeated
    const faults: Fate['answer'][] = [
      'resets',
      'resets',
      null,
      null,
      answer(500),
      answer(502),
      answer(503),
      answer(429),
      answer(200, {}, ''),
    ]
    server.fates.push(
      ...Array.from({ length: 500 }, (_, each) => {
        const fault = faults[(each * 7) % faults.length] ?? null
        return { stored: fault === null || each % 2 === 0, answer: fault }
      }),
    )
    server.book.postsLeft = 1_000
    const replies = Array.from({ length: 300 }, (_, each) => replyTo(server.write(), { key: `k${each}` }))
    const ids: string[] = []
    for (const reply of replies) ids.push(await deliver(channel, reply))
    expect(server.book.posts.map(({ id }) => id)).toEqual(ids)
    expect(new Set(server.book.posts.map(({ inReplyTo }) => inReplyTo)).size).toBe(300)
  },
)

test('[CH45] what a server that gave no answer does not show is not surely absent until it had the time to store it', async () => {
  let now = Date.now()
  const patient = openMastodon(server.url, { settleMs: 60_000 }, { clock: () => now }).channel
  const outgoing = replyTo(question)
  const elsewhere = { ...outgoing, triedAt: now }
  expect(await patient.find(elsewhere, soon())).toEqual({ type: 'unknown' })
  now += 60_000
  expect(await patient.find(elsewhere, soon())).toEqual({ type: 'absent' })
  server.fates.push({ stored: false, answer: 'resets' }, { stored: false, answer: answer(500) })
  expect(await patient.send(outgoing, soon())).toMatchObject({ type: 'unknown' })
  expect(await patient.find(outgoing, soon())).toEqual({ type: 'unknown' })
  expect(await patient.send(outgoing, soon())).toMatchObject({ type: 'unknown', setback: { code: 'posted-before' } })
  expect(server.asked.filter(({ method }) => method === 'POST')).toHaveLength(1)
  now += 60_000
  expect(await patient.send(outgoing, soon())).toMatchObject({
    type: 'unknown',
    setback: setbackSaying('500'),
  })
  // A server that fails by itself stores nothing afterwards.
  expect(await patient.find(outgoing, soon())).toEqual({ type: 'absent' })
  await patient.close()
})

test('[CH45] another reply, another post, another text or one from before is not it', async () => {
  const outgoing = replyTo(question)
  await send(outgoing)
  const elsewhere = server.write()
  expect(await find(replyTo(elsewhere))).toEqual({ type: 'absent' })
  expect(await find(replyTo(question, { text: 'Something else' }))).toEqual({ type: 'absent' })
  expect(await find(replyTo(question, { submittedAt: Date.now() + 600_000 }))).toEqual({ type: 'absent' })
  expect(await find(outgoing)).toMatchObject({ type: 'sent' })
})

test('[CH45] it is found where its server writes names in its own way, without its host and as they call themselves', async () => {
  const outgoing = replyTo(question, { text: '@KIM@social.test, ask @Bob@acme.test' })
  await send(outgoing)
  const [post] = server.book.posts
  if (post === undefined) throw new Error('not posted')
  post.source = '@kim@social.test, ask @bob'
  expect(await find(outgoing)).toMatchObject({ type: 'sent', externalId: post.id })
  post.source = '@kim@social.test, ask @amy'
  expect(await find(outgoing)).toEqual({ type: 'absent' })
})

test('[CH45] it is looked for over as many pages as were posted since', async () => {
  const outgoing = replyTo(question)
  await send(outgoing)
  const [first] = server.book.posts
  for (let count = 0; count < 90; count++) server.book.store({ status: `other ${count}` }, `other-${count}`)
  expect(await find(outgoing)).toMatchObject({ type: 'sent', externalId: first?.id })
})

test('[CH45] a server that cannot show what was posted leaves it unknown', async () => {
  const outgoing = replyTo(question)
  server.instead = (path, response) => {
    if (!path.endsWith('/statuses') || server.asked.at(-1)?.method === 'POST') return false
    response.writeHead(500).end()
    return true
  }
  expect(await find(outgoing)).toEqual({ type: 'unknown' })
  await send(outgoing)
  expect(await send(outgoing)).toMatchObject({ type: 'unknown' })
  expect(server.book.posts).toHaveLength(1)
})

test('[CH46] what the headers say of the limit is told, and its end means that nothing leaves before it starts anew', async () => {
  server.book.postsLeft = 2
  const told = { left: 1, resetsAt: expect.any(Number) }
  expect(await send(replyTo(question))).toMatchObject({ type: 'sent', told })
  server.book.postsLeft = 0
  const sent = await send(replyTo(question, { key: 'b', text: 'Another' }))
  expect(sent).toMatchObject({ type: 'refused', again: true, limited: true, told: { left: 0 } })
  const afterMs = sent.type === 'refused' ? sent.afterMs : null
  expect(afterMs).toBeGreaterThan(10_790_000)
  expect(afterMs).toBeLessThanOrEqual(10_801_000)
})

test('[CH46] a limit without headers is one all the same, and a wrong clock of its server does no harm', async () => {
  server.fates.push(
    { stored: false, answer: answer(429) },
    { stored: false, answer: answer(429, { 'retry-after': '7' }) },
    { stored: false, answer: answer(503, { 'retry-after': '90' }) },
  )
  expect(await send(replyTo(question))).toMatchObject({ type: 'refused', again: true, limited: true, afterMs: null })
  for (const afterMs of [7_000, 90_000]) {
    expect(await send(replyTo(question))).toMatchObject({ limited: true, afterMs })
  }
  const wrong = {
    date: 'Thu, 01 Jan 1998 00:00:00 GMT',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '1998-01-01T00:01:00Z',
  }
  server.fates.push({ stored: false, answer: answer(429, wrong) })
  expect(await send(replyTo(question))).toMatchObject({ limited: true, afterMs: 60_000 })
})

test.each(['public', 'direct'] as const)(
  '[CH46] [DL28] the documented limits are kept, and what its server says of them, for all that leaves by one account: %s',
  visibility => {
    expect(channel.spending('Hello', visibility)).toEqual({
      limits: [
        { pool: 'social posts', most: 300, perMs: 10_800_000, points: 1 },
        { pool: 'social requests', most: 140, perMs: 300_000, points: 2 },
      ],
      price: 0,
      words: 'social words',
    })
  },
)

test.each([
  [
    '[CH47] an author who blocked us',
    403,
    '{"error":"This action is not allowed"}',
    { again: false, closed: { why: 'blocked' } },
  ],
  [
    '[CH47] a token that may not post',
    403,
    '{"error":"This action is outside the authorized scopes"}',
    { again: true },
  ],
  ['[CH47] an account that is disabled', 403, '{"error":"Your login is currently disabled"}', { again: true }],
  ['[CH47] a token that is not accepted', 401, '{"error":"The access token is invalid"}', { again: true }],
  ['[CH47] something that is no such server', 404, '<html>', { again: false, closed: null }],
  ['[CH47] a server that moved', 301, '', { again: false, closed: null }],
])('%s', async (_what, status, body, expected) => {
  server.fates.push({ stored: false, answer: answer(status, {}, body) })
  expect(await send(replyTo(question))).toMatchObject({ type: 'refused', ...expected })
})

test('[CH48] a reply that its server finds too long returns with what it said', async () => {
  const sent = await send(replyTo(question, { text: 'x'.repeat(490) }))
  const setback = { code: 'not-taken', trouble: 'status', status: 422, said: expect.stringContaining('limit of 500') }
  expect(sent).toMatchObject({ type: 'refused', again: false, closed: null, setback })
  expect(sent.type === 'refused' && sent.setback.sentence).toContain('Text character limit of 500 exceeded')
})

test('[CH49] a channel that is tried out says each step, changes nothing, and learns the longest post', async () => {
  server.book.longest = 5_000
  const trials = await channel.probe(null, soon())
  expect(trials.map(({ step, ok }) => [step, ok])).toEqual([
    ['reach', true],
    ['sign-in', true],
    ['read', true],
    ['send', true],
  ])
  expect(trials[0]?.learnt).toEqual({ longest: 5_000 })
  expect(server.book.posts).toEqual([])
  expect(channel.length('', 'public').longest).toBe(5_000 - 32)
  await channel.probe('@kim@social.test', soon())
  expect(server.book.posts[0]).toMatchObject({
    visibility: 'direct',
    source: expect.stringMatching(/^@kim@social\.test This is a test/),
  })
})

test('[CH49] [WB131] a server that moved says where to', async () => {
  server.instead = (_path, response) => {
    response.writeHead(301, { location: 'https://social.acme.test/' }).end()
    return true
  }
  expect(await channel.probe(null, soon())).toMatchObject([
    {
      step: 'reach',
      ok: false,
      code: 'points-elsewhere',
      values: { address: 'https://social.acme.test/' },
      sentence: 'Its server points to https://social.acme.test/: if that is its server, enter it as such.',
    },
  ])
})

test('[CH49] [WB131] a trial ends with the first step that fails, in a sentence', async () => {
  server.instead = (path, response) => {
    if (!path.endsWith('verify_credentials')) return false
    response.writeHead(401).end('{"error":"The access token was revoked"}')
    return true
  }
  const trials = await channel.probe(null, soon())
  expect(trials.at(-1)).toMatchObject({
    step: 'sign-in',
    ok: false,
    code: 'failed',
    trouble: 'sign-in',
    said: 'The access token was revoked',
    sentence: 'Its server answered with status 401: The access token was revoked.',
  })
})
