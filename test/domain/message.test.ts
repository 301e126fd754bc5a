import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Message } from '@muster/shared/conversation.ts'
import { expect, test } from 'vitest'
import { ada, arrivalOf, arriving, conversationIn, muster, nextId, roomWithCustomer } from '../support/builders.ts'

const start = 1_000_000

test('[MC1] a second sight of a message stores nothing and tells nothing', () => {
  const { room } = roomWithCustomer(start)
  const arrival = arrivalOf()
  room.give(arriving(arrival), muster, start)
  const before = [room.records.size, room.told.length]
  expect(room.give(arriving({ ...arrival, text: 'another text' }), muster, start + 5)).toMatchObject({
    type: 'unchanged',
  })
  expect([room.records.size, room.told.length]).toEqual(before)
})

test('[MC1] the same id on two channels is two messages', () => {
  expect(messageIdOf('mail', '1')).not.toBe(messageIdOf('posts', '1'))
  expect(messageIdOf('ab', 'c')).not.toBe(messageIdOf('a', 'bc'))
})

test('[MC2] what one human writes is one conversation, whatever the case of the address', () => {
  const { room, conversationId } = roomWithCustomer(start)
  room.give(arriving(arrivalOf({ from: { address: 'KIM@example.com', name: 'Kim B.' } })), muster, start + 1)
  expect(room.list('conversations')).toEqual([`conversation/${conversationId}`])
  expect(conversationIn(room, conversationId).messages).toBe(2)
  const numbers = room.list(`messages/${conversationId}`).map(key => room.get<Message>(key)?.number)
  expect(numbers).toEqual([1, 2])
})

test("[MC3] a customer's next message reopens the conversation and changes no owner", () => {
  const { room, incidentId, conversationId } = roomWithCustomer(start)
  const about = { incidentId, conversationId }
  room.give({ id: nextId(), type: 'conversation/claim', ...about }, ada, start)
  room.give(arriving(arrivalOf()), muster, start + 1)
  expect(conversationIn(room, conversationId).claim?.holder.id).toBe('ada')
  const reply = { id: 'reply', type: 'reply/submit', ...about, fence: 1, epoch: 1, text: 'Hello', through: 2 } as const
  room.give(reply, ada, start + 2)
  room.give({ id: nextId(), type: 'delivery/take', replyId: 'reply', worker: 'w', leaseMs: 1 }, muster, start + 3)
  const sent = { id: nextId(), type: 'delivery/sent', replyId: 'reply', worker: 'w', externalId: 'e' } as const
  room.give(sent, muster, start + 4)
  expect(conversationIn(room, conversationId)).toMatchObject({ waitingSince: null, claim: null })
  room.give(arriving(arrivalOf({ text: 'Thanks! And when?' })), muster, start + 100)
  expect(conversationIn(room, conversationId)).toMatchObject({
    waitingSince: start + 100,
    preview: 'Thanks! And when?',
  })
  expect(room.list('waiting')).toEqual([`conversation/${conversationId}`])
})

test('[MC4] a conversation waits since its oldest unanswered message', () => {
  const { room, conversationId } = roomWithCustomer(start)
  room.give(arriving(arrivalOf({ from: { address: 'lou@example.com', name: 'Lou' } })), muster, start + 1)
  room.give(arriving(arrivalOf()), muster, start + 2)
  expect(conversationIn(room, conversationId).waitingSince).toBe(start)
  expect(room.list('waiting')[0]).toBe(`conversation/${conversationId}`)
})

test('[MC6] what answers a reply of ours joins its conversation; the reply still goes to the customer alone', () => {
  const { room, incidentId, conversationId } = roomWithCustomer(start)
  const about = { incidentId, conversationId }
  room.give({ id: nextId(), type: 'conversation/claim', ...about }, ada, start)
  const reply = { id: 'reply', type: 'reply/submit', ...about, fence: 1, epoch: 1, text: 'Hello', through: 1 } as const
  room.give(reply, ada, start)
  const elsewhere = arrivalOf({ from: { address: 'kim@home.example', name: 'Kim' }, answersReply: 'reply' })
  room.give(arriving(elsewhere), muster, start + 1)
  expect(conversationIn(room, conversationId)).toMatchObject({ messages: 2, human: { address: 'kim@example.com' } })
  expect(room.get<{ to: object }>('reply/reply')?.to).toMatchObject({ address: 'kim@example.com' })
})

test('[MC6] a reply id that is none of ours counts for nothing', () => {
  const { room } = roomWithCustomer(start)
  const elsewhere = arrivalOf({ from: { address: 'eve@example.com', name: 'Eve' }, answersReply: 'never-written' })
  room.give(arriving(elsewhere), muster, start)
  expect(room.list('conversations')).toHaveLength(2)
})

test('[CH4] automatic mail is kept but opens no conversation', () => {
  const { room } = roomWithCustomer(start)
  const arrival = arrivalOf({
    from: { address: 'robot@example.com', name: '' },
    automatic: 'It says it is an auto-reply.',
  })
  room.give(arriving(arrival), muster, start)
  expect(room.list('conversations')).toHaveLength(1)
  const id = messageIdOf('mail', arrival.externalId)
  expect(room.get(`automatic/${id}`)).toMatchObject({ automatic: 'It says it is an auto-reply.', text: arrival.text })
  expect(room.give(arriving(arrival), muster, start)).toMatchObject({ type: 'unchanged' })
})

test('[MC10] how many read a customer is what their network last said of them, and of nobody else', () => {
  const { room, conversationId, incidentId } = roomWithCustomer(start)
  const write = (reach: number | null, address = 'kim@example.com', answersReply: string | null = null) =>
    room.give(arriving(arrivalOf({ from: { address, name: 'Kim', reach }, answersReply })), muster, start)
  const reach = () => conversationIn(room, conversationId).human.reach
  expect(reach()).toBeNull()
  write(2_300)
  write(null)
  expect(reach()).toBe(2_300)
  const about = { incidentId, conversationId }
  room.give({ id: nextId(), type: 'conversation/claim', ...about }, ada, start)
  const reply = { id: 'reply', type: 'reply/submit', ...about, fence: 1, epoch: 1, text: 'Hello', through: 1 } as const
  room.give(reply, ada, start)
  write(9, 'lou@example.com', 'reply')
  expect(conversationIn(room, conversationId)).toMatchObject({ messages: 4, human: { reach: 2_300 } })
})
