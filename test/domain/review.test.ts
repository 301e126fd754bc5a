import { expect, test } from 'vitest'
import { arrivalOf, arriving, bert, cora, muster } from '../support/builders.ts'
import { Office, rita, ruth } from '../support/office.ts'

test.each([
  ['gated', 'level', 0.99],
  ['spot-checked', 'spot', 0],
] as const)(
  '[RV1] what somebody %s writes waits for a reviewer and leaves with their yes alone',
  (level, review, chance) => {
    const office = new Office({ level })
    office.room.surroundings.chance = chance
    expect(office.submit()).toMatchObject({ answer: { state: 'submitted' } })
    expect(office.reply).toMatchObject({ state: 'submitted', review })
    office.take()
    expect(office.reply.state).toBe('submitted')
    office.review()
    office.approve()
    expect(office.reply).toMatchObject({ state: 'queued', approval: { by: { id: 'rita' } } })
    office.take()
    expect(office.reply.state).toBe('sending')
  },
)

test('[RV1] what chance did not draw leaves by itself, and whoever is trusted may ask for a reader', () => {
  const office = new Office({ level: 'spot-checked' })
  office.submit()
  expect(office.reply).toMatchObject({ state: 'queued', review: 'none' })
  const trusted = new Office()
  trusted.submit({ askReview: true })
  expect(trusted.reply).toMatchObject({ state: 'submitted', review: 'asked' })
})

test.each(['recall', 'return', 'release'])(
  '[RV1] what was drawn stays drawn after a %s: nobody draws until it leaves',
  how => {
    const office = new Office({ level: 'spot-checked' })
    office.room.surroundings.chance = 0
    office.submit()
    if (how === 'return') {
      office.review()
      office.returns()
    } else office.give({ type: 'reply/recall', replyId: 'reply' })
    office.room.surroundings.chance = 0.99
    if (how === 'release') {
      office.give({ type: 'conversation/release', fence: 1 })
      office.give({ type: 'conversation/claim' })
    }
    office.submit({ id: 'again', fence: how === 'release' ? 2 : 1 })
    expect(office.find('again')).toMatchObject({ state: 'submitted', review: 'spot' })
  },
)

test('[RV1] once it was answered the next reply to the same customer is drawn anew', () => {
  const office = new Office({ level: 'spot-checked' })
  office.room.surroundings.chance = 0
  office.submit()
  office.review()
  office.approve()
  office.deliver()
  office.room.surroundings.chance = 0.99
  office.room.give(arriving(arrivalOf()), muster, office.now)
  office.give({ type: 'conversation/claim' })
  office.submit({ id: 'next', fence: 2, through: 2 })
  expect(office.find('next')).toMatchObject({ state: 'queued', review: 'none' })
})

test('[RV2] one reviewer holds it, under a fence, for a lease; a lapsed and a released one is the next one’s', () => {
  const office = new Office({ level: 'gated' })
  office.submit()
  expect(office.review()).toMatchObject({ answer: { reviews: [{ reviewing: { by: { id: 'rita' }, fence: 1 } }] } })
  const lost = { type: 'refused', refusal: { code: 'review-lost', holder: { id: 'rita' } } }
  expect(office.give({ type: 'review/claim', replyIds: ['reply'] }, ruth)).toMatchObject(lost)
  expect(office.approve({}, ruth)).toMatchObject(lost)
  const until = office.now + 120_000
  expect(office.reply).toMatchObject({ reviewing: { until } })
  office.now = until
  expect(office.approve()).toMatchObject({ refusal: { code: 'review-lost', holder: null } })
  expect(office.give({ type: 'review/take-next' }, ruth)).toMatchObject({ answer: { reviews: [{ reviewFence: 2 }] } })
  expect(office.approve({ fence: 1 })).toMatchObject({ refusal: { code: 'review-lost', holder: { id: 'ruth' } } })
  office.give({ type: 'review/release', replyId: 'reply', fence: 2 }, ruth)
  expect(office.reply.state).toBe('submitted')
  expect(office.give({ type: 'review/claim', replyIds: ['reply'] }, ruth)).toMatchObject({
    answer: { reviews: [{ reviewFence: 3 }] },
  })
})

test('[RV2] a review is renewed by its holder, never shortened, and its end is announced once', () => {
  const office = new Office({ level: 'gated' })
  office.submit()
  office.review()
  office.now += 60_000
  const renew = { type: 'review/renew', replyId: 'reply', fence: 1 }
  expect(office.give(renew, ruth)).toMatchObject({ refusal: { code: 'review-lost' } })
  expect(office.give(renew, rita)).toMatchObject({ answer: { until: office.now + 120_000 } })
  office.now -= 30_000
  expect(office.give(renew, rita)).toMatchObject({ answer: { until: office.now + 150_000 } })
  const lapse = { type: 'review/lapse', replyId: 'reply', fence: 1 }
  expect(office.give(lapse, muster)).toMatchObject({ type: 'unchanged' })
  office.now += 150_000
  office.give(lapse, muster)
  expect(office.told(1)).toEqual(['review/lapsed'])
  expect(office.give(lapse, muster)).toMatchObject({ type: 'unchanged' })
})

test('[RV2] nobody is given what they wrote, nor while it can still be taken back', () => {
  const office = new Office()
  office.give({ type: 'conversation/release', fence: 1 })
  office.give({ type: 'conversation/claim' }, rita)
  office.submit({ fence: 2, askReview: true }, rita)
  const own = { refusal: { code: 'own-reply' } }
  expect(office.give({ type: 'review/claim', replyIds: ['reply'] }, rita)).toMatchObject(own)
  expect(office.give({ type: 'review/take-next' }, rita)).toMatchObject({ refusal: { code: 'nothing-to-review' } })
  expect(office.give({ type: 'review/take-next' }, ruth)).toMatchObject({ type: 'change' })
  const gated = new Office({ level: 'gated' })
  gated.submit()
  const early = { refusal: { code: 'nothing-to-review' } }
  expect(gated.give({ type: 'review/claim', replyIds: ['reply'] }, rita)).toMatchObject(early)
})

