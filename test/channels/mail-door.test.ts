import { createHmac } from 'node:crypto'
import type { Call } from '@muster/server/channels/channel.ts'
import { MailChannel } from '@muster/server/channels/mail.ts'
import { addressKeyOf } from '@muster/server/channels/mail-caller.ts'
import { type MailInbound, MailSettings } from '@muster/shared/channel.ts'
import { afterAll, expect, test } from 'vitest'
import { hmacKey, longestTurn, mailRecord, rawMail, surroundingsOf } from './workbench.ts'

const inboundKey = 'a key of the provider'
const now = Date.now()
const channels = new Map<MailInbound, MailChannel>()
afterAll(() => Promise.all([...channels.values()].map(channel => channel.close())))

function channelOf(inbound: MailInbound): MailChannel {
  const smtp = { host: '127.0.0.1', port: 25, security: 'none', user: '' }
  const settings = MailSettings.parse({ kind: 'mail', address: 'support@muster.test', imap: null, smtp, inbound })
  const channel =
    channels.get(inbound) ??
    new MailChannel(mailRecord(settings), settings, { inboundKey }, surroundingsOf().surroundings)
  channels.set(inbound, channel)
  return channel
}

type Head = Partial<Pick<Call, 'headers' | 'query' | 'method' | 'now'>>
const call = (inbound: MailInbound, body: string | Buffer, head: Head = {}) =>
  channelOf(inbound).called({ method: 'POST', query: {}, headers: {}, now, body: Buffer.from(body), ...head })

