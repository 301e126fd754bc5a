import type { Facts } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import { ada, bert, lena } from '../support/builders.ts'
import { Office, rita, rulesOf } from '../support/office.ts'

const patterns = { mustNotMatch: [{ pattern: '\\b\\d{4} ?\\d{4}\\b', why: 'no account numbers' }] }
const unloved = 'We ask the intern.'

test('[GT1] every reason at once, each with its rule, a sentence, what fills it, and the range it is about', () => {
  const office = new Office({ declare: patterns })
  office.room.surroundings.length = (_, text) => ({ used: text.length, longest: 20 })
  const text = 'Dear [[name]], we ask the intern to 1234 5678.'
  expect(office.submit({ text })).toMatchObject({
    refusal: {
      code: 'gate',
      reasons: [
        { rule: 'blank', weight: 'stop', values: { blank: 'name' }, from: 5, to: 13 },
        { rule: 'must-not-say', weight: 'stop', values: { phrase: 'ask the intern' } },
        { rule: 'must-not-match', values: { phrase: '1234 5678', why: 'no account numbers' }, from: 36, to: 45 },
        { rule: 'length', values: { used: 46, longest: 20 }, sentence: expect.stringContaining('takes 20 characters') },
      ],
    },
  })
  expect(office.find('reply')).toBeNull()
})

test.each(['Account 1234 5678', 'account １２３４５６７８', 'Account 12\u200b34 5678', 'Account 1234\n5678'])(
  '[GT2] a forbidden pattern stops %j, however it is written',
  text => {
    expect(rulesOf(new Office({ declare: patterns }).submit({ text }))).toEqual(['must-not-match'])
  },
)

test('[GT2] a pattern made to be slow is matched in time linear in the text', () => {
  const office = new Office({ declare: { mustNotMatch: [{ pattern: '(a+)+$|(a|aa)*b', why: 'slow' }] } })
  expect(office.submit({ text: `${'a'.repeat(19_000)}!` })).toMatchObject({ answer: { state: 'queued' } })
})

test.each([
  ['(?=look)', 'pattern-unknown'],
  ['(open', 'pattern-brackets'],
  ['[open', 'pattern-brackets'],
  ['closed)', 'pattern-brackets'],
  ['*', 'pattern-repetition'],
  ['a**', 'pattern-repetition'],
  ['a{2000}', 'pattern-repetition'],
  ['\\y', 'pattern-escape'],
  ['end\\', 'pattern-escape'],
  ['[z-a]', 'pattern-range'],
  ['(?P<one', 'pattern-unknown'],
  ['(?P<a>b)(?P<a>b)', 'pattern-unknown'],
  [`${'('.repeat(1_100)}a${')'.repeat(1_100)}`, 'pattern-large'],
  ['a*', 'pattern-everywhere'],
])('[GT2] %.20j cannot be used, and is refused by its number with what is wrong', (pattern, why) => {
  const office = new Office()
  const mustNotMatch = [
    { pattern: 'fine', why: 'fine' },
    { pattern, why: 'wrong' },
  ]
  const refused = office.publish({ mustNotMatch })
  expect(refused).toMatchObject({ refusal: { code: 'conflict', why, values: { number: 2, pattern } } })
  expect(office.room.get<Facts>('facts')?.epoch).toBe(1)
})

test('[GT6] whoever leads sets aside what can be argued about, with a reason, and it is in the timeline', () => {
  const office = new Office()
  const max = office.customer('Max', lena)
  const wish = { conversationId: max, text: unloved, override: { reason: 'Agreed with finance.' } }
  expect(rulesOf(office.submit({ ...wish, override: undefined }, lena))).toEqual(['must-not-say'])
  office.submit(wish, lena)
  expect(office.reply.override).toMatchObject({
    by: { id: 'lena' },
    reason: 'Agreed with finance.',
    rules: ['must-not-say'],
  })
  const line = office.room.list('timeline').map(key => office.room.get<object>(key))
  expect(line).toContainEqual(
    expect.objectContaining({
      type: 'gate/overridden',
      by: { id: 'lena', name: 'Lena' },
      detail: expect.objectContaining({ reason: 'Agreed with finance.', customer: 'Max' }),
    }),
  )
  office.take()
  expect(office.reply.state).toBe('sending')
})

test.each([ada, rita])('[GT6] nobody sets anything aside who does not lead: $name', who => {
  const office = new Office()
  const max = office.customer('Max', who)
  const wish = { conversationId: max, text: unloved, override: { reason: 'Please.' } }
  expect(office.submit(wish, who)).toMatchObject({ refusal: { code: 'not-allowed' } })
  expect(office.find('reply')).toBeNull()
})

