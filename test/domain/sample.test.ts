import { expect, test } from 'vitest'
import { ada, arrivalOf, arriving, bert, lena, muster, responderIn } from '../support/builders.ts'
import { Office, rita, ruth } from '../support/office.ts'

test('[RV9] a random share of each cohort’s is looked at once, by somebody else; what is poor counts like a return', () => {
  const office = new Office({ training: { sampleSupport: 0.1, sampleOthers: 0.5, returnsToDemote: 1 } })
  office.room.surroundings.chance = 0.09
  office.submit()
  office.deliver()
  expect(office.reply).toMatchObject({ state: 'sent', sample: { why: 'random', verdict: null } })
  const judge = { type: 'sample/judge', replyId: 'reply', good: false, note: 'Too short.' }
  expect(office.give(judge, ada)).toMatchObject({ refusal: { code: 'own-reply' } })
  office.give(judge, rita)
  expect(office.reply.sample?.verdict).toMatchObject({ by: { id: 'rita' }, good: false, note: 'Too short.' })
  expect(office.responder()).toMatchObject({ level: 'spot-checked', record: { returned: 1 } })
  expect(office.told(2)).toEqual(['reply/judged', 'responder/levelled'])
  expect(office.give(judge, ruth)).toMatchObject({ refusal: { code: 'conflict' } })
})

test('[RV9] of those who came to help more is looked at, and what was not drawn by nobody', () => {
  const office = new Office({ training: { sampleSupport: 0.1, sampleOthers: 0.5 } })
  office.room.surroundings.chance = 0.4
  office.submit()
  office.deliver()
  expect(office.reply.sample).toBeNull()
  expect(office.give({ type: 'sample/judge', replyId: 'reply', good: true, note: '' }, rita)).toMatchObject({
    refusal: { code: 'not-found' },
  })
  office.give({ type: 'incident/join' }, { ...bert, cohort: 'other' })
  expect(responderIn(office.room, 'bert').cohort).toBe('other')
  const max = office.customer('Max', bert)
  office.submit({ id: 'help', conversationId: max }, bert)
  office.deliver('help')
  expect(office.find('help')?.sample).toMatchObject({ why: 'random' })
})

test('[RV9] the answer of a customer who writes again worse off is looked at', () => {
  const office = new Office()
  office.submit()
  office.deliver()
  office.room.give(
    arriving(arrivalOf({ text: 'This is unacceptable, I will cancel and call my lawyer!!' })),
    muster,
    office.now,
  )
  expect(office.reply.sample).toMatchObject({ why: 'upset', verdict: null })
  expect(office.told(2)).toEqual(['message/arrived', 'reply/sampled'])
  office.give({ type: 'sample/judge', replyId: 'reply', good: true, note: '' }, lena)
  office.room.give(arriving(arrivalOf({ text: 'I will SUE you, cancel it NOW!!!' })), muster, office.now)
  expect(office.reply.sample).toMatchObject({ why: 'upset', verdict: { good: true } })
})
