import { MailChannel } from '@muster/server/channels/mail.ts'
import { readMail } from '@muster/server/channels/mail-parse.ts'
import { Acknowledging } from '@muster/server/desk/acknowledging.ts'
import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { Lingering } from '@muster/server/desk/lingering.ts'
import type { ChannelRecord, MailSettings } from '@muster/shared/channel.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cora, declaring } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { type MailServers, type MailUser, startMail } from '../support/mail-servers.ts'
import { bodyOf, headerOf } from '../support/raw-mail.ts'
import { shelves } from '../support/stores.ts'
import { until } from '../support/until.ts'
import { Desk, MemoryPlace, outgoingOf, rawMail, surroundingsOf } from './workbench.ts'

const acknowledgement = { subject: 'We have your message', text: 'A person will answer you.' }
const results = 'Authentication-Results: mail.muster.test; dmarc=pass header.from='
let mail: MailServers
const ends: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  mail = await startMail()
})
afterAll(async () => {
  for (const end of ends.reverse()) await end()
  await mail.stop()
})

function channelOf(user: MailUser, id: string): { channel: MailChannel; record: ChannelRecord } {
  const settings: MailSettings = { ...mail.settings(user), acknowledgement, trustedServer: 'mail.muster.test' }
  const record = { id, name: id, enabled: true, incidentId: null, settings }
  const channel = new MailChannel(
    record,
    settings,
    { password: user.password },
    surroundingsOf({ hmacKey: id }).surroundings,
  )
  ends.push(() => channel.close())
  return { channel, record }
}

const proved = (headers: Record<string, string | undefined>) =>
  `${results}example.test\r\n${rawMail({ To: 'support@muster.test', ...headers })}`
const mayBe = async (headers: Record<string, string | undefined>) => {
  const reading = { ownAddress: 'support@muster.test', trustedServer: 'mail.muster.test', now: Date.now() }
  return (await readMail(Buffer.from(proved(headers)), reading)).acknowledgeable
}

test('[CH19] an acknowledgement says that a machine sent it, and nothing that the customer wrote', async () => {
  const { channel } = channelOf(mail.support, 'letters')
  await mail.empty(mail.customer)
  const outgoing = outgoingOf({
    replyId: 'ack-1',
    subject: 'buy-pills.example',
    text: 'buy pills',
    thread: ['one@example.test#0123456789abcdef'],
  })
  expect(await channel.acknowledge(outgoing, AbortSignal.timeout(10_000))).toMatchObject({ type: 'sent' })
  const [letter = ''] =
    (await until('the letter', async () => {
      const mails = await mail.mailbox(mail.customer)
      return mails.length > 0 ? mails : null
    })) ?? []
  expect(headerOf(letter, 'Auto-Submitted')).toBe('auto-replied')
  expect(headerOf(letter, 'X-Auto-Response-Suppress')).toBe('All')
  expect(headerOf(letter, 'Subject')).toBe(acknowledgement.subject)
  expect(headerOf(letter, 'In-Reply-To')).toBe('<one@example.test>')
  expect(bodyOf(letter)).toBe(acknowledgement.text)
  expect(letter).not.toContain('pills')
})

test('[CH18] a human’s mail to this mailbox, whose sender is proved, may be acknowledged', async () => {
  expect(await mayBe({})).toBe(true)
  expect(await mayBe({ To: 'other@example.test', Cc: 'Support <SUPPORT@muster.test>' })).toBe(true)
})

test.each([
  { 'Auto-Submitted': 'auto-replied' },
  { Precedence: 'bulk' },
  { 'List-Id': '<news.example.test>' },
  { 'List-Unsubscribe': '<mailto:off@example.test>' },
  { 'Return-Path': '<>' },
  { 'X-Auto-Response-Suppress': 'DR, OOF, AutoReply' },
  { From: 'no-reply@example.test' },
  { From: 'owner-list@example.test' },
  { From: 'list-request@example.test' },
  { From: 'kim@other.test' },
  { 'Reply-To': 'elsewhere@example.test' },
  { To: 'list@example.test' },
  { To: undefined },
])('[CH19] no machine answers a mail with %o', async headers => {
  expect(await mayBe(headers)).toBe(false)
})

test('[CH19] two machines that acknowledge each other’s mail stop: one letter each way, and no more', async () => {
  await Promise.all([mail.empty(mail.support), mail.empty(mail.customer)])
  const [one, other] = await Promise.all([machine(mail.support, 'one'), machine(mail.customer, 'other')])
  const machines = [one, other]
  const send = async () => {
    for (const { acknowledging } of machines) await acknowledging.send()
  }
  const written = { From: 'support@muster.test', To: 'customer@example.test', 'Message-ID': '<second@muster.test>' }
  await mail.append(mail.support, proved({ 'Message-ID': '<first@example.test>' }))
  await mail.append(mail.customer, `${results}muster.test\r\n${rawMail(written)}`)
  await until('each has a mail', () => machines.every(({ desk }) => desk.taken.length === 1))
  await send()
  await until('each has the other’s letter', () => machines.every(({ desk }) => desk.taken.length === 2))
  await send()
  // A broken machine does not even say that it is one.
  const [, letter = ''] = await mail.mailbox(mail.support)
  const broken = letter.replace(/^(?:Auto-Submitted|X-Auto-Response-Suppress|Message-ID):.*\r\n/gim, '')
  await mail.append(mail.support, `${results}example.test\r\nMessage-ID: <third@example.test>\r\n${broken}`)
  await until('it is in', () => one.desk.taken.length === 3)
  expect(one.desk.arrivals.map(({ acknowledgeable }) => acknowledgeable)).toEqual([true, false, true])
  await send()
  const letters = await Promise.all([mail.mailbox(mail.support), mail.mailbox(mail.customer)])
  expect(letters.map(mails => mails.length)).toEqual([3, 2])
})

/** A company whose mailbox this is, with an incident. */
async function machine(user: MailUser, id: string) {
  const prepare = shelves.find(([kind]) => kind === 'sqlite')?.[1]
  if (prepare === undefined) throw new Error('there is no such store')
  const shelf = await prepare()
  ends.push(() => shelf.stop())
  const office = deskOn(await shelf.open())
  const { channel, record } = channelOf(user, id)
  const incident = declaring({ channels: [id] })
  await office.handle(incident.id, incident, cora)
  await mirrorIncident(office, incident.id)
  const intake = new Intake(office)
  const fault = (error: unknown) => {
    throw error
  }
  const acknowledging = new Acknowledging({
    desk: office,
    lingering: new Lingering(office.store),
    channel: () => channel,
    restraint: () => ({}),
    log: () => {},
    fault,
    everyMs: 1_000,
  })
  const desk = new Desk(received => intake.take(record, received))
  ends.push(() => desk.stop())
  await desk.receive(channel, new MemoryPlace())
  return { acknowledging, desk }
}
