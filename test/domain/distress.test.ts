import { distressAmong, signsIn } from '@muster/server/domain/distress.ts'
import type { Sign } from '@muster/shared/distress.ts'
import { expect, test } from 'vitest'
import { ada, arrivalOf, arriving, conversationIn, muster, nextId, roomWithCustomer } from '../support/builders.ts'
import { Customers } from '../support/changing.ts'

const start = 1_000_000

/** After a first message that shows no sign: "My card was declined twice, what is going on?" */
function writes(...texts: string[]) {
  const { room, conversationId, incidentId } = roomWithCustomer(start)
  for (const [index, text] of texts.entries()) room.give(arriving(arrivalOf({ text })), muster, start + index)
  const standing = () => conversationIn(room, conversationId)
  return {
    room,
    about: { incidentId, conversationId },
    distress: () => standing().distress,
    signs: () => standing().signs,
  }
}

test.each<[text: string, distress: number]>([
  ['Is it down? I can wait.', 0],
  ['Sue from IBM in the USA asks about HTTP', 0],
  ['This is URGENT', 1],
  ['Das ist eine Unverschämtheit!', 1],
  ['My lawyer will hear of it.', 2],
  ['My mother is in hospital. Please help', 3],
  ['WHERE IS MY MONEY please', 2],
  ['WO IST MEIN GELD', 2],
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

test('[MC8] what they write in several messages counts together, in whatever order', () => {
  const texts = ['It is urgent.', 'I am furious.']
  const both = { distress: 3, signs: ['upset', 'haste', 'repeating'] }
  for (const order of [texts, texts.toReversed()]) {
    const { distress, signs } = writes(...order)
    expect({ distress: distress(), signs: signs() }).toEqual(both)
    expect(distressAmong(['', ...order])).toEqual(both)
  }
  expect(writes('It is urgent.').distress()).toBe(1)
})

test.each<[text: string, signs: Sign[]]>([
  ['There was an accident, she is in hospital', ['danger']],
  ['Wir sind eingesperrt, die Feuerwehr kommt', ['danger']],
  ['My card was stolen', ['security']],
  ['Jemand anderes hat mein Konto gehackt', ['security']],
  ['I didn’t make this payment', ['security']],
  ['See you in court', ['law']],
  ['Das geht an die Presse', ['law']],
  ['You idiots', ['hostile']],
  ['So ein Scheiß', ['hostile']],
  ['You charged me twice', ['money']],
  ['Sie haben doppelt abgebucht', ['money']],
  ['Close my account', ['leaving']],
  ['Ich kündige', ['leaving']],
  ['I have been on hold', ['unheard']],
  ['Ich warte seit gestern', ['unheard']],
  ['This is unacceptable', ['upset']],
  ['Schon okay 😡', ['upset']],
  ['I need it asap', ['haste']],
  ['Es eilt', ['haste']],
  ['WHY IS NOTHING HERE TODAY', ['shouting']],
  ['Hallo??', ['exclaiming']],
  ['You liars, my lawyer will call, it is URGENT', ['law', 'hostile', 'haste']],
])('[MC28] %j shows %j', (text, expected) => {
  expect(signsIn(text)).toEqual(expected)
})

test.each([
  'The site is down, logins fail with an error and nothing works',
  'Die Seite ist gestört, der Betrieb ist behindert, nichts geht',
  'Which brand of the ink is it? Der Vertrag ist zu dick, das Büro ist dreckig.',
  'Hoe lang duurt het nog? Till slut, vilket fag',
  'Thank you so much!!! Great work!!',
  'Vielen Dank!!',
])('[MC28] %j shows nothing: an outage, another language, joy', text => {
  expect(signsIn(text)).toEqual([])
})

test('[MC28] the gravest sign stands first, and how often they wrote is one', () => {
  expect(writes('It is urgent', 'HELLO ANYBODY THERE', 'My phone was stolen').signs()).toEqual([
    'security',
    'haste',
    'shouting',
    'repeating',
  ])
})

test('[MC8] it never sinks while they wait, and is 0 once they are answered', () => {
  const { room, about, distress, signs } = writes('Dringend! Ich kündige!!', 'Sorry, that was rude.')
  expect(distress()).toBe(3)
  expect(signs()).toEqual(['leaving', 'upset', 'haste', 'exclaiming', 'repeating'])
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
  expect(signs()).toEqual([])
  room.give(arriving(arrivalOf({ text: 'Thank you.' })), muster, start)
  expect(distress()).toBe(0)
})

test('[MC8] [MC28] who was thought to be two shows the signs of both, and each their own once parted', () => {
  const { room, conversationId, incidentId } = roomWithCustomer(start)
  const customers = new Customers(room, start)
  const give = (command: object) => {
    room.give({ id: nextId(), incidentId, conversationId, ...command } as Parameters<typeof room.give>[0], ada, start)
  }
  const seen = (id: string) => {
    const { distress, signs } = conversationIn(room, id)
    return { distress, signs }
  }
  customers.write('I am furious.', { address: 'kim@example.com' })
  const post = customers.write('My phone was stolen.', { channelId: 'posts', address: '@kim', visibility: 'public' })
  give({ type: 'conversation/merge', otherId: post })
  expect(seen(conversationId)).toEqual({ distress: 3, signs: ['security', 'upset', 'repeating'] })
  give({ type: 'conversation/part', channelId: 'posts', address: '@kim' })
  expect(seen(conversationId)).toEqual({ distress: 1, signs: ['upset'] })
  expect(seen(customers.message(post).conversationId)).toEqual({ distress: 2, signs: ['security'] })
})
