import type { Level, Readiness } from '@muster/shared/training.ts'
import { expect, test } from 'vitest'
import { ada, bert, customerIn, lena, muster, responderIn } from '../support/builders.ts'
import { Office, rita, start } from '../support/office.ts'
import { refusedWith } from '../support/setback.ts'

const fast = {
  approvalsToSpotChecked: 2,
  leastApprovals: 2,
  approvalsToTrusted: 2,
  returnsToDemote: 2,
  spotShare: 1,
  leastShare: 1,
}

/** One reply of Ada's after another, each with a reviewer's word. */
function after(level: 'gated' | 'spot-checked', verdicts: readonly ('approve' | 'edit' | 'return')[]) {
  const office = new Office({ level, training: fast })
  for (const [index, verdict] of verdicts.entries()) {
    const id = `r${index}`
    const conversationId = customerIn(office.room, id, office.now)
    office.give({ type: 'conversation/claim', conversationId })
    office.submit({ id, conversationId })
    office.review(rita, id)
    const yes = { type: 'review/approve', replyId: id, fence: 1, epoch: 1 }
    if (verdict === 'return') office.returns({ replyId: id })
    else office.give({ ...yes, text: verdict === 'edit' ? 'Edited.' : 'We are on it.' }, rita)
    if (verdict === 'return') office.give({ type: 'conversation/release', conversationId, fence: 1 })
    else office.deliver(id)
  }
  return office
}

test.each([
  ['gated', ['approve', 'approve'], 'spot-checked'],
  ['gated', ['approve', 'edit', 'approve'], 'gated'],
  ['gated', ['approve', 'return', 'approve'], 'gated'],
  ['gated', ['return', 'return'], 'gated'],
  ['spot-checked', ['approve', 'approve'], 'trusted'],
  ['spot-checked', ['return', 'return'], 'gated'],
  ['spot-checked', ['return', 'edit', 'return'], 'spot-checked'],
  ['gated', ['approve', 'approve', 'approve'], 'spot-checked'],
  ['gated', ['approve', 'approve', 'return'], 'spot-checked'],
  ['gated', ['approve', 'approve', 'approve', 'approve'], 'trusted'],
] as const)('[LV2] from %s, after %j, they are %s', (level, verdicts, expected) => {
  expect(after(level, verdicts).responder().level).toBe(expected)
})

test('[LV2] on a new level everybody begins anew, and the log says that the rules did it', () => {
  const office = after('gated', ['approve', 'approve'])
  expect(office.responder().record).toEqual({ approved: 2, edited: 0, returned: 0, inARow: 0, returnsInARow: 0 })
  const line = office.room.told.find(({ type, by }) => type === 'responder/levelled' && by === null)
  expect(line).toMatchObject({ from: 'gated', reason: null, responder: { level: 'spot-checked' } })
})

const ready = (level: Level): Readiness => ({ level, at: start, title: 'A drill', drill: true })

test('[LV1] guests begin gated, helpers where the incident says or as far as they got, the rest trusted', () => {
  const office = new Office({ training: { othersBegin: 'spot-checked' } })
  const begins = (who: object) => {
    const person = { ...ada, id: `p${Math.random()}`, ...who }
    office.give({ type: 'incident/join' }, person)
    return responderIn(office.room, person.id).level
  }
  expect(begins({ incidentId: office.incidentId, readiness: ready('trusted') })).toBe('gated')
  expect(begins({ cohort: 'other' })).toBe('spot-checked')
  expect(begins({ cohort: 'other', readiness: ready('gated') })).toBe('spot-checked')
  expect(begins({ cohort: 'other', readiness: ready('trusted') })).toBe('trusted')
  expect(begins({ cohort: 'other', role: 'reviewer' })).toBe('trusted')
  expect(begins({ cohort: 'support' })).toBe('trusted')
  expect(begins({ role: 'observer' })).toBe('observer')
})

