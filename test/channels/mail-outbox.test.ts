import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Outgoing } from '@muster/server/channels/channel.ts'
import { MailChannel } from '@muster/server/channels/mail.ts'
import { defaultPace, type Pace } from '@muster/server/channels/mail-account.ts'
import { MailSettings } from '@muster/shared/channel.ts'
import { afterEach, expect, test } from 'vitest'
import { type SmtpTrouble, startFaultySmtp } from '../support/faulty-smtp.ts'
import { freePort } from '../support/free-port.ts'
import { setbackSaying } from '../support/setback.ts'
import { until } from '../support/until.ts'
import { MemoryPlace, mailRecord, outgoingOf, surroundingsOf } from './workbench.ts'

const password = 'support-password-7f3a'
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

function channelTo(
  port: number,
  smtp: Partial<MailSettings['smtp']> = {},
  pace: Partial<Pace> = {},
  given: Partial<MailSettings> = {},
): MailChannel {
  const server = { host: '127.0.0.1', port, security: 'none' as const, user: 'support' }
  const settings = MailSettings.parse({
    kind: 'mail',
    address: 'support@muster.test',
    imap: server,
    smtp: { ...server, ...smtp },
    ...given,
  })
  const channel = new MailChannel(mailRecord(settings), settings, { password }, surroundingsOf().surroundings, {
    ...defaultPace,
    ...pace,
  })
  ends.push(() => channel.close())
  return channel
}

async function serverWith(trouble: SmtpTrouble, options = {}) {
  const server = await startFaultySmtp(trouble, options)
  ends.push(server.stop)
  return server
}

const send = (channel: MailChannel, given: Partial<Outgoing> = {}, signal = AbortSignal.timeout(20_000)) =>
  channel.send(outgoingOf(given), signal)

const again = { type: 'refused', again: true }
const forGood = { type: 'refused', again: false }

test.each([
  ['the sign-in', { at: 'sign-in', code: 535 }, again],
  ['the sender for now', { at: 'sender', code: 451 }, again],
  ['the sender for good', { at: 'sender', code: 550 }, forGood],
  ['the customer for now', { at: 'recipient', code: 450 }, again],
  ['the customer for good', { at: 'recipient', code: 550 }, forGood],
  ['the text for now', { at: 'text', code: 452 }, again],
  ['the text for good', { at: 'text', code: 554 }, forGood],
] as const)('[DL5] [WB131] a server that refuses %s', async (_, trouble, expected) => {
  const server = await serverWith(trouble)
  const sent = await send(channelTo(server.port))
  const kind = trouble.at === 'sign-in' ? 'sign-in' : 'other'
  const said = expect.stringContaining(`trouble ${trouble.code}`)
  expect(sent).toMatchObject({ ...expected, setback: { code: 'not-taken', trouble: kind, said } })
})

const hour = 3_600_000
test.each([
  ['text', 550, '5.4.5 Daily user sending limit exceeded. For more information on Gmail', hour],
  [
    'sender',
    550,
    "5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
    hour,
  ],
  ['text', 554, '5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException', 60_000],
  ['sign-in', 454, 'Throttling failure: Daily message quota exceeded.', hour],
  ['sender', 454, 'Throttling failure: Maximum sending rate exceeded.', 60_000],
  ['sender', 421, '4.7.0 Too many messages in this hour', 900_000],
  ['sign-in', 432, '4.3.2 Concurrent connections limit exceeded', 60_000],
  ['sender', 450, '4.7.1 Error: too much mail from 192.0.2.7', 60_000],
  ['recipient', 450, '4.7.1 Error: too many recipients from 192.0.2.7', 60_000],
  ['sender', 421, '4.7.0 mail.example Error: too many connections from 192.0.2.7', 60_000],
  ['recipient', 452, '4.5.3 Sender rate 12.0 messages per 1h exceeds its limit', 60_000],
  ['text', 421, '4.7.28 Our system has detected an unusual rate of mail originating from your account', 60_000],
] as const)(
  '[CH16] "quota exceeded" at the %s with %i puts off everything and loses nothing: %s',
  async (at, code, words, afterMs) => {
    const server = await serverWith({ at, code, words })
    const sent = await send(channelTo(server.port))
    expect(sent, JSON.stringify(sent)).toMatchObject({ ...again, limited: true, afterMs })
  },
)

