import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { Call } from '@muster/server/channels/channel.ts'
import type { XChannel } from '@muster/server/channels/x.ts'
import { expect, test } from 'vitest'
import { realData } from '../support/real-data.ts'
import { until } from '../support/until.ts'
import type { XApi } from '../support/x-api.ts'
import { secrets, signed } from '../support/x-exchange.ts'
import { type Desk, longestTurn } from './workbench.ts'
import { openX, receiving, startX } from './x-bench.ts'

const samples = realData('api-payloads/x-openapi-docs/x-api/activity/event-payloads.mdx')
const areThere = existsSync(samples)
if (!areThere) console.warn(`SKIPPED: ${samples} is not there, so no sample of X is read.`)

const nobody = { url: 'http://127.0.0.1:9', account: { id: '1111111111111111111', username: 'ExampleUser' } } as XApi

function callOf(given: Partial<Call>): Call {
  return { method: 'POST', query: {}, headers: {}, body: Buffer.alloc(0), now: Date.now(), ...given }
}

function signedCall(body: string | Buffer): Call {
  const bytes = Buffer.from(body)
  const signature = `sha256=${createHmac('sha256', secrets.consumerSecret).update(bytes).digest('base64')}`
  return callOf({ body: bytes, headers: { 'x-twitter-webhooks-signature': signature } })
}

function called(userId = nobody.account.id) {
  const account = { ...nobody.account, id: userId }
  return openX({ url: nobody.url, account }, { settings: { receive: 'webhook' } }).channel
}

const event = {
  data: {
    event_uuid: '2080765813578191303',
    filter: { user_id: nobody.account.id },
    event_type: 'post.mention.create',
    payload: { id: '2080765813578191303', author_id: '2222222222222222222', text: 'hey @ExampleUser ü 👍' },
    includes: { users: [{ id: '2222222222222222222', username: 'OtherUser', name: 'Other' }] },
  },
}

test('[CH51] X is shown that the address is ours, as it documents', async () => {
  const answer = await called().called(callOf({ method: 'GET', query: { crc_token: 'challenge_string' } }))
  const expected = createHmac('sha256', secrets.consumerSecret).update('challenge_string').digest('base64')
  expect(answer).toEqual({ received: [], status: 200, body: { response_token: `sha256=${expected}` } })
  expect(await called().called(callOf({ method: 'GET' }))).toMatchObject({ status: 400 })
  expect(await called().called(callOf({ method: 'GET', query: { crc_token: 'x'.repeat(2_000) } }))).toMatchObject({
    status: 400,
  })
})

test('[CH51] a call whose signature fits its bytes is taken, also when it comes again', async () => {
  const channel = called()
  const call = signedCall(JSON.stringify(event))
  const first = await channel.called(call)
  expect(first).toMatchObject({
    status: 200,
    received: [{ type: 'arrival', arrival: { externalId: '2080765813578191303', text: 'hey @ExampleUser ü 👍' } }],
  })
  expect(await channel.called(call)).toEqual(first)
})

test.each(['../i/flow', 'kim/status/1#', 'k'.repeat(3_000), 'kim lee', ''])(
  '[CH50] whose author is called %o is from their number, and its link leads to the post',
  async username => {
    const includes = { users: [{ id: '2222222222222222222', username, name: 'Other' }] }
    const { received } = await called().called(signedCall(JSON.stringify({ data: { ...event.data, includes } })))
    const link = `https://x.com/i/web/status/${event.data.payload.id}`
    expect(received).toMatchObject([{ arrival: { from: { address: '2222222222222222222', name: 'Other' }, link } }])
  },
)