test('[LV4] who is gated takes a customer only while a reply would be read in time, and is told how long it would wait', () => {
  const office = new Office({ training: { reviewWithinMs: 30_000 } })
  const ids = Array.from({ length: 6 }, (_, index) => customerIn(office.room, `c${index}`, start))
  office.level('gated')
  office.level('gated', bert)
  const took = ids.map(conversationId => office.give({ type: 'conversation/claim', conversationId }))
  const first = took.findIndex(({ type }) => type === 'refused')
  expect(first).toBeGreaterThan(0)
  expect(took[first]).toMatchObject({ refusal: { code: 'reviewers-busy', waitMs: expect.any(Number) } })
  expect(office.give({ type: 'conversation/take-next', topics: [] }, bert)).toMatchObject({
    refusal: { code: 'reviewers-busy' },
  })
  office.level('spot-checked', bert)
  expect(office.give({ type: 'conversation/take-next', topics: [] }, bert)).toMatchObject({ type: 'change' })
})

test('[LV5] down to gated or observer takes the unanswered customers, with their drafts, and what was returned stays', () => {
  for (const level of ['gated', 'observer'] as const) {
    const office = new Office()
    const [max, moe] = [office.customer('Max'), office.customer('Moe')]
    office.give({ type: 'draft/save', conversationId: max, fence: 1, epoch: 1, text: 'Dear Max' })
    office.submit({ conversationId: moe, askReview: true })
    office.review()
    office.returns()
    office.submit({ id: 'queued' })
    expect(office.responder().holding).toBe(3)
    office.level(level)
    expect(office.responder()).toMatchObject({ level, holding: 2 })
    expect(office.room.get(`conversation/${max}`)).toMatchObject({ claim: null })
    expect(office.room.get(`draft/${max}`)).toMatchObject({ text: 'Dear Max' })
    expect(office.room.get(`conversation/${moe}`)).toMatchObject({ claim: { holder: { id: 'ada' }, correcting: true } })
    office.take('queued')
    expect(office.find('queued')).toMatchObject({ state: 'submitted', review: 'level' })
    office.submit({ id: 'corrected', conversationId: moe, text: 'Better.' })
    expect(office.find('corrected')).toMatchObject({ state: 'submitted', review: 'level' })
  }
})

test('[LV5] a step down to spot-checked, and any up, takes nothing; nobody sets their own', () => {
  const office = new Office()
  office.level('spot-checked')
  office.level('trusted')
  expect(office.responder().holding).toBe(1)
  expect(office.level('trusted')).toMatchObject({ type: 'unchanged' })
  expect(office.level('gated', lena, lena)).toMatchObject({ refusal: { code: 'conflict' } })
  expect(office.responder('lena').level).toBe('trusted')
})

test('[LV5] a reply that may have arrived is not sent to the reviewers after a demotion: a lead finds out', () => {
  const office = new Office()
  office.submit()
  office.take()
  const again = { setback: refusedWith('It timed out.'), afterMs: 0, mayHaveArrived: true }
  office.give({ type: 'delivery/again', replyId: 'reply', worker: 'one', ...again }, muster)
  office.level('gated')
  office.take()
  expect(office.reply.state).toBe('uncertain')
})

test('[LV6] who only watches gets nothing new by any road', () => {
  const office = new Office()
  const next = customerIn(office.room, 'Max', start)
  office.level('observer', bert)
  const observing = { refusal: { code: 'observing' } }
  expect(office.give({ type: 'conversation/claim', conversationId: next }, bert)).toMatchObject(observing)
  expect(office.give({ type: 'conversation/claim-several', conversationIds: [next] }, bert)).toMatchObject(observing)
  expect(office.give({ type: 'conversation/take-next', topics: [] }, bert)).toMatchObject(observing)
  const hand = { type: 'conversation/hand-over', fence: 1, personId: 'bert' }
  expect(office.give(hand)).toMatchObject({ refusal: { code: 'not-handed-over', why: 'answering' } })
  office.give({ type: 'pair/ask', fence: 1 })
  expect(office.give({ type: 'pair/join', fence: 1 }, bert)).toMatchObject({ refusal: { code: 'conflict' } })
  expect(office.conversation.claim?.pair?.suggested?.id).not.toBe('bert')
  expect(office.responder('bert').holding).toBe(0)
})
