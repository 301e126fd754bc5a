import { expect, test } from 'vitest'
import { ada, arrivalOf, arriving, bert, lena, muster } from '../support/builders.ts'
import { Office, rita, rulesOf, ruth } from '../support/office.ts'
import { refusedWith } from '../support/setback.ts'

function reviewed(text = 'We are on it.') {
  const office = new Office({ level: 'gated' })
  office.submit({ text, askReview: true })
  office.review()
  return office
}

test('[RV3] a yes is given to the words on the reviewer’s screen, under the guidance they have read', () => {
  const office = reviewed()
  office.publish()
  expect(office.approve({ epoch: 1 })).toMatchObject({ refusal: { code: 'guidance-changed' } })
  expect(office.reply.state).toBe('in-review')
  office.approve()
  expect(office.reply).toMatchObject({ state: 'queued', epoch: 2, approval: { by: { id: 'rita' } } })
})

test.each([
  ['recalled', (office: Office) => office.give({ type: 'reply/recall', replyId: 'reply' })],
  ['held by newer guidance', (office: Office) => [office.publish(), office.take()]],
  [
    'failed',
    (office: Office) => [
      office.take(),
      office.give({ type: 'delivery/failed', replyId: 'reply', worker: 'one', setback: refusedWith('No.') }, muster),
    ],
  ],
] as const)('[RV3] a yes is used up when the reply was %s: the same words are read again', (_, back) => {
  const office = reviewed()
  office.approve()
  back(office)
  expect(office.reply.approval).toBeNull()
  office.submit({ id: 'again' })
  expect(office.find('again')).toMatchObject({ state: 'submitted', approval: null })
})

test('[RV3] a yes is not given twice, nor after the reply went back', () => {
  const office = reviewed()
  office.approve()
  expect(office.approve()).toMatchObject({ refusal: { code: 'review-lost' } })
  const back = reviewed()
  back.returns()
  expect(back.approve()).toMatchObject({ refusal: { code: 'review-lost' } })
})

test('[RV3] it is about the messages that were answered: a later one of the customer is not', () => {
  const office = reviewed()
  office.room.give(arriving(arrivalOf({ text: 'And my order?' })), muster, office.now)
  office.approve()
  office.deliver()
  expect(office.conversation).toMatchObject({ messages: 2, answeredThrough: 1, waitingSince: expect.any(Number) })
})

test('[RV4] what the reviewer made leaves, what was written is kept beside it, and both names stay', () => {
  const office = reviewed('We are onn it.')
  office.approve({ text: 'We are on it.' })
  office.deliver()
  expect(office.reply).toMatchObject({
    state: 'sent',
    text: 'We are on it.',
    original: 'We are onn it.',
    writer: { id: 'ada' },
    approval: { by: { id: 'rita' } },
  })
  expect(office.responder().record).toMatchObject({ edited: 1, approved: 0, inARow: 0 })
})

test('[RV4] when it comes back after all, its writer gets what they wrote', () => {
  const office = reviewed('We are onn it.')
  office.approve({ text: 'We are on it.' })
  office.publish()
  office.take()
  expect(office.draft).toMatchObject({ writer: { id: 'ada' }, text: 'We are onn it.' })
})

test('[RV6] several are approved at once, each by itself, with the reason for each that was not', () => {
  const office = new Office({ level: 'gated', training: { reviewWithinMs: 3_600_000 } })
  const ids = ['Max', 'Moe', 'Mia'].map(name => office.customer(name))
  office.submit({ askReview: true, text: 'We ask the intern.' })
  for (const [index, conversationId] of ids.entries()) office.submit({ id: `r${index}`, conversationId })
  office.review(rita, 'reply', 'r0', 'r1')
  office.give({ type: 'review/claim', replyIds: ['r2'] }, ruth)
  const replies = ['reply', 'r0', 'r1', 'r2', 'none'].map(replyId => ({ replyId, fence: 1 }))
  expect(office.give({ type: 'review/approve-several', epoch: 1, replies }, rita)).toMatchObject({
    answer: {
      approved: ['r0', 'r1'],
      refused: [
        { replyId: 'reply', refusal: { code: 'gate' } },
        { replyId: 'r2', refusal: { code: 'review-lost', holder: { id: 'ruth' } } },
        { replyId: 'none', refusal: { code: 'not-found' } },
      ],
    },
  })
  expect(office.responder().record).toMatchObject({ approved: 2, inARow: 2 })
  expect(office.give({ type: 'review/approve-several', epoch: 1, replies }, rita)).toMatchObject({
    refusal: { code: 'gate' },
  })
})

test('[RV6] whom several of one batch lead up a level is on it once, and both replies leave', () => {
  const office = new Office({ level: 'gated', training: { approvalsToSpotChecked: 2, leastApprovals: 2 } })
  const max = office.customer('Max')
  office.submit()
  office.submit({ id: 'other', conversationId: max })
  office.review(rita, 'reply', 'other')
  const replies = ['reply', 'other'].map(replyId => ({ replyId, fence: 1 }))
  office.give({ type: 'review/approve-several', epoch: 1, replies }, rita)
  expect(office.responder()).toMatchObject({ level: 'spot-checked', record: { approved: 2, inARow: 0 } })
  expect(office.told(3)).toEqual(['review/approved', 'review/approved', 'responder/levelled'])
  office.take()
  office.take('other')
  expect([office.reply.state, office.find('other')?.state]).toEqual(['sending', 'sending'])
})

test('[RV7] the same rules hold at the approval, of what the reviewer wrote too', () => {
  const office = reviewed()
  expect(rulesOf(office.approve({ text: 'See [[link]], we ask the intern.' }))).toEqual(['blank', 'must-not-say'])
  expect(rulesOf(office.approve({ text: '  ' }))).toEqual(['empty'])
  expect(office.reply.state).toBe('in-review')
})

test('[RV7] what only a lead sets aside stays stopped for other reviewers', () => {
  const office = reviewed('We ask the intern.')
  const override = { reason: 'I would.' }
  expect(office.approve({ override })).toMatchObject({ refusal: { code: 'not-allowed' } })
  office.give({ type: 'review/release', replyId: 'reply', fence: 1 }, rita)
  office.review(lena)
  expect(rulesOf(office.approve({}, lena))).toEqual(['must-not-say'])
  expect(rulesOf(office.approve({ override, text: 'See [[link]].' }, lena))).toEqual(['blank'])
  office.approve({ override }, lena)
  expect(office.told(2)).toEqual(['review/approved', 'gate/overridden'])
  office.take()
  expect(office.reply.state).toBe('sending')
})

test('[RV7] a claim that is another’s by now carries no reply out, approved or not', () => {
  const office = new Office({ level: 'gated' })
  office.submit()
  office.review()
  office.approve()
  expect(office.give({ type: 'conversation/hand-over', fence: 1, personId: 'bert' }, lena)).toMatchObject({
    refusal: { code: 'reply-on-its-way' },
  })
  expect(office.give({ type: 'conversation/claim' }, bert)).toMatchObject({ refusal: { code: 'reply-on-its-way' } })
  expect(office.give({ type: 'conversation/release', fence: 1 }, ada)).toMatchObject({
    refusal: { code: 'reply-on-its-way' },
  })
})