test.each([
  ['recipient', 452, '4.2.2 The email account that you tried to reach is over quota', again],
  ['recipient', 552, '5.2.2 mailbox over quota: user limit', forGood],
  ['text', 552, '5.3.4 Message size exceeds fixed limit', forGood],
  ['recipient', 450, '4.2.1 The user you are trying to contact is receiving mail at a rate that exceeds it', again],
  ['recipient', 450, '4.2.0 Greylisted, come again', again],
  ['recipient', 550, '5.7.1 relaying denied', forGood],
] as const)(
  '[CH16] what is the customer’s, or the letter’s, is nobody’s quota: at the %s with %i %s',
  async (at, code, words, expected) => {
    const server = await serverWith({ at, code, words })
    const sent = await send(channelTo(server.port))
    expect(sent).toMatchObject(expected)
    expect(sent).not.toHaveProperty('limited')
  },
)

test('[CH16] the documented daily limit of a mailbox is what sending spends', () => {
  const limited = channelTo(1, {}, {}, { dailyLimit: 2_000 })
  expect(limited.spending()).toEqual({
    limits: [{ pool: 'mail/support@muster.test', most: 2_000, perMs: 24 * hour, points: 1 }],
    price: 0,
  })
  expect(channelTo(1).spending()).toEqual({ limits: [], price: 0 })
})

test('[DL3] [WB131] a server that has the text and hangs up, or says nothing, may have taken it', async () => {
  for (const does of ['drops', 'stalls'] as const) {
    const server = await serverWith({ at: 'text', does })
    expect(await send(channelTo(server.port, {}, { sendLimitMs: 500 }))).toMatchObject({
      type: 'unknown',
      setback: { code: 'no-answer' },
    })
    expect(server.letters).toHaveLength(1)
  }
})

test('[DL31] a mail server has a minute, and all of it before the worker calls the sending off', async () => {
  expect([channelTo(1).longestSendMs, channelTo(1, {}, { sendLimitMs: 500 }).longestSendMs]).toEqual([60_000, 500])
})

test('[DL3] a reply whose sending is called off while its text is out may have been taken', async () => {
  const server = await serverWith({ at: 'text', does: 'stalls' })
  const stop = new AbortController()
  const sent = send(channelTo(server.port), {}, stop.signal)
  await until('the text is out', () => server.letters.length > 0)
  stop.abort()
  expect(await sent).toMatchObject({ type: 'unknown' })
})

test('[DL5] a server that is not there, never greets, or is none, did not take it', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  const rude = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
  const port = (server: typeof silent) => (server.address() as AddressInfo).port
  for (const at of [await freePort(), port(silent), port(rude)]) {
    expect(await send(channelTo(at, {}, { sendLimitMs: 500 }))).toMatchObject(again)
  }
  silent.close()
  rude.close()
})

test('[CH6] the password goes to no server without the encryption that was chosen', async () => {
  const signedIn: unknown[] = []
  const options = {
    onAuth: (auth: unknown, _session: unknown, done: (error: null, user: object) => void) =>
      done(null, { user: signedIn.push(auth) }),
  }
  const server = await serverWith(null, options)
  expect(await send(channelTo(server.port, { security: 'starttls' }))).toMatchObject(again)
  expect(await send(channelTo(server.port, { security: 'tls' }, { sendLimitMs: 500 }))).toMatchObject(again)
  expect(signedIn).toEqual([])
  const open = await send(channelTo(25, { host: 'mail.example.com' }))
  expect(open).toMatchObject({ ...again, setback: setbackSaying('the password in clear') })
})

