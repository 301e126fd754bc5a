import { htmlToText } from '@muster/server/channels/html-text.ts'
import { externalIdOf, messageIdOf, replyAmong, replyMessageId } from '@muster/server/channels/mail-identity.ts'
import { replySubject } from '@muster/server/channels/mail-letter.ts'
import { readMail } from '@muster/server/channels/mail-parse.ts'
import { expect, test } from 'vitest'
import { hmacKey, rawMail } from './workbench.ts'

const now = Date.parse('2026-11-23T12:00:00Z')
const read = (raw: string | Buffer) =>
  readMail(Buffer.from(raw), { ownAddress: 'Support@muster.test', trustedServer: 'mx.muster.test', now })
const head = async (headers: Record<string, string | undefined>) => await read(rawMail(headers))

test.each([
  [{ 'Auto-Submitted': 'auto-replied' }, /automatically/],
  [{ 'Auto-Submitted': 'auto-generated (cron); type=x' }, /automatically/],
  [{ 'Auto-Submitted': 'Auto-Notified' }, /automatically/],
  [{ Precedence: 'Bulk' }, /bulk/],
  [{ Precedence: 'list' }, /bulk/],
  [{ 'List-Id': 'News <news.example.test>' }, /list/],
  [{ 'Return-Path': '<>' }, /bounce/],
  [{ From: 'Mail Delivery <MAILER-DAEMON@example.test>' }, /bounce/],
  [{ 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=x' }, /report/],
  [{ 'Content-Type': 'multipart/report; report-type=feedback-report; boundary=x' }, /report/],
  [{ From: 'Support <SUPPORT@muster.test>' }, /own address/],
])('[CH4] mail of a machine is told by %o', async (headers, reason) => {
  expect((await head(headers)).automatic).toMatch(reason)
})

test.each([
  { 'Auto-Submitted': 'no' },
  { 'Auto-Submitted': 'No (by hand)' },
  { 'X-Auto-Response-Suppress': 'All' },
  { Precedence: 'first-class' },
  { 'Return-Path': '<customer@example.test>' },
  { Subject: 'Out of office? Your checkout is!' },
  { 'List-Unsubscribe': '<mailto:off@example.test>' },
])('[CH4] mail of a human stays one with %o', async headers => {
  expect((await head(headers)).automatic).toBeNull()
})

test('[MC1] a mail that comes by two ways has one id, whatever each way wrote on it', async () => {
  const id = '<one@example.test>'
  const direct = await head({ 'Return-Path': '<a@b.test>', Received: 'from here', 'Message-ID': id })
  const copied = await head({
    Received: 'from there',
    'Delivered-To': 'support@muster.test',
    'Message-ID': ' <one@example.test>',
  })
  expect(copied.externalId).toBe(direct.externalId)
  expect(messageIdOf(direct.externalId)).toBe('one@example.test')
})

test('[MC1] two mails that bear one Message-ID, or none, are two', async () => {
  for (const id of ['<same@example.test>', undefined, '', '<>', 'a b\u0000c']) {
    const one = await read(rawMail({ 'Message-ID': id }, 'one'))
    const other = await read(rawMail({ 'Message-ID': id }, 'other'))
    expect(one.externalId).not.toBe(other.externalId)
  }
})

test('[CH5] a mail without a usable Message-ID is answered without naming one', () => {
  expect(messageIdOf(externalIdOf(null, ['x']))).toBeNull()
  expect(messageIdOf('a\r\nBcc: b@c.test#0123456789abcdef')).toBe('aBcc:b@c.test')
  expect(messageIdOf('no-hash@example.test')).toBeNull()
})

test('[MC6] a mail answers a reply only with proof: a forged, foreign or cut id is nobody’s', () => {
  const ours = replyMessageId('reply-1', 'support@muster.test', hmacKey)
  expect(replyAmong(['x@y', ours, 'z@y'], hmacKey)).toBe('reply-1')
  expect(replyAmong([ours, replyMessageId('reply-2', 'support@muster.test', hmacKey)], hmacKey)).toBe('reply-2')
  for (const forged of [
    ours.replace('reply-1', 'reply-2'),
    ours.replace(/.@/, '@'),
    replyMessageId('reply-1', 'a@b', 'other key'),
    'reply.reply-1.@x',
  ]) {
    expect(replyAmong([forged], hmacKey)).toBeNull()
  }
})

test('[MC5] a time that cannot be is none', async () => {
  const sentAt = async (date: string | undefined) => (await head({ Date: date })).sentAt
  expect(await sentAt('Mon, 23 Nov 2026 10:00:00 +0100')).toBe(Date.parse('2026-11-23T09:00:00Z'))
  expect(await sentAt('Mon, 23 Nov 2026 18:00:00 +0000 (a clock that is fast)')).toBe(
    Date.parse('2026-11-23T18:00:00Z'),
  )
  for (const date of [
    'Mon, 30 Nov 2026 10:00:00 +0000',
    'Thu, 01 Jan 1903 10:00:00 +0000',
    'yesterday',
    '',
    undefined,
  ]) {
    expect(await sentAt(date)).toBeNull()
  }
})

test('[MC5] a name and a subject are one line each, and an address is one address', async () => {
  const { from, subject } = await head({
    From: '=?utf-8?q?Kim=0D=0A=C3=89lan=00?= <Kim.Elan@Example.Test>',
    Subject: '=?utf-8?q?Down=00=0A_since?= ten',
  })
  expect(from).toEqual({ name: 'Kim Élan', address: 'kim.elan@example.test', reach: null, identity: null })
  expect(subject).toBe('Down since ten')
  expect((await head({ Subject: '' })).subject).toBeNull()
  expect((await head({ From: 'nobody', Sender: 'Kim <kim@example.test>' })).from.address).toBe('kim@example.test')
  for (const From of [undefined, '', 'nobody', '<>', '"a b"@example.test', 'undisclosed-recipients:;']) {
    await expect(head({ From })).rejects.toThrow('no sender')
  }
})

test('[MC5] a text longer than is kept, or with attachments, is not the whole', async () => {
  const long = await read(rawMail({}, '👍'.repeat(6_000)))
  expect(long).toMatchObject({ whole: false })
  expect(long.text.length).toBeLessThanOrEqual(10_000)
  expect(long.text.isWellFormed()).toBe(true)
  const parts = '--x\r\n\r\nSee the picture\r\n--x\r\nContent-Type: image/png; name=a.png\r\n\r\nabc\r\n--x--\r\n'
  const attached = await read(rawMail({ 'Content-Type': 'multipart/mixed; boundary=x' }, parts))
  expect(attached).toMatchObject({ text: 'See the picture', whole: false })
})

test('[CH7] of a long mail the beginning is read, and all of it where the text comes late', async () => {
  const attachment = `Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n${'QUJD'.repeat(19).concat('\r\n').repeat(20_000)}`
  const mixed = (...parts: string[]) =>
    read(rawMail({ 'Content-Type': 'multipart/mixed; boundary=x' }, `--x\r\n${parts.join('\r\n--x\r\n')}\r\n--x--`))
  expect(await mixed('\r\nSee the picture', attachment)).toMatchObject({ text: 'See the picture', whole: false })
  expect(await mixed(attachment, '\r\nThat was the picture')).toMatchObject({
    text: 'That was the picture',
    whole: false,
  })
  const long = await read(rawMail({}, 'hello you\r\n'.repeat(2_000_000)))
  expect([long.text.length, long.whole]).toEqual([10_000, false])
})

test('[MC5] a mail that is HTML only is shown as its text', async () => {
  const html = `<html><head><title>no</title><style>p { color: red }</style></head><body>
    <p>Hello&nbsp;<b>you</b> &lt;there&gt; &amp; all&hellip; &Uuml;&#252;&#x1F44D;</p>
    <div>one<br>two</div><div>three</div><ul><li>first</li><li>second</li></ul>
    <script>alert("<p>no</p>")</script><!-- no --><a href="https://x.test/?a>b" title='>'>link</a> 1 < 2</body></html>`
  const { text } = await read(rawMail({ 'Content-Type': 'text/html; charset=utf-8' }, html))
  expect(text).toBe('Hello you <there> & all… Üü👍\n\none\ntwo\nthree\n\n- first\n- second\n\nlink 1 < 2')
})

test('[CH7] hostile HTML costs no more than its length', () => {
  const size = 1_000_000
  const hostile = [
    '<',
    '<a ',
    '<a "',
    '<!--',
    '<script>',
    '<p>',
    '&',
    '&#',
    '<td>',
    '</',
    "<b title='",
    ' <br>\n',
    '<style></style',
    '&nbsp;',
  ]
  for (const piece of hostile) {
    const before = process.threadCpuUsage()
    htmlToText(piece.repeat(Math.ceil(size / piece.length)), Number.POSITIVE_INFINITY)
    expect(process.threadCpuUsage(before).user / 1000, piece).toBeLessThan(3_000)
  }
})

test.each([
  ['Card declined', 'Re: Card declined'],
  ['Re: AW: re[2]: Card declined', 'Re: Card declined'],
  ['Regarding my card', 'Re: Regarding my card'],
  [null, 'Re: your message'],
  ['  \r\n ', 'Re: your message'],
  ['a\r\nBcc: b\u2028c\u0000', 'Re: a Bcc: b c'],
])('[CH5] the subject %o is answered as %o', (subject, expected) => {
  expect(replySubject(subject)).toBe(expected)
})
