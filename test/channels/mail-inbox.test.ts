import type { Received } from '@muster/server/channels/channel.ts'
import { MailChannel } from '@muster/server/channels/mail.ts'
import { defaultPace, type Pace } from '@muster/server/channels/mail-account.ts'
import { replyMessageId } from '@muster/server/channels/mail-identity.ts'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type MailServers, startMail } from '../support/mail-servers.ts'
import { startProxy } from '../support/proxy.ts'
import { until } from '../support/until.ts'
import { Desk, hmacKey, MemoryPlace, mailRecord, outgoingOf, rawMail, surroundingsOf } from './workbench.ts'

let mail: MailServers
const ends: (() => Promise<void>)[] = []
const ago = (ms: number) => new Date(Date.now() - ms)
const minute = 60_000

beforeAll(async () => {
  mail = await startMail()
})
beforeEach(async () => {
  await mail.empty(mail.support)
  await mail.empty(mail.support, 'Sent')
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})
afterAll(() => mail.stop())

function open(pace: Partial<Pace> = {}, password = mail.support.password) {
  const settings = mail.settings(mail.support)
  const { surroundings, logged } = surroundingsOf()
  const quick = { ...defaultPace, firstPauseMs: 20, longestPauseMs: 200, ...pace }
  const channel = new MailChannel(mailRecord(settings), settings, { password }, surroundings, quick)
  ends.push(() => channel.close())
  return { channel, logged }
}

function deskOf(take?: (received: Received) => Promise<void>): Desk {
  const desk = new Desk(take)
  ends.push(() => desk.stop())
  return desk
}

/** A desk that a fresh channel brings its mail to from this place on. */
async function receiving(place = new MemoryPlace(), pace: Partial<Pace> = {}) {
  const desk = deskOf()
  const { channel } = open(pace)
  await desk.receive(channel, place)
  return { desk, channel, place }
}

const texts = (desk: Desk) => desk.arrivals.map(({ text }) => text)
const put = (text: string, headers: Record<string, string | undefined> = {}) =>
  mail.append(mail.support, rawMail(headers, text))

test('[CH1] the place is saved only after the mail was stored: what was not stored is seen again', async () => {
  for (const text of ['one', 'two', 'three']) await put(text)
  const place = new MemoryPlace()
  const savedThen: unknown[] = []
  let refusals = 1
  const desk = deskOf(async received => {
    if (received.type !== 'arrival' || received.arrival.text !== 'two') return
    savedThen.push(place.saved?.uid)
    if (refusals-- > 0) throw new Error('the store is away')
  })
  const { channel } = open()
  await desk.receive(channel, place)
  await until('two is stored', () => texts(desk).includes('two'))
  const [first, second] = savedThen as [number, number]
  expect(second).toBe(first + 1)
  expect(texts(desk).filter(text => text === 'one')).toEqual(['one'])
})

test('[CH1] a crash after a mail was stored and before the place was saved shows the mail again, under its id', async () => {
  const place = new MemoryPlace()
  const { desk, channel } = await receiving(place)
  place.save = () => Promise.reject(new Error('the process died'))
  await put('one')
  await desk.arrived(2)
  expect(new Set(desk.arrivals.map(({ externalId }) => externalId)).size).toBe(1)
  expect(channel.health().complaint?.sentence).toContain('the process died')
})

test('[CH1] a channel that is opened again goes on where it was', async () => {
  const { desk, place } = await receiving()
  await put('one')
  await desk.arrived(1)
  await until('the place is saved', () => place.saves > 1)
  await desk.stop()
  await put('two')
  const later = await receiving(place)
  await later.desk.arrived(1)
  expect(texts(later.desk)).toEqual(['two'])
})

test('[IN6] a mailbox that is read for the first time gives the mail of the last hour, and none before', async () => {
  await mail.append(mail.support, rawMail({}, 'long ago'), 'INBOX', ago(90 * minute))
  await mail.append(mail.support, rawMail({}, 'just now'), 'INBOX', ago(30 * minute))
  const { desk } = await receiving()
  await put('after')
  await desk.arrived(2)
  expect(texts(desk)).toEqual(['just now', 'after'])
})