const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`any:${password}`).toString('base64')}` })
const byPostmark = { headers: { 'content-type': 'application/json', ...basic(inboundKey) } }
const byBearer = { headers: { 'content-type': 'message/rfc822', authorization: `Bearer ${inboundKey}` } }
const byMailgun = {
  query: { key: addressKeyOf('mailbox', hmacKey) },
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
}

function signed(mail: string | null, at = now, key = inboundKey) {
  const timestamp = String(Math.floor(at / 1000))
  const token = 'a'.repeat(50)
  const signature = createHmac('sha256', key)
    .update(timestamp + token)
    .digest('hex')
  return { timestamp, token, signature, ...(mail !== null && { 'body-mime': mail }) }
}
const form = (...given: Parameters<typeof signed>) => new URLSearchParams(signed(...given)).toString()
const posted = (raw: string) => JSON.stringify({ From: 'Kim', TextBody: 'another text', RawEmail: raw })

const raw = rawMail({ 'Message-ID': '<one@example.test>', 'Content-Type': 'text/plain; charset=utf-8' }, 'Grüße 👍')
const arrived = { status: 200, received: [{ type: 'arrival', arrival: { text: 'Grüße 👍', automatic: null } }] }
const nothing = (status: number) => ({ status, received: [], body: { sentence: expect.any(String) } })

test('[CH12] a raw mail is taken from each provider, and has one id whichever way it came', async () => {
  const multipart = new FormData()
  for (const [name, value] of Object.entries(signed(raw))) multipart.set(name, value)
  const whole = new Response(multipart)
  const type = whole.headers.get('content-type') ?? ''
  const calls = [
    await call('postmark', posted(raw), byPostmark),
    await call('mailgun', form(raw), byMailgun),
    await call('mailgun', Buffer.from(await whole.arrayBuffer()), { ...byMailgun, headers: { 'content-type': type } }),
    await call('raw', raw, byBearer),
  ]
  for (const called of calls) expect(called).toMatchObject(arrived)
  const ids = calls.flatMap(({ received }) =>
    received.flatMap(each => (each.type === 'arrival' ? each.arrival.externalId : [])),
  )
  expect(new Set(ids).size).toBe(1)
})

test.each([
  ['postmark', posted(raw), {}],
  ['postmark', posted(raw), { headers: basic('another key') }],
  ['postmark', posted(raw), { headers: { authorization: `Bearer ${inboundKey}` } }],
  ['raw', raw, {}],
  ['raw', raw, { headers: { authorization: 'Bearer' } }],
  ['raw', raw, { headers: { authorization: `Bearer ${inboundKey}x` } }],
  ['mailgun', form(raw), { headers: byMailgun.headers }],
  ['mailgun', form(raw), { ...byMailgun, query: { key: inboundKey } }],
] as const)(
  '[CH12] a call to a channel of %s that does not prove who calls is turned away by its head alone',
  async (inbound, body, head) => {
    expect(channelOf(inbound).knows({ method: 'POST', query: {}, headers: {}, ...head })).toBe(false)
    expect(await call(inbound, body, head)).toMatchObject(nothing(401))
  },
)

test('[CH13] a call that another key signed, or none, is refused; one that is too old is told never to come again', async () => {
  expect(await call('mailgun', form(raw, now, 'another key'), byMailgun)).toMatchObject(nothing(401))
  expect(await call('mailgun', new URLSearchParams({ 'body-mime': raw }).toString(), byMailgun)).toMatchObject(
    nothing(401),
  )
  const late = form(raw, now - 8 * 3_600_000)
  expect(await call('mailgun', late, byMailgun)).toMatchObject(arrived)
  for (const at of [now - 10 * 3_600_000, now + 600_000]) {
    expect(await call('mailgun', form(raw, at), byMailgun)).toMatchObject(nothing(406))
  }
})

test.each([
  ['postmark', '{"RawEmail":', byPostmark, 403],
  ['postmark', '{"TextBody":"no raw mail"}', byPostmark, 422],
  ['postmark', 'null', byPostmark, 422],
  ['postmark', '', byPostmark, 403],
  ['mailgun', form(null), byMailgun, 422],
  ['mailgun', '{}', { ...byMailgun, headers: { 'content-type': 'application/json' } }, 406],
  ['mailgun', '--x', { ...byMailgun, headers: { 'content-type': 'multipart/form-data; boundary=x' } }, 406],
  ['raw', '', byBearer, 422],
  ['raw', raw, { ...byBearer, method: 'GET' }, 405],
] as const)(
  '[CH12] %s is answered %#: it comes again where setting it up anew helps, and never where nothing does',
  async (inbound, body, head, status) => {
    expect(await call(inbound, body, head)).toMatchObject(nothing(status))
  },
)

test('[CH12] what is wrong with the calls is shown until a mail comes', async () => {
  await call('postmark', '{}', byPostmark)
  expect(channelOf('postmark').health().complaint?.sentence).toContain('Include raw email content')
  await call('postmark', posted(raw), byPostmark)
  expect(channelOf('postmark').health().complaint).toBeNull()
})

test('[CH2] a mail that was posted and cannot be read is kept with its reason, and the provider is done with it', async () => {
  const nobodys = rawMail({ From: undefined }, 'who am I?')
  for (const called of [await call('postmark', posted(nobodys), byPostmark), await call('raw', nobodys, byBearer)]) {
    expect(called.status).toBe(200)
    const [received] = called.received
    if (received?.type !== 'unreadable') throw new Error('expected it to be unreadable')
    expect(received.unreadable.defect.sentence).toContain('no sender')
    expect(Buffer.from(received.unreadable.raw).toString()).toBe(nobodys)
  }
})

test('[CH7] the longest call is read away from the event loop, and a mail in it over the size is not read', async () => {
  const line = `${'QUJD'.repeat(19)}\r\n`
  const long = posted(rawMail({}, line.repeat(320_000)))
  const longer = posted(rawMail({}, line.repeat(360_000)))
  await call('postmark', posted(raw), byPostmark)
  const bodies = [Buffer.from(long), Buffer.from(longer)]
  const longest = await longestTurn(async () => {
    const [read, unread] = await Promise.all(bodies.map(body => call('postmark', body, byPostmark)))
    expect(read?.received).toMatchObject([{ type: 'arrival', arrival: { whole: false } }])
    expect(unread?.received).toMatchObject([
      { type: 'unreadable', unreadable: { defect: { code: 'too-long', most: 25 } } },
    ])
  })
  console.info(`the longest turn took ${longest.toFixed(1)} ms`)
  expect(longest).toBeLessThan(100)
})