test('[CH51] a call that is not signed, signed otherwise, changed or too long brings nothing', async () => {
  const body = JSON.stringify(event)
  const other = `sha256=${createHmac('sha256', 'another secret').update(body).digest('base64')}`
  const right = signed(body)
  const refused: [string | undefined, string][] = [
    [undefined, body],
    ['', body],
    [right.slice(7), body],
    [other, body],
    [right.replace('sha256', 'sha1'), body],
    [`${right}=`, body],
    [right, body.replace('hey', 'HEY')],
    [right, `${body} `],
    [signed('x'.repeat(1_100_000)), 'x'.repeat(1_100_000)],
  ]
  const channel = called()
  for (const [signature, bytes] of refused) {
    const headers = { 'x-twitter-webhooks-signature': signature }
    const answer = await channel.called(callOf({ body: Buffer.from(bytes), headers }))
    expect([answer.received, answer.status >= 400 && answer.status < 500], signature ?? 'none').toEqual([[], true])
  }
  const { channel: bare } = openX(nobody, { settings: { receive: 'webhook' }, secrets: { token: 'x' } })
  expect(await bare.called(signedCall(body))).toMatchObject({ status: 503, received: [] })
})

test.each([
  ['no JSON', '{"data":', 'unreadable'],
  ['no event', '{"hello":"world"}', 'unreadable'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x7b]), 'unreadable'],
  [
    'a post without an author',
    JSON.stringify({ data: { ...event.data, payload: { id: '1', text: 'x' } } }),
    'unreadable',
  ],
  ['somebody else’s', JSON.stringify({ data: { ...event.data, filter: { user_id: '5' } } }), undefined],
  ['a kind nobody asked for', JSON.stringify({ data: { ...event.data, event_type: 'spaces.start' } }), undefined],
  [
    'a post of our own',
    JSON.stringify({ data: { ...event.data, payload: { ...event.data.payload, author_id: nobody.account.id } } }),
    undefined,
  ],
] as const)('[CH51] a signed call that holds %s is answered with 200, and read as %s', async (_, body, type) => {
  const { status, received } = await called().called(signedCall(body))
  expect([status, received[0]?.type]).toEqual([200, type])
})