test('[RV2] [PR2] neither of a pair reviews it, though one has left before it was sent', () => {
  const office = new Office({ level: 'gated' })
  office.give({ type: 'pair/ask', fence: 1 })
  office.give({ type: 'pair/join', fence: 1 }, rita)
  office.give({ type: 'draft/save', fence: 1, epoch: 1, text: 'We are on it, dear Kim.' }, rita)
  office.give({ type: 'pair/leave', fence: 1 }, rita)
  office.give({ type: 'draft/save', fence: 1, epoch: 1, text: 'We are on it,  dear Kim.' })
  office.submit({ text: 'We are on it, dear Kim.' })
  expect(office.reply.partner).toEqual({ id: 'rita', name: 'Rita' })
  expect(office.review(rita)).toMatchObject({ refusal: { code: 'own-reply' } })
  office.give({ type: 'reply/recall', replyId: 'reply' })
  office.submit({ id: 'again', text: 'We are on it, dear Kim.' })
  expect(office.find('again')?.partner?.id).toBe('rita')
  office.give({ type: 'reply/recall', replyId: 'again' })
  office.submit({ id: 'own', text: 'Other words of mine.' })
  expect(office.find('own')?.partner).toBeNull()
})

test('[RV2] who handed the conversation over with their words does not review them', () => {
  const office = new Office()
  office.give({ type: 'conversation/hand-over', fence: 1, personId: 'rita' })
  office.give({ type: 'draft/save', fence: 2, epoch: 1, text: 'By Rita.' }, rita)
  office.give({ type: 'conversation/hand-over', fence: 2, personId: 'ada' }, rita)
  office.level('gated', bert)
  office.submit({ fence: 3, text: 'By Rita.', askReview: true })
  expect(office.reply).toMatchObject({ writer: { id: 'ada' }, partner: { id: 'rita' } })
  expect(office.review(rita)).toMatchObject({ refusal: { code: 'own-reply' } })
})

test('[RV2] of three whose words it may hold none reviews it', () => {
  const office = new Office()
  office.give({ type: 'conversation/hand-over', fence: 1, personId: 'rita' })
  office.give({ type: 'draft/save', fence: 2, epoch: 1, text: 'By Rita.' }, rita)
  office.give({ type: 'conversation/hand-over', fence: 2, personId: 'ada' }, rita)
  office.give({ type: 'pair/ask', fence: 3 })
  office.give({ type: 'pair/join', fence: 3 }, ruth)
  office.submit({ fence: 3, text: 'By Rita.', askReview: true })
  expect(office.reply).toMatchObject({ partner: { id: 'ruth' }, alongside: ['ruth', 'rita'] })
  for (const who of [rita, ruth]) expect(office.review(who)).toMatchObject({ refusal: { code: 'own-reply' } })
})

test('[RV5] what is returned is its writer’s again, with a note and comments, a whole lease and the text', () => {
  const office = new Office({ level: 'gated' })
  office.submit()
  office.review()
  const comments = [
    { from: 7, to: 9, text: 'On what?' },
    { from: 0, to: 2, text: 'Who?' },
    { from: 0, to: 999, text: 'beyond the text' },
    { from: 3, to: 3, text: 'about nothing' },
  ]
  office.now += 90_000
  office.returns({ note: 'Warmer, please.', comments })
  expect(office.reply).toMatchObject({
    state: 'returned',
    correction: { by: { id: 'rita' }, note: 'Warmer, please.', comments: [{ text: 'Who?' }, { text: 'On what?' }] },
  })
  expect(office.conversation.claim).toMatchObject({ holder: { id: 'ada' }, fence: 1, until: office.now + 60_000 })
  expect(office.conversation.claim).toMatchObject({ replyId: null, correcting: true })
  expect(office.draft).toMatchObject({ writer: { id: 'ada' }, text: 'We are on it.' })
  expect(office.responder().record).toMatchObject({ returned: 1, returnsInARow: 1 })
  expect(office.approve()).toMatchObject({ refusal: { code: 'review-lost' } })
})

test('[IN4] what was handed in before the incident was resolved is still read, and leaves; or is taken back', () => {
  const office = new Office({ level: 'gated' })
  office.submit()
  const max = office.customer('Max')
  office.submit({ id: 'other', conversationId: max })
  office.give({ type: 'incident/resolve' }, cora)
  office.review(rita, 'reply')
  expect(office.approve()).toMatchObject({ answer: { replyId: 'reply' } })
  office.deliver()
  expect(office.reply.state).toBe('sent')
  office.give({ type: 'reply/recall', replyId: 'other' })
  expect(office.find('other')?.state).toBe('recalled')
})

test('[RV1] what was drawn stays drawn when the other of a pair sends it', () => {
  const office = new Office({ level: 'spot-checked' })
  office.level('spot-checked', bert)
  office.room.surroundings.chance = 0
  office.submit()
  expect(office.reply.review).toBe('spot')
  office.give({ type: 'reply/recall', replyId: 'reply' })
  office.give({ type: 'pair/ask', fence: 1 })
  office.give({ type: 'pair/join', fence: 1 }, bert)
  office.room.surroundings.chance = 0.99
  office.submit({ id: 'again' }, bert)
  expect(office.find('again')?.review).toBe('spot')
})
