import type { IncidentCommand } from '@muster/shared/command.ts'
import { expect, test } from 'vitest'
import { ada, bert, conversationIn, cora, lena, muster, nextId, roomWithCustomer } from '../support/builders.ts'

const start = 1_000_000

function setup() {
  const { room, conversationId, incidentId } = roomWithCustomer(start)
  const give = (command: object, by = ada, now = start) =>
    room.give({ id: nextId(), incidentId, conversationId, ...command } as IncidentCommand, by, now)
  const ask = (text = 'May we refund?', fence = 1, by = ada) => give({ type: 'question/ask', fence, text }, by)
  const answer = (text = 'Not yet.', by = lena, askedAt = start) => give({ type: 'question/answer', askedAt, text }, by)
  const send = (fence: number, by = ada) => {
    const id = nextId('reply')
    give({ id, type: 'reply/submit', fence, epoch: 1, text: 'Hello', through: 1 }, by)
    give({ type: 'delivery/take', replyId: id, worker: 'w', leaseMs: 1 }, muster)
    give({ type: 'delivery/sent', replyId: id, worker: 'w', externalId: 'e' }, muster)
  }
  give({ type: 'conversation/claim' })
  return { room, give, ask, answer, send, question: () => conversationIn(room, conversationId).question }
}

test('[AT3] the holder asks and keeps the conversation; a lead answers once', () => {
  const { room, ask, answer, question } = setup()
  ask()
  expect(question()).toEqual({ by: { id: 'ada', name: 'Ada' }, text: 'May we refund?', at: start, answer: null })
  expect(room.list('questions')).toHaveLength(1)
  answer()
  expect(question()?.answer).toEqual({ by: { id: 'lena', name: 'Lena' }, text: 'Not yet.', at: start })
  expect(room.list('questions')).toEqual([])
  expect(answer('Yes!', cora)).toMatchObject({
    refusal: { code: 'conflict', sentence: expect.stringContaining('Lena') },
  })
  expect(room.told.slice(-2)).toMatchObject([{ type: 'question/asked' }, { type: 'question/answered' }])
})

test('[AT3] an answer to what was asked before does not stand under what is asked now', () => {
  const { ask, answer, question, give } = setup()
  ask('May we refund the shipping?')
  give({ type: 'question/ask', fence: 1, text: 'May we refund everything?' }, ada, start + 1)
  expect(answer('Yes, do.')).toMatchObject({ refusal: { code: 'conflict', sentence: expect.stringContaining('Ada') } })
  expect(question()).toMatchObject({ text: 'May we refund everything?', answer: null })
  answer('No.', lena, start + 1)
  expect(question()?.answer?.text).toBe('No.')
})

test('[AT3] asking again takes the place of what was asked, answered or not', () => {
  const { ask, answer, question } = setup()
  ask()
  ask('Or a voucher?')
  expect(question()).toMatchObject({ text: 'Or a voucher?', answer: null })
  answer()
  ask('Since when?')
  expect(question()).toMatchObject({ text: 'Since when?', answer: null })
})

test('[AT3] [CL5] only the holder of today asks, and nothing is answered that was not asked', () => {
  const { ask, answer, question } = setup()
  expect(answer()).toMatchObject({ refusal: { code: 'not-found' } })
  expect(ask('Hm?', 1, bert)).toMatchObject({ refusal: { code: 'claim-lost' } })
  expect(question()).toBeNull()
})

test('[AT4] it goes with the conversation, and ends when it is answered and a reply was sent', () => {
  const { give, ask, answer, send, question } = setup()
  ask()
  give({ type: 'conversation/release', fence: 1 })
  give({ type: 'conversation/claim' }, bert)
  expect(question()?.text).toBe('May we refund?')
  answer()
  send(2, bert)
  expect(question()).toBeNull()
})

test('[AT4] a reply that went out without the answer leaves the question to be answered', () => {
  const { ask, answer, send, question } = setup()
  ask()
  send(1)
  expect(question()).toMatchObject({ answer: null })
  expect(answer()).toMatchObject({ type: 'change' })
})
