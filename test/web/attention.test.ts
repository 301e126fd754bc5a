import { expect, test } from 'vitest'
import { longestWaiting, openQuestions, unseenOf } from '../../web/state/attention.ts'
import { claimOf, waitingOf } from '../support/room-records.ts'

const minute = 60_000
const lena = { id: 'lena', name: 'Lena' }
const ids = (conversations: { id: string }[]) => conversations.map(({ id }) => id)

test('[WB32] a question stands there until it is answered, the oldest first', () => {
  const asked = (at: number, answer: { by: typeof lena; text: string; at: number } | null = null) => ({
    by: { id: 'ada', name: 'Ada' },
    text: 'May I promise a refund?',
    at,
    answer,
  })
  const conversations = [
    waitingOf('late', { question: asked(2) }),
    waitingOf('answered', { question: asked(0, { by: lena, text: 'No.', at: 3 }) }),
    waitingOf('early', { question: asked(1) }),
    waitingOf('silent'),
  ]
  expect(ids(openQuestions(conversations))).toEqual(['early', 'late'])
})

test('[WB32] the five who wait longest are found whatever stands before them', () => {
  const order = [4, 9, 1, 7, 3, 8, 2, 6, 0, 5]
  const conversations = order.map(number => waitingOf(`c${number}`, { waitingSince: number * minute }))
  const answered = waitingOf('answered', { waitingSince: null })
  expect(ids(longestWaiting([answered, ...conversations], 5))).toEqual(['c0', 'c1', 'c2', 'c3', 'c4'])
  expect(ids(longestWaiting([answered], 5))).toEqual([])
})

test('[WB32] what nobody has looked at is another thing than what nobody holds', () => {
  const now = 10 * minute
  const unseenMs = 5 * minute
  const conversations = [
    waitingOf('looked-at', { lookedThrough: 1 }),
    waitingOf('fresh', { waitingSince: now - unseenMs + 1 }),
    waitingOf('unseen', { waitingSince: now - unseenMs }),
    waitingOf('held-and-unseen', { claim: claimOf('ada') }),
    waitingOf('wrote-again', { messages: 2, lookedThrough: 1, lastMessageAt: now - 1 }),
    waitingOf('wrote-again-long-ago', { messages: 2, lookedThrough: 1, lastMessageAt: 1 }),
    waitingOf('announced', { waitingSince: now, unseenAlarmAt: now }),
    waitingOf('answered', { waitingSince: null }),
  ]
  const found = ids(unseenOf(conversations, unseenMs, now))
  expect(new Set(found)).toEqual(new Set(['unseen', 'held-and-unseen', 'wrote-again-long-ago', 'announced']))
  expect(found.at(-1)).toBe('announced')
})