test('[CH2] of 3,000 calls whose bytes were changed by chance each is read or set aside, and none holds the others up', async () => {
  const channel = called()
  const whole = JSON.stringify({
    data: {
      ...event.data,
      payload: {
        ...event.data.payload,
        created_at: '2026-07-24T21:23:23.000Z',
        edit_history_tweet_ids: ['2080765813578191303'],
        referenced_tweets: [{ type: 'quoted', id: '2080761390344937796' }],
        entities: {
          urls: [{ url: 'https://t.co/x', expanded_url: 'https://example.com' }],
          mentions: [{ username: 'x' }],
        },
      },
    },
  })
  let seed = 7
  const chance = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const pieces = [
    '"',
    '{',
    '}',
    '[',
    ']',
    'null',
    '-1',
    '1e999',
    '\\u0000',
    '"a":',
    ',',
    '99999999999999999999',
    '\ud800',
    'true',
  ]
  const counts = new Map<string, number>()
  const longest = await longestTurn(async () => {
    for (let number = 0; number < 3_000; number++) {
      const at = chance(whole.length)
      const cut = chance(12)
      const body = `${whole.slice(0, at)}${pieces[chance(pieces.length)]}${whole.slice(at + cut)}`
      const { status, received } = await channel.called(signedCall(body))
      expect(status).toBe(200)
      const kind = received[0]?.type ?? 'nothing'
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
  })
  expect([...counts.keys()].toSorted()).toEqual(['arrival', 'nothing', 'unreadable'])
  expect(longest).toBeLessThan(100)
})

test('[CH2] a call that could not be read is read again as it came', async () => {
  const channel = called()
  const body = JSON.stringify({ data: { ...event.data, payload: { id: 'x' } } })
  const [received] = (await channel.called(signedCall(body))).received
  if (received?.type !== 'unreadable') throw new Error('it was read')
  const { raw, externalId } = received.unreadable
  expect(await channel.reread(raw, externalId)).toMatchObject({ type: 'unreadable', unreadable: { externalId, raw } })
  expect(await channel.reread(Buffer.from(JSON.stringify(event)), externalId)).toMatchObject({ type: 'arrival' })
})

test.skipIf(!areThere)('[CH50] X’s own samples of what happens are read', async () => {
  const text = readFileSync(samples, 'utf8')
  const events = [...text.matchAll(/```json title="([\w.]+)"[^\n]*\n([\s\S]*?)```/g)].map(
    ([, kind = '', body = '']) => ({ kind, body }),
  )
  expect(events.length).toBeGreaterThan(20)
  const channel = called()
  const read = new Map<string, string[]>()
  for (const { kind, body } of events) {
    const { status, received } = await channel.called(signedCall(body))
    expect([kind, status]).toEqual([kind, 200])
    read.set(
      kind,
      received.map(each => (each.type === 'arrival' ? each.arrival.text : each.type)),
    )
  }
  const some = [...read].filter(([, received]) => received.length > 0)
  expect(Object.fromEntries(some)).toEqual({
    'post.mention.create': ['hey @ExampleUser'],
    'post.reply.create': ['@ExampleUser Great post — thanks for sharing!'],
    'post.quote.create': ['Adding some context to this. https://twitter.com/ExampleUser/status/2080761390344937796'],
    'post.delete': ['deleted'],
    'dm.received': ['hello!'],
  })
})

/** X calls the channel itself, as the door does. */
async function startCalling() {
  const reached: { channel: XChannel | null; desk: Desk | null } = { channel: null, desk: null }
  const api = await startX({
    call: async (address, { method, headers = {}, body = '' }) => {
      const url = new URL(address)
      if (reached.channel === null || url.pathname !== '/hooks/x-acme') return { status: 404, body: '' }
      const query = Object.fromEntries(url.searchParams)
      const call = callOf({ method: method === 'GET' ? 'GET' : 'POST', query, headers, body: Buffer.from(body) })
      const answer = await reached.channel.called(call)
      for (const received of answer.received) await reached.desk?.take(received)
      return { status: answer.status, body: JSON.stringify(answer.body) }
    },
  })
  return { api, reached }
}

test('[CH50] X is told what to call and whither, proves the address, and calls', async () => {
  const { api, reached } = await startCalling()
  const { channel } = openX(api, { settings: { receive: 'webhook' } })
  reached.channel = channel
  const desk = await receiving(channel)
  reached.desk = desk
  expect(api.arrangements.webhooks).toMatchObject([{ url: 'https://muster.example.test/hooks/x-acme', valid: true }])
  const [webhook] = api.arrangements.webhooks
  const kinds = ['post.mention.create', 'post.reply.create', 'post.quote.create', 'dm.received']
  expect(api.arrangements.subscriptions).toMatchObject(
    kinds.map(event_type => ({ event_type, webhook_id: webhook?.id, filter: { user_id: api.account.id } })),
  )
  await api.write('kim', 'hey @acme')
  expect(desk.arrivals).toMatchObject([{ text: 'hey @acme', from: { address: '@kim' } }])
  expect(api.activity.size).toBe(0)
  expect(channel.health()).toMatchObject({ state: 'receiving', complaint: null })
})

test('[CH52] what X did not call about is read all the same, and it is asked to call again', async () => {
  const { api, reached } = await startCalling()
  const impatient = { catchUpCalledMs: 10, catchUpDirectMs: 10, arrangeMs: 20 }
  const { channel } = openX(api, { settings: { receive: 'webhook' }, pace: impatient })
  reached.channel = channel
  const desk = await receiving(channel)
  reached.desk = desk
  const ours = api.world.write(api.account, 'We are back.')
  const [webhook] = api.arrangements.webhooks
  if (webhook === undefined) throw new Error('there is no webhook')
  webhook.valid = false
  await api.write('kim', '@acme one')
  await api.write('ann', 'two', { quotes: ours })
  await api.writeDirectly('lee', 'three')
  await until('all three', () => desk.arrivals.length === 3)
  await until('it calls again', () => webhook.valid)
})

test('[CH50] an address that X would not call is said to be one, and mentions are read now and then', async () => {
  const api = await startX()
  const { channel } = openX(api, {
    settings: { receive: 'webhook' },
    surroundings: { origin: 'http://localhost:8080' },
    pace: { catchUpCalledMs: 10 },
  })
  const desk = await receiving(channel)
  await api.write('kim', '@acme one')
  await until('it is read', () => desk.arrivals.length === 1)
  expect(channel.health().complaint?.sentence).toContain('X calls only https addresses without a port')
  expect(channel.longestCall).toBe(1_048_576)
})
