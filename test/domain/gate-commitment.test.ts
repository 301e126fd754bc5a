import type { Decision } from '@muster/server/domain/decision.ts'
import { expect, test } from 'vitest'
import { lena } from '../support/builders.ts'
import { Office, rulesOf } from '../support/office.ts'
import { wordingOf } from '../support/room-records.ts'

function office(more: object = {}): Office {
  const made = new Office()
  made.publish({ maySay: 'We expect payments to work again by 17:00.', ...more })
  return made
}

const warnings = (decision: Decision) => ('answer' in decision ? decision.answer.warnings : null)

test('[GT3] a time the facts name may be told in other words; another may not, and the reason says which and why', () => {
  expect(rulesOf(office().submit({ text: 'Cards should work again by 5 pm.' }))).toEqual([])
  expect(office().submit({ text: 'Cards should work again by 4 pm.' })).toMatchObject({
    refusal: {
      reasons: [
        {
          rule: 'commitment',
          weight: 'stop',
          values: { kind: 'time', phrase: 'by 4 pm' },
          sentence: expect.stringContaining('plans by a time we name'),
          from: 24,
          to: 31,
        },
      ],
    },
  })
})

test.each([
  ['You will get a full refund.', 'money'],
  ['It was caused by a faulty update.', 'cause'],
  ['No data was lost.', 'data'],
  ['This will never happen again.', 'promise'],
  ['Sie bekommen Ihr Geld zurück.', 'money'],
])('[GT3] %j is stopped where nobody may say it', (text, kind) => {
  const refused = office().submit({ text })
  expect(refused).toMatchObject({ refusal: { reasons: [{ rule: 'commitment', values: { kind } }] } })
})

test('[GT3] what a current wording says may be said, until it is taken back', () => {
  const wording = wordingOf('credit', { text: 'You will get a credit for today.' })
  const made = office()
  made.give({ type: 'wording/publish', epoch: made.epoch, wording }, lena)
  expect(rulesOf(made.submit({ text: 'I am sorry! You will get a credit for today.' }))).toEqual([])
  const other = office()
  expect(rulesOf(other.submit({ text: 'I am sorry! You will get a credit for today.' }))).toContain('commitment')
})

test('[GT3] the time of the next update may be told by any clock, and no other time by that', () => {
  const nextUpdateAt = Date.UTC(2026, 0, 5, 15, 30)
  const text = (time: string, what: string) => `We will write again with ${what} at ${time}.`
  expect(rulesOf(office({ nextUpdateAt }).submit({ text: text('15:30', 'an update') }))).toEqual([])
  expect(rulesOf(office({ nextUpdateAt }).submit({ text: text('10:30', 'an update') }))).toEqual([])
  expect(rulesOf(office({ nextUpdateAt }).submit({ text: text('15:37', 'an update') }))).toEqual(['commitment'])
  expect(rulesOf(office({ nextUpdateAt }).submit({ text: 'It works again at 15:30.' }))).toEqual(['commitment'])
})

test('[GT4] style is told and stops nothing', () => {
  const decision = office().submit({ text: 'CALM DOWN!!! WE ARE ON IT!!!' })
  expect(decision).toMatchObject({ answer: { state: 'queued' } })
  expect(warnings(decision)).toEqual(
    expect.arrayContaining([expect.objectContaining({ rule: 'style', weight: 'warn', values: expect.anything() })]),
  )
})
