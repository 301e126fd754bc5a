import type { Claim, Conversation } from '@muster/shared/conversation.ts'
import type { ReplyMark } from '@muster/shared/entry.ts'
import type { Facts } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import { absence, nothingHappened, type Parting, partingFrom } from '../../web/state/absence.ts'
import { claimOf, markOf, waitingOf } from '../support/room-records.ts'

const me = { id: 'ada', name: 'Ada' }
const bert = { id: 'bert', name: 'Bert' }
const now = 1_000_000

const facts = (epoch: number): Facts => ({
  epoch,
  know: '',
  maySay: `Facts ${epoch}`,
  mustNotSay: [],
  mustNotMatch: [],
  example: '',
  nextUpdateAt: null,
  publishedBy: bert,
  publishedAt: 0,
})

function conversation(id: string, given: Partial<Conversation> = {}): Conversation {
  return waitingOf(id, { fence: 1, ...given })
}

function claim(given: Partial<Claim> = {}): Claim {
  return { ...claimOf('ada'), holder: me, until: now + 60_000, ...given }
}

function mark(id: string, state: ReplyMark['state'], reason: string | null = null): ReplyMark {
  return markOf(id, { conversationId: 'kim', writer: me, state, reason })
}

function room(conversations: Conversation[], replies: ReplyMark[] = [], epoch = 1) {
  return {
    facts: facts(epoch),
    conversations: new Map(conversations.map(each => [each.id, each])),
    replies: new Map(replies.map(each => [each.id, each])),
  }
}

const told = (before: Parting, after: ReturnType<typeof room>) => absence(before, after, me.id, now)
const left = (before: ReturnType<typeof room>) => partingFrom(before, me.id)

test('[WB55] a claim that ended is told with who has it now, and one that came is told too', () => {
  const before = left(
    room([conversation('kim', { claim: claim() }), conversation('lou', { claim: claim() }), conversation('max')]),
  )
  const after = room([
    conversation('kim', { claim: claim({ until: now - 1 }) }),
    conversation('lou', { claim: claim({ holder: bert, fence: 2 }), fence: 2 }),
    conversation('max', { claim: claim() }),
  ])
  expect(told(before, after).happenings).toEqual([
    { type: 'lapsed', conversationId: 'kim', customer: 'kim' },
    { type: 'taken', holder: 'Bert', conversationId: 'lou', customer: 'lou' },
    { type: 'given', conversationId: 'max', customer: 'max' },
  ])
})

test('[WB55] what is still held, and what its holder claimed again, is not told', () => {
  const before = left(room([conversation('kim', { claim: claim() }), conversation('lou', { claim: claim() })]))
  const after = room([
    conversation('kim', { claim: claim() }),
    conversation('lou', { claim: claim({ fence: 5 }), fence: 5 }),
  ])
  expect(nothingHappened(told(before, after))).toBe(true)
})

test('[WB55] a reply that left is told as sent whether the log said so or a snapshot no longer has it', () => {
  const leaving = conversation('kim', { claim: claim({ replyId: 'one' }) })
  const before = left(room([leaving], [mark('one', 'queued')]))
  const answered = conversation('kim', { waitingSince: null, replies: 1, answeredThrough: 1 })
  const expected = [{ type: 'sent', conversationId: 'kim', customer: 'kim' }]
  const resumed = told(before, room([answered], [mark('one', 'sent')]))
  const reset = told(before, room([answered]))
  expect(resumed.happenings).toEqual(expected)
  expect(reset).toEqual(resumed)
  expect(reset.answered).toBe(1)
})

test('[WB55] a claim that lapsed is told although an earlier reply to the same customer was sent before', () => {
  const before = left(room([conversation('kim', { claim: claim({ fence: 2 }), replies: 1 })], [mark('one', 'sent')]))
  const lapsed = conversation('kim', { fence: 2, replies: 1 })
  const expected = [{ type: 'lapsed', conversationId: 'kim', customer: 'kim' }]
  expect(told(before, room([lapsed], [mark('one', 'sent')])).happenings).toEqual(expected)
  expect(told(before, room([lapsed])).happenings).toEqual(expected)
})

test('[WB55] a reply that came back is told with its reason, and one nobody can tell of as that', () => {
  const before = left(room([conversation('kim', { claim: claim({ replyId: 'one' }) })], [mark('one', 'sending')]))
  const back = room([conversation('kim', { claim: claim() })], [mark('one', 'failed', 'The address is wrong.')])
  expect(told(before, back).happenings).toEqual([
    {
      type: 'came-back',
      reason: 'The address is wrong.',
      setbacks: [],
      reasons: [],
      conversationId: 'kim',
      customer: 'kim',
    },
  ])
  const unknown = room([conversation('kim', { claim: claim({ replyId: 'one' }) })], [mark('one', 'uncertain')])
  expect(told(before, unknown).happenings.map(({ type }) => type)).toEqual(['uncertain'])
})

test('[WB55] a question of theirs that was answered is told; one answered before, or of somebody else, is not', () => {
  const question = { by: me, text: 'When?', at: 5, answer: null }
  const answer = { by: bert, text: 'By noon.', at: 9 }
  const before = left(
    room([conversation('kim', { question }), conversation('lou', { question: { ...question, by: bert } })]),
  )
  const after = room([
    conversation('kim', { question: { ...question, answer } }),
    conversation('lou', { question: { ...question, by: bert, answer } }),
  ])
  expect(told(before, after).happenings).toEqual([
    { type: 'answered', by: 'Bert', answer: 'By noon.', conversationId: 'kim', customer: 'kim' },
  ])
  expect(nothingHappened(told(left(after), after))).toBe(true)
})

test('[WB55] facts are told from what they were to what they are, and the queue by how many came and were answered', () => {
  const before = left(room([conversation('kim', { messages: 2 })]))
  const after = room([conversation('kim', { messages: 3, replies: 1 }), conversation('lou', { messages: 4 })], [], 4)
  const { facts: changed, came, answered } = told(before, after)
  expect([changed?.before.maySay, changed?.after.maySay, came, answered]).toEqual(['Facts 1', 'Facts 4', 5, 1])
})

test('[WB55] [WB122] a message that was taken back while its holder was away is told, and one that was answered is not', () => {
  const held = { claim: claim() }
  const before = left(room([conversation('kim', held), conversation('lou', held)]))
  const after = room([
    conversation('kim', { ...held, waitingSince: null }),
    conversation('lou', { claim: claim({ replyId: 'reply' }), waitingSince: null }),
  ])
  expect(told(before, after).happenings).toEqual([{ type: 'withdrawn', conversationId: 'kim', customer: 'kim' }])
  expect(told(left(after), after).happenings).toEqual([])
})