test('[CH6] a password that a server repeats is in no reason', async () => {
  const encoded = Buffer.from(`\0support\0${password}`).toString('base64')
  const said = `no ${password} ${encoded} here`
  const options = { onAuth: (_auth: unknown, _session: unknown, done: (error: Error) => void) => done(new Error(said)) }
  const server = await serverWith(null, options)
  const sent = await send(channelTo(server.port))
  expect(sent).toMatchObject({ ...again, setback: setbackSaying('no [secret] [secret] here') })
})

test('[CH9] a reply goes to one address: what could name another, or end a line, is refused', async () => {
  const server = await serverWith(null)
  const channel = channelTo(server.port)
  const addresses = [
    'a@b.test, c@d.test',
    'a@b.test\r\nRCPT TO:<c@d.test>',
    '<a@b.test>',
    'Kim <a@b.test>',
    'group: a@b.test;',
    'nobody',
    '@',
    '"a b"@c.test',
  ]
  for (const address of addresses) expect(await send(channel, { to: { address, name: '' } })).toMatchObject(forGood)
  expect(server.letters).toEqual([])
})

test('[CH5] nothing that a customer wrote becomes a header, but a cleaned subject', async () => {
  const server = await serverWith(null)
  const to = { address: 'customer@example.test', name: 'Kim\r\nBcc: victim@example.test' }
  const subject = 'AW: Re: down\r\nBcc: victim@example.test\r\n\r\nbody'
  const thread = ['x@y>\r\nBcc: victim@example.test#0123456789abcdef', 'good@y#0123456789abcdef', 'a b#0123']
  expect(await send(channelTo(server.port), { to, subject, thread, text: 'Bcc: text' })).toMatchObject({ type: 'sent' })
  const [letter = ''] = server.letters
  const head = letter.slice(0, letter.indexOf('\r\n\r\n'))
  expect(head).not.toMatch(/^bcc:/im)
  expect(head).toMatch(/^Subject: Re: down Bcc: victim@example\.test body$/m)
  expect(head).toMatch(/^To: customer@example\.test$/m)
  expect(head).toMatch(/^References: <x@y> <good@y>$/m)
})

test('[CH8] a mailbox that is away is tried again with a pause that grows to its longest', async () => {
  const tries: number[] = []
  const server = createServer(socket => {
    tries.push(performance.now())
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const pace = { ...defaultPace, firstPauseMs: 20, longestPauseMs: 160 }
  const channel = channelTo((server.address() as AddressInfo).port, {}, pace)
  const stop = new AbortController()
  const receiving = channel.receive(async () => {}, new MemoryPlace(), stop.signal)
  await until('seven tries', () => tries.length >= 7)
  expect(channel.health().state).toBe('away')
  stop.abort()
  await receiving
  server.close()
  const pauses = tries.slice(1, 7).map((at, place) => at - (tries[place] ?? 0))
  // Half of each pause is chance, which is 0.5 here.
  for (const [place, least] of [15, 30, 60, 120, 120, 120].entries()) expect(pauses[place]).toBeGreaterThan(least - 2)
  expect(Math.max(...pauses)).toBeLessThan(1_000)
})

test('[OP3] a mailbox whose server is silent is let go of at once', async () => {
  const sockets: Socket[] = []
  const silent = createServer(socket => void sockets.push(socket)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const channel = channelTo((silent.address() as AddressInfo).port)
  const stop = new AbortController()
  const receiving = channel.receive(async () => {}, new MemoryPlace(), stop.signal)
  await until('the channel connects', () => sockets.length > 0)
  expect(channel.health().state).toBe('connecting')
  stop.abort()
  await receiving
  expect(channel.health()).toMatchObject({ state: 'off', complaint: null })
  expect(await channel.find(outgoingOf(), AbortSignal.timeout(100))).toEqual({ type: 'unknown' })
  for (const socket of sockets) socket.destroy()
  silent.close()
})