test('[MC1] a mailbox whose UIDs mean other mails now is read again from the first start on, under the same ids', async () => {
  await mail.append(mail.support, rawMail({}, 'long ago'), 'INBOX', ago(90 * minute))
  const { desk, place } = await receiving()
  await put('one')
  const [before] = await desk.arrived(1)
  await until('the place is saved', () => place.saves > 1)
  await desk.stop()
  await mail.renewUidValidity(mail.support, 4242)
  await put('two')
  const later = await receiving(place)
  const again = await later.desk.arrived(2)
  expect(texts(later.desk)).toEqual(['one', 'two'])
  expect(again[0]?.externalId).toBe(before?.externalId)
  await until('the new place is saved', () => place.saved?.uidValidity === '4242')
})

test('[CH1] reading marks and removes no mail', async () => {
  const { desk } = await receiving()
  await put('one')
  await desk.arrived(1)
  await desk.stop()
  expect((await mail.flags(mail.support)).flat().filter(flag => flag !== '\\Recent')).toEqual([])
})

test('[CH2] [WB131] a mail that cannot be read is handed over with its reason and its bytes, and the next is read', async () => {
  const { desk, channel } = await receiving()
  const nobodys = rawMail({ From: undefined }, 'who am I?')
  await mail.append(mail.support, nobodys)
  await put('next')
  await desk.arrived(1)
  const [unreadable] = desk.unreadables
  expect(unreadable?.defect).toMatchObject({ code: 'no-sender', sentence: expect.stringContaining('no sender') })
  expect(Buffer.from(unreadable?.raw ?? []).toString()).toBe(nobodys)
  const again = await channel.reread(unreadable?.raw ?? new Uint8Array(), unreadable?.externalId ?? '')
  expect(again).toMatchObject({ type: 'unreadable', unreadable: { externalId: unreadable?.externalId } })
  const mended = await channel.reread(Buffer.from(rawMail({}, 'who am I?')), unreadable?.externalId ?? '')
  expect(mended).toMatchObject({ type: 'arrival', arrival: { text: 'who am I?', whole: true } })
})

test('[CH7] a mail over the size is not read: its beginning is kept, and what can be read of that is not the whole', async () => {
  const { desk, channel } = await receiving(new MemoryPlace(), { longestMail: 1_500_000 })
  await put('x'.repeat(78).concat('\r\n').repeat(25_000))
  await put('next')
  await desk.arrived(1)
  const [unreadable] = desk.unreadables
  expect(unreadable?.defect.sentence).toMatch(/longer than 1 MB/)
  expect(unreadable?.raw.byteLength).toBe(1_000_000)
  const again = await channel.reread(unreadable?.raw ?? new Uint8Array(), unreadable?.externalId ?? '')
  expect(again).toMatchObject({ type: 'arrival', arrival: { whole: false } })
})

test('[CH6] a password that is not accepted is complained of, and shown nowhere', async () => {
  const password = 'not-the-password-5e2b'
  const { channel, logged } = open({}, password)
  const stop = new AbortController()
  const received = channel.receive(async () => {}, new MemoryPlace(), stop.signal)
  await until('the channel is away', () => channel.health().state === 'away')
  stop.abort()
  const said = JSON.stringify([channel, channel.health(), logged])
  await received
  expect(logged.join()).toContain('Authentication failed')
  expect(said).not.toContain(password)
})

test('[OP3] a channel that is told to stop does not read all that waits first, and reads it the next time', async () => {
  for (let count = 0; count < 20; count++) await put(`mail ${count}`)
  const place = new MemoryPlace()
  const stopping = open()
  const stop = new AbortController()
  const desk = new Desk()
  const received = stopping.channel.receive(desk.take, place, stop.signal)
  await until('the mailbox is open', () => place.saves > 0)
  stop.abort()
  await received
  const later = await receiving(place)
  await until('all are there', () => new Set([...texts(desk), ...texts(later.desk)]).size === 20)
})

test('[CH5] a reply names what it answers, and the answer to it names the reply', async () => {
  const { desk, channel } = await receiving()
  await put('first', { 'Message-ID': '<first@example.test>' })
  await put('second', { 'Message-ID': '<second@example.test>' })
  await put('third, without an id')
  const thread = (await desk.arrived(3)).map(({ externalId }) => externalId)
  const sent = await channel.send(outgoingOf({ replyId: 'reply-7', thread }), AbortSignal.timeout(10_000))
  const messageId = replyMessageId('reply-7', 'support@muster.test', hmacKey)
  expect(sent).toEqual({ type: 'sent', externalId: messageId })
  const [reply] =
    (await until('the reply', async () => {
      const mails = await mail.mailbox(mail.customer)
      return mails.length > 0 ? mails : null
    })) ?? []
  expect(reply).toContain(`\r\nMessage-ID: <${messageId}>\r\n`)
  expect(reply).toContain('\r\nIn-Reply-To: <second@example.test>\r\n')
  expect(reply).toMatch(/\r\nReferences: <first@example\.test>\s+<second@example\.test>\r\n/)
  expect(reply).toContain('\r\nSubject: Re: Card declined\r\n')

  const forged = messageId.replace(/[0-9a-f]{32}/, '0'.repeat(32))
  await put('thanks', { 'In-Reply-To': `<${messageId}>`, References: `<first@example.test> <${messageId}>` })
  await put('let me in', { 'In-Reply-To': `<${forged}>` })
  const answers = (await desk.arrived(5)).slice(-2).map(({ answersReply }) => answersReply)
  expect(answers).toEqual(['reply-7', null])
})