test('[GT6] a blank, a length, an empty text, a claim and an epoch cannot be set aside', () => {
  const office = new Office()
  const max = office.customer('Max', lena)
  const wish = { conversationId: max, override: { reason: 'Now.' } }
  office.room.surroundings.length = (_, text) => ({ used: text.length, longest: 30 })
  expect(rulesOf(office.submit({ ...wish, text: 'See [[link]].' }, lena))).toEqual(['blank'])
  expect(rulesOf(office.submit({ ...wish, text: ' ' }, lena))).toEqual(['empty'])
  expect(rulesOf(office.submit({ ...wish, text: 'x'.repeat(31) }, lena))).toEqual(['length'])
  expect(office.submit({ ...wish, fence: 9 }, lena)).toMatchObject({ refusal: { code: 'claim-lost' } })
  expect(office.submit({ ...wish, epoch: 0 }, lena)).toMatchObject({ refusal: { code: 'guidance-changed' } })
})

test('[GT6] a lead who is gated sets aside a word and not the review', () => {
  const office = new Office()
  office.level('gated', lena, rita)
  const max = office.customer('Max', lena)
  office.submit({ conversationId: max, text: unloved, override: { reason: 'Now.' } }, lena)
  expect(office.reply).toMatchObject({ state: 'submitted', review: 'level' })
})

test('[GT6] [RV7] what was set aside holds for that text and that guidance: a newer one is argued about anew', () => {
  const office = new Office()
  const max = office.customer('Max', lena)
  const text = `${unloved} It was the intern.`
  office.submit({ conversationId: max, text, override: { reason: 'Now.' }, askReview: true }, lena)
  office.review()
  expect(rulesOf(office.approve({ text: `${text} Sorry.` }))).toEqual(['must-not-say'])
  office.publish({ mustNotSay: ['the intern'] })
  expect(rulesOf(office.approve({ epoch: 2 }))).toEqual(['must-not-say'])
  office.publish({ mustNotSay: ['ask the intern'] })
  expect(rulesOf(office.approve({ epoch: 3 }))).toEqual(['must-not-say'])
})

test('[GT6] of one text two leads set aside what each was asked about', () => {
  const office = new Office({ level: 'gated' })
  office.room.surroundings.sameness = () => ({ likeness: 0.8, allowed: 0 })
  const [max, moe] = [office.customer('Max', lena), office.customer('Moe', bert)]
  office.submit({ conversationId: max, text: unloved, override: { reason: 'One.' }, askReview: true }, lena)
  office.submit({ id: 'other', conversationId: moe, text: unloved, askReview: true }, bert)
  office.review(rita, 'reply', 'other')
  office.give({ type: 'incident/join' }, { ...rita, role: 'lead' })
  const lead = { ...rita, role: 'lead' } as const
  office.give(
    { type: 'review/approve', replyId: 'other', fence: 1, epoch: 1, text: unloved, override: { reason: 'Two.' } },
    lead,
  )
  office.take('other')
  expect(rulesOf(office.approve({}, lead))).toEqual(['alike'])
  office.approve({ override: { reason: 'Both may.' } }, lead)
  expect(office.reply.override).toMatchObject({ by: { id: 'rita' }, rules: ['must-not-say', 'alike'] })
  office.take()
  expect(office.reply.state).toBe('sending')
})

test('[GT7] what can be argued about goes to a reviewer with it; what cannot does not', () => {
  const office = new Office()
  expect(rulesOf(office.submit({ text: unloved }))).toEqual(['must-not-say'])
  expect(rulesOf(office.submit({ text: `${unloved} [[when]]`, askReview: true }))).toEqual(['blank', 'must-not-say'])
  office.submit({ text: unloved, askReview: true })
  expect(office.reply).toMatchObject({ state: 'submitted', review: 'asked', concerns: [{ rule: 'must-not-say' }] })
  office.review()
  expect(rulesOf(office.approve())).toEqual(['must-not-say'])
})

test.each(["we can't say", 'we can’t say', 'We can\u2019t\u200e say'])(
  '[GV4] forbidden words are found as a phone types them: %j',
  text => {
    const office = new Office({ declare: { mustNotSay: ["can't say", '\u200b'] } })
    expect(rulesOf(office.submit({ text }))).toEqual(['must-not-say'])
    expect(rulesOf(new Office({ declare: { mustNotSay: ['\u200b'] } }).submit())).toEqual([])
  },
)

test('[GT2] a pattern that also matches nothing stops where it matches something', () => {
  const office = new Office({ declare: { mustNotMatch: [{ pattern: '\\b(?:intern)?', why: 'no names' }] } })
  expect(rulesOf(office.submit({ text: 'We ask our intern.' }))).toEqual(['must-not-match'])
})
