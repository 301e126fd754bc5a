import { expect, test } from 'vitest'
import { ada, bert, lena, muster } from '../support/builders.ts'
import { Office, rita, start } from '../support/office.ts'
import { refusedWith } from '../support/setback.ts'

const recall = { type: 'reply/recall', replyId: 'reply' }

test.each([
  ['gated', 'submitted', 8_000],
  ['spot-checked', 'queued', 8_000],
  ['trusted', 'queued', 0],
] as const)('[RV8] what somebody %s sends is %s and goes nowhere for %i ms', (level, state, undoMs) => {
  const office = new Office({ level })
  expect(office.submit()).toMatchObject({ answer: { state, notBefore: start + undoMs } })
  office.now += undoMs - 1
  if (undoMs > 0) {
    office.take()
    expect(office.reply.state).toBe(state)
    expect(office.give({ type: 'review/claim', replyIds: ['reply'] }, rita)).toMatchObject({ type: 'refused' })
  }
  office.now += 1
  if (state === 'submitted')
    expect(office.give({ type: 'review/claim', replyIds: ['reply'] }, rita)).toMatchObject({ type: 'change' })
  else expect(office.take()).toMatchObject({ answer: { taken: true } })
})

test.each(['submitted', 'in-review', 'queued'])(
  '[RV8] its writer takes back what is %s, with its text and a whole lease',
  state => {
    const office = new Office({ level: 'gated' })
    office.submit()
    if (state !== 'submitted') office.review()
    if (state === 'queued') office.approve()
    expect(office.reply.state).toBe(state)
    office.give(recall)
    expect(office.reply).toMatchObject({ state: 'recalled', approval: null })
    expect(office.draft).toMatchObject({ writer: { id: 'ada' }, text: 'We are on it.' })
    expect(office.conversation.claim).toMatchObject({ replyId: null, until: office.now + 60_000, correcting: false })
    expect(office.give(recall)).toMatchObject({ type: 'unchanged' })
    expect(office.take()).toMatchObject({ answer: { taken: false } })
  },
)

test('[RV8] a lead takes it back as well, and nobody else does', () => {
  const office = new Office({ level: 'gated' })
  office.submit()
  for (const who of [bert, rita]) expect(office.give(recall, who)).toMatchObject({ refusal: { code: 'not-found' } })
  office.give(recall, lena)
  expect(office.reply.state).toBe('recalled')
})

test('[RV8] once a channel has it, or may have had it, it is too late', () => {
  const office = new Office()
  office.submit()
  office.take()
  expect(office.give(recall)).toMatchObject({ refusal: { code: 'too-late' } })
  const again = {
    type: 'delivery/again',
    replyId: 'reply',
    worker: 'one',
    setback: refusedWith('Busy.'),
    afterMs: 5_000,
  }
  office.give({ ...again, mayHaveArrived: true }, muster)
  expect(office.give(recall)).toMatchObject({ refusal: { code: 'too-late' } })
  const put = new Office()
  put.submit()
  put.take()
  put.give({ ...again, mayHaveArrived: false }, muster)
  expect(put.give(recall, ada)).toMatchObject({ type: 'change' })
})