test('[CH4] a copy of our own reply is known as such, whoever sends it', async () => {
  const { desk } = await receiving()
  await put('We are on it.', { 'Message-ID': `<${replyMessageId('reply-7', 'support@muster.test', hmacKey)}>` })
  const [arrival] = await desk.arrived(1)
  expect(arrival?.automatic).toMatch(/copy of a reply of ours/)
})

/** A mail server stops and starts as slowly as a busy machine lets it. */
const patienceMs = 30_000

test('[CH8] a mailbox that goes away is shown as away since when, and read on when it is back', async () => {
  const { desk, channel } = await receiving()
  try {
    await mail.stopImap()
    await until('the channel is away', () => channel.health().state === 'away', patienceMs)
    const { complaint } = channel.health()
    expect(complaint).toMatchObject({ code: 'unread', place: 'support@muster.test', trouble: 'unreached' })
    expect(complaint?.sentence).toMatch(
      /^Nothing of support@muster\.test could be read since 2\d{3}-\d\d-\d\d \d\d:\d\d UTC: /,
    )
  } finally {
    await mail.startImap()
  }
  await put('after')
  await desk.arrived(1, patienceMs)
  await until('it is receiving', () => channel.health().state === 'receiving')
  expect(channel.health().complaint).toBe(null)
}, 120_000)

test('[CH21] a mailbox is known to be current for as long as its server answers, and is let go of when it does not', async () => {
  expect(defaultPace.pollMs).toBeLessThanOrEqual(10_000)
  const proxy = await startProxy(mail.imapPort)
  ends.push(() => proxy.stop())
  const settings = mail.settings(mail.support)
  if (settings.imap !== null) settings.imap.port = proxy.port
  const pace = { ...defaultPace, pollMs: 50, answerMs: 1_500, firstPauseMs: 20, longestPauseMs: 200 }
  const { password } = mail.support
  const channel = new MailChannel(mailRecord(settings), settings, { password }, surroundingsOf().surroundings, pace)
  ends.push(() => channel.close())
  const desk = deskOf()
  await desk.receive(channel)
  const current = () => channel.health().currentAt ?? 0
  const first = await until('it was read', () => current() || null)
  await until('it was looked at again', () => current() > (first ?? 0) + 200)
  proxy.blackhole()
  const paused = Date.now()
  await until('nobody knows any more', () => Date.now() - current() > 1_000)
  expect(current()).toBeLessThanOrEqual(paused + 100)
  await until('it is away', () => channel.health().state === 'away')
  expect(current()).toBeGreaterThan(0)
  proxy.heal()
  await put('after')
  await desk.arrived(1)
  await until('it is current', () => Date.now() - current() < 500)
})

test('[CH80] [CH23] a mail that its server can read no more is set aside, and comes in when it is mended and read again', async () => {
  for (const text of ['one', 'two, damaged', 'three']) await put(text)
  const mend = await mail.damage(mail.support, 'two, damaged')
  const { desk, channel, place } = await receiving()
  await until('the others are there', () => texts(desk).includes('three'))
  expect([...new Set(texts(desk))]).toEqual(['one', 'three'])
  const [withheld] = desk.unreadables
  expect(withheld?.defect.code).toBe('withheld')
  const read = async () => await channel.reread(withheld?.raw ?? new Uint8Array(), withheld?.externalId ?? '')
  expect(await read()).toMatchObject({ type: 'unreadable', unreadable: { defect: { code: 'withheld' } } })
  await mend()
  expect(await read()).toMatchObject({ type: 'arrival', arrival: { text: 'two, damaged' } })
  await until('the place is past it', () => place.saved?.uid === Number(withheld?.externalId.split('-')[2]) + 1)
})
