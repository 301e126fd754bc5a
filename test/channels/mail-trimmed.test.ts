import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readMail } from '@muster/server/channels/mail-parse.ts'
import { trimmedOf } from '@muster/server/channels/mail-trimmed.ts'
import { expect, test } from 'vitest'
import { hasMailsOfOthers, mailsOfOthers } from '../support/mails-of-others.ts'

const textAt = (...path: string[]) => readFileSync(join(mailsOfOthers, ...path), 'utf8').replace(/\r\n?/g, '\n')
const shown = (text: string) => (trimmedOf(text) ?? text).trim()
const flowing = (text: string) => text.replace(/\s+/g, ' ').trim()

test.each([
  [
    'an answer above',
    'It is down again.\n\nOn Mon, 23 Nov 2026 at 10:00, Support <a@b.test> wrote:\n> Better?\n> Yes?',
  ],
  [
    'an answer above an unquoted one',
    'It is down again.\n\nAm 23.11.26 um 10:00 schrieb Support <a@b.test>:\n\nBesser?',
  ],
  ['an answer below', 'On Mon, 23 Nov 2026 at 10:00, Support\n<a@b.test> wrote:\n\n> Better?\n\nIt is down again.'],
  [
    'a wrapped introduction',
    'It is down again.\n\nOn Mon, 23 Nov 2026 at 10:00, Support <\na@b.test> wrote:\n\n> Better?',
  ],
  ['headers', 'It is down again.\n\nVon: Support\nGesendet: Montag\nAn: Kim\nBetreff: Ihre Karte\n\nGeht es?'],
  ['a signature', 'It is down again.\n-- \nKim Élan\nAcme\nStreet 1\nTown\nPhone\nFax\nMail\nMore'],
  ['a phone', 'It is down again.\n\nSent from my iPhone'],
])('[CH10] what was written anew is told from %s', (_, text) => {
  expect(trimmedOf(text)).toBe('It is down again.')
})

test.each([
  'It is down again.',
  'On Monday I wrote:\nit is down. You never answered.',
  'From: the beginning it was bad.\nTo: me it is clear.',
  'It is down.\n\n***\n\n1\n2\n3\n4\n5\n6\n7\n8 lines are no signature',
  '> all of it\n> is a quote',
  'Sent from my iPhone',
  '',
])('[CH10] nothing is left out where nothing is sure: %o', text => {
  expect(trimmedOf(text)).toBeNull()
})

test('[CH10] answers between quotes stay with what they answer', () => {
  const text = 'On Mon, 23 Nov 2026 at 10:00, Kim <a@b.test> wrote:\n> Down?\n\nYes.\n\n> Since when?\n\nSince ten.'
  expect(trimmedOf(text)).toBe('> Down?\n\nYes.\n\n> Since when?\n\nSince ten.')
})

test('[CH10] a text made to harm costs no more than its length', () => {
  const pieces = [
    '>',
    '-',
    'On ',
    'On 1\n',
    '> x\nfoo\n',
    'From: a\n',
    'a@b ',
    '<a@b> ',
    '=\n',
    'x\n=\n',
    '<a@b.c> schrieb ',
    '- ',
  ]
  for (const piece of pieces) {
    const before = process.threadCpuUsage()
    trimmedOf(piece.repeat(Math.ceil(10_000 / piece.length)).slice(0, 10_000))
    expect(process.threadCpuUsage(before).user / 1000, piece).toBeLessThan(500)
  }
})

test.runIf(hasMailsOfOthers)('[CH10] Discourse’s own cases: at least 9 of 10 are trimmed exactly as expected', () => {
  const cases = readdirSync(join(mailsOfOthers, 'email_reply_trimmer/test/emails'))
  const exact = cases.filter(name => {
    const expected = textAt('email_reply_trimmer/test/trimmed', name).trim()
    return shown(textAt('email_reply_trimmer/test/emails', name)) === expected
  })
  console.info(`${exact.length} of ${cases.length} of Discourse's cases are trimmed exactly`)
  expect(exact.length / cases.length).toBeGreaterThanOrEqual(0.9)
})

test.runIf(hasMailsOfOthers)('[CH10] the answers that mail programs write are told from what they quote', async () => {
  const folder = 'talon/tests/fixtures/standard_replies'
  const programs = readdirSync(join(mailsOfOthers, folder)).filter(name => name.endsWith('.eml'))
  const told: string[] = []
  for (const name of programs) {
    const { text } = await readMail(readFileSync(join(mailsOfOthers, folder, name)), {
      ownAddress: 'a@b.test',
      trustedServer: null,
      now: Date.now(),
    })
    if (flowing(shown(text)) === 'Hello') told.push(name)
  }
  console.info(`${told.length} of ${programs.length} of talon's replies are told exactly`)
  expect(told.length).toBeGreaterThanOrEqual(9)
})

test.runIf(hasMailsOfOthers)('[CH10] of no real mail the first words of its sender are left out', () => {
  for (const folder of ['email_reply_trimmer/test/emails', 'email_reply_parser/test/emails']) {
    for (const name of readdirSync(join(mailsOfOthers, folder))) {
      const text = textAt(folder, name)
      const first = text.split('\n').find(line => line.trim() !== '') ?? ''
      if (/^\s*>|[:：>-]\s*$|\d|^(?:From|Von|Da):/.test(first)) continue
      expect(shown(text).startsWith(first.trim()), `${name}: ${first}`).toBe(true)
    }
  }
})
