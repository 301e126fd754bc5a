import { topicsWith } from '@muster/server/domain/topics.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ada, arrivalOf, arriving, conversationIn, muster, nextId, roomWithCustomer } from '../support/builders.ts'

const start = 1_000_000
const login = { id: 'login', name: 'Signing in', words: ['password', 'log in', 'Anmeldung'] }
const payment = { id: 'payment', name: 'Payment', words: ['card', 'café', 'C++'] }
const topics = [login, payment]

function topicsOf(text: string, former: string[] = [], subject: string | null = null) {
  return topicsWith(former, { subject, text }, topics)
}

test.each<[text: string, topics: string[]]>([
  ['I cannot LOG\n in!', ['login']],
  ['(Card) declined, PASSWORD lost', ['login', 'payment']],
  ['ｃａｒｄ', ['payment']],
  ['Die ANMELDUNG geht nicht', ['login']],
  ['Your cafe is closed', []],
  ['Your CAFE\u0301 is closed', ['payment']],
  ['discard the cardboard', []],
  ['log me in', []],
  ['', []],
])('[MC7] %j belongs to %j', (text, expected) => {
  expect(topicsOf(text)).toEqual(expected)
})

test('[MC7] a subject counts, and no phrase reaches from it into the text', () => {
  expect(topicsOf('See above.', [], 'Card declined')).toEqual(['payment'])
  expect(topicsOf('in the morning', [], 'log')).toEqual([])
})

test('[MC7] what a conversation had stays, and it has twenty at most', () => {
  expect(topicsOf('password', ['other'])).toEqual(['other', 'login'])
  const many = Array.from({ length: 20 }, (_, index) => `t${index}`)
  expect(topicsOf('password', many)).toEqual(many)
})

test('[MC7] a phrase is found wherever and among whatever it stands', () => {
  const word = fc.constantFrom('a', 'b', 'ab')
  const phrase = fc.array(word, { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 12 }),
      phrase,
      fc.constantFrom(' ', ', ', '\n', ' — '),
      (text, given, gap) => {
        const wanted = ` ${text.join(' ')} `.includes(` ${given.join(' ')} `)
        const topic = { id: 't', name: 'T', words: [given.join(' ')] }
        expect(topicsWith([], { subject: null, text: text.join(gap) }, [topic])).toEqual(wanted ? ['t'] : [])
      },
    ),
  )
})

test('[MC7] a message brings its topics into the queue of each', () => {
  const { room, conversationId } = roomWithCustomer(start, { topics })
  expect(conversationIn(room, conversationId).topics).toEqual(['payment'])
  room.give(arriving(arrivalOf({ text: 'And my password?' })), muster, start + 1)
  expect(conversationIn(room, conversationId).topics).toEqual(['payment', 'login'])
  for (const list of ['waiting/payment', 'waiting/login']) {
    expect(room.list(list)).toEqual([`conversation/${conversationId}`])
  }
})

test('[MC9] a tag sets the topics, of this incident alone, and is told once', () => {
  const { room, conversationId, incidentId } = roomWithCustomer(start, { topics })
  const tag = (...tags: string[]) =>
    room.give({ id: nextId(), type: 'conversation/tag', incidentId, conversationId, topics: tags }, ada, start)
  expect(tag('login', 'nothing')).toMatchObject({ type: 'refused', refusal: { code: 'not-found' } })
  tag('login', 'login')
  expect(conversationIn(room, conversationId).topics).toEqual(['login'])
  expect(room.told.at(-1)).toMatchObject({ type: 'conversation/tagged', by: { name: 'Ada' } })
  expect(tag('login')).toMatchObject({ type: 'unchanged' })
  expect(room.list('waiting/payment')).toEqual([])
})
