import { expect, test } from 'vitest'
import { ada, arrivalOf, arriving, conversationIn, muster, nextId, roomWithCustomer } from '../support/builders.ts'

const start = 1_000_000

function writes(...texts: string[]) {
  const { room, conversationId, incidentId } = roomWithCustomer(start)
  for (const [index, text] of texts.entries()) room.give(arriving(arrivalOf({ text })), muster, start + index)
  return { room, about: { incidentId, conversationId }, distress: () => conversationIn(room, conversationId).distress }
}

test.each<[text: string, distress: number]>([
  ['Is it down? I can wait.', 0],
  ['Sue from IBM in the USA asks about HTTP', 0],
  ['This is URGENT', 1],
  ['Das ist eine Unverschämtheit!', 1],
  ['My lawyer will hear of it, I cancel.', 2],
  ['WHERE IS MY MONEY please', 1],
  ['WO IST MEIN GELD', 1],
  ['Hello?!', 1],
  ['I CANCEL THIS UNACCEPTABLE THING!!!', 3],
])('[MC8] %j is %i', (text, expected) => {
  expect(writes(text).distress()).toBe(expected)
})

test('[MC8] whoever writes again and again without an answer fares worse', () => {
  expect(writes('Hello').distress()).toBe(0)
  expect(writes('Hello', 'Anybody').distress()).toBe(1)
  expect(writes('Hello', 'Anybody', 'there', 'now').distress()).toBe(2)
})

test('[MC8] it never sinks while they wait, and is 0 once they are answered', () => {
  const { room, about, distress } = writes('Dringend! Ich kündige!!', 'Sorry, that was rude.')
  expect(distress()).toBe(3)
  room.give({ id: nextId(), type: 'conversation/claim', ...about }, ada, start)
  const reply = { id: 'reply', type: 'reply/submit', ...about, fence: 1, epoch: 1, text: 'Hello', through: 2 } as const
  room.give(reply, ada, start)
  room.give({ id: nextId(), type: 'delivery/take', replyId: 'reply', worker: 'w', leaseMs: 1 }, muster, start)
  const sent = { type: 'delivery/sent', worker: 'w', externalId: 'e' } as const
  room.give({ id: nextId(), replyId: 'reply', ...sent }, muster, start)
  expect(distress()).toBe(3)
  room.give({ id: nextId(), type: 'conversation/claim', ...about }, ada, start)
  room.give({ ...reply, id: 'second', fence: 2, through: 3 }, ada, start)
  room.give({ id: nextId(), type: 'delivery/take', replyId: 'second', worker: 'w', leaseMs: 1 }, muster, start)
  room.give({ id: nextId(), replyId: 'second', ...sent }, muster, start)
  expect(distress()).toBe(0)
  room.give(arriving(arrivalOf({ text: 'Thank you.' })), muster, start)
  expect(distress()).toBe(0)
})
