import { readFileSync } from 'node:fs'
import { MailChannel } from '@muster/server/channels/mail.ts'
import { replyMessageId } from '@muster/server/channels/mail-identity.ts'
import { readMail } from '@muster/server/channels/mail-parse.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MailServers, startMail } from '../support/mail-servers.ts'
import { hasMailsOfOthers, pathsOfOthers } from '../support/mails-of-others.ts'
import { until } from '../support/until.ts'
import { Desk, hmacKey, mailRecord, outgoingOf, rawMail, surroundingsOf } from './workbench.ts'

let mail: MailServers
let channel: MailChannel
const desk = new Desk()

beforeAll(async () => {
  mail = await startMail()
  const settings = mail.settings(mail.support)
  const { password } = mail.support
  channel = new MailChannel(mailRecord(settings), settings, { password }, surroundingsOf().surroundings)
  await desk.receive(channel)
})
afterAll(async () => {
  await desk.stop()
  await channel.close()
  await mail.stop()
})

const ours = replyMessageId('reply-1', 'support@muster.test', hmacKey)
const forged = ours.replace('reply-1', 'reply-2')

/** A report on a mail of this id: of this outcome, with this much of the mail. */
function report(
  id: string,
  fields: string,
  returned = 'text/rfc822-headers',
  more: Record<string, string> = {},
): string {
  const parts = [
    'Content-Type: text/plain\r\n\r\nSorry.',
    `Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.test\r\n\r\nFinal-Recipient: rfc822; gone@example.test\r\n${fields}\r\n`,
    `Content-Type: ${returned}\r\n\r\nFrom: support@muster.test\r\nMessage-ID:\r\n <${id}>\r\n\r\nHello`,
  ]
  const type = 'multipart/report; report-type=delivery-status; boundary=x'
  const headers = { From: 'MAILER-DAEMON@example.test', 'Content-Type': type, ...more }
  return rawMail(headers, `--x\r\n${parts.join('\r\n--x\r\n')}\r\n--x--\r\n`)
}

const read = (raw: string) => channel.reread(Buffer.from(raw), 'id')
const failed = 'Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 No such\r\n user'

test('[CH15] a reply that a mail server takes and cannot deliver comes back under its own id, with the reason', async () => {
  const to = { address: 'gone@example.test', name: '' }
  const sent = await channel.send(outgoingOf({ replyId: 'reply-9', to }), AbortSignal.timeout(10_000))
  expect(sent).toMatchObject({ type: 'sent' })
  await until('the report', () => desk.taken.length > 0, 30_000)
  expect(desk.taken).toEqual([
    {
      type: 'bounced',
      replyId: 'reply-9',
      externalId: expect.stringContaining('@'),
      setback: {
        code: 'no-such-address',
        trouble: 'other',
        status: null,
        said: expect.stringContaining('gone'),
        sentence: expect.stringMatching(/^The address does not exist, or no longer\. The server said: .*gone/),
      },
      at: expect.any(Number),
    },
  ])
})

test.each([
  ['its headers', report(ours, failed)],
  ['the whole mail', report(ours, failed, 'message/rfc822')],
  ['only a reference', report('x@y', failed, 'text/plain', { References: `<x@y> <${ours}>` })],
])('[CH15] a report that returns %s names the reply', async (_, raw) => {
  expect(await read(raw)).toMatchObject({ type: 'bounced', replyId: 'reply-1' })
})

test.each([
  ['without our proof', report(forged, failed)],
  ['of another’s mail', report('other@example.test', failed)],
  ['of a delay', report(ours, 'Action: delayed\r\nStatus: 4.4.1')],
  ['of a delivery', report(ours, 'Action: delivered\r\nStatus: 2.0.0')],
  ['that says nothing', report(ours, 'X: y')],
])('[CH15] a report %s is an automatic mail like others', async (_, raw) => {
  expect(await read(raw)).toMatchObject({ type: 'arrival', arrival: { automatic: 'It is a delivery report.' } })
})

test('[CH15] no other mail brings a reply back, whatever it refers to', async () => {
  const references = { References: `<${ours}>`, 'In-Reply-To': `<${ours}>` }
  expect(await read(rawMail({ ...references, Subject: 'Undeliverable' }))).toMatchObject({
    arrival: { automatic: null },
  })
  const away = rawMail({ ...references, 'Auto-Submitted': 'auto-replied' })
  expect(await read(away)).toMatchObject({ type: 'arrival', arrival: { answersReply: 'reply-1' } })
})

test.each([
  ['5.1.1', 'The address does not exist, or no longer.'],
  ['5.2.2', 'The mailbox is full.'],
  ['5.7.26', 'Its mail server refused it, as not allowed or as unwanted.'],
  ['4.4.7 (expired)', 'Its mail server could not be reached in time.'],
  ['5.0.0', 'Its mail server did not take it.'],
])('[CH15] the status %s is said in words', async (status, reason) => {
  expect(await read(report(ours, `Action: failed\r\nStatus: ${status}`))).toMatchObject({
    setback: { sentence: reason },
  })
})

test.runIf(hasMailsOfOthers)('[CH15] real reports of many mail servers are told, with a reason each', async () => {
  const reading = { ownAddress: 'support@muster.test', trustedServer: null, now: Date.now() }
  const reports = await Promise.all(
    pathsOfOthers().map(async path => await readMail(readFileSync(path), reading).catch(() => null)),
  )
  const told = reports.flatMap(mail => mail?.bounce ?? [])
  console.info(`${told.length} reports: ${JSON.stringify(told.map(({ setback }) => setback.sentence.slice(0, 60)))}`)
  expect(told.length).toBeGreaterThanOrEqual(5)
  for (const { setback, returned } of told)
    expect([setback.sentence.length > 10, returned.length > 0]).toEqual([true, true])
})
