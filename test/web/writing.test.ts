import { blanksIn } from '@muster/shared/blank.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Wording } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import { extentOf } from '../../web/state/extent.ts'
import { holdsAll, joined, stroke } from '../../web/state/hands.ts'
import { currentOf, inOrder, spaced, turned } from '../../web/state/wording.ts'
import { waitingOf, wordingOf } from '../support/room-records.ts'

function wording(id: string, topic: string | null, text = id): Wording {
  const lena = { id: 'lena', name: 'Lena' }
  return { ...wordingOf(id, { topic, text }), epoch: 1, owner: lena, approvedBy: lena, publishedAt: 0 }
}

const customer = (given: Partial<Conversation> = {}) => waitingOf('kim', given)

test('[WB50] wording of the customer’s topics comes first, then what fits anywhere, then the rest', () => {
  const all = [wording('cards', 'cards'), wording('general', null), wording('login', 'login'), wording('app', 'login')]
  expect(inOrder(all, customer({ topics: ['login'] })).map(({ id }) => id)).toEqual([
    'app',
    'login',
    'general',
    'cards',
  ])
})

test('[WB86] wording is ordered by topic, then channel, then language; what does not fit stands last', () => {
  const made = (id: string, given: Partial<Wording>) => ({ ...wording(id, 'cards'), ...given })
  const all = [
    made('elsewhere', { topic: 'login', channelId: 'posts', language: 'de' }),
    made('french', { channelId: 'posts', language: 'fr' }),
    made('mails', { channelId: 'mails', language: 'de' }),
    made('german', { channelId: 'posts', language: 'de' }),
    made('anywhere', { language: 'de' }),
    made('any', { channelId: 'posts' }),
  ]
  const kim = customer({ topics: ['cards'], language: 'de' })
  expect(inOrder(all, kim).map(({ id }) => id)).toEqual(['german', 'any', 'french', 'anywhere', 'mails', 'elsewhere'])
})

test('[WB86] what was only proposed, or has expired, is not offered', () => {
  const all = [
    wording('approved', null),
    { ...wording('proposed', null), approvedBy: null },
    { ...wording('lasting', null), expiresAt: 101 },
    { ...wording('expired', null), expiresAt: 100 },
  ]
  expect(currentOf(all, 100).map(({ id }) => id)).toEqual(['approved', 'lasting'])
})

test('[WB86] a wording that has expired since it was used says so', () => {
  const used = [{ id: 'one', title: 'one', text: 'one' }]
  const now = new Map([['one', { ...wording('one', null), expiresAt: 100 }]])
  expect(turned(used, now, 99)).toEqual([])
  expect(turned(used, now, 100)).toEqual([{ used: used[0], now: null, expired: true }])
})

test('[WB50] a wording that was taken back or changed since it was used is told, any other is not', () => {
  const used = ['one', 'two', 'three'].map(id => ({ id, title: id, text: id }))
  const now = new Map([wording('one', null), wording('two', null, 'other')].map(each => [each.id, each]))
  expect(turned(used, now, 0).map(({ used: { id }, now: today }) => [id, today?.text])).toEqual([
    ['two', 'other'],
    ['three', undefined],
  ])
})

test('[WB50] wording touches no word beside it', () => {
  expect(spaced('We know.', 'Hello', 5)).toBe(' We know.')
  expect(spaced('We know.', 'Hello ', 6)).toBe('We know.')
  expect(spaced('We know', 'Bye.', 0)).toBe('We know ')
  expect(spaced('cards', 'Only .', 5)).toBe('cards')
})

test('[WB50] blanks are found where they stand', () => {
  const text = 'By [[when]], from [[ who ]].'
  expect(blanksIn(text).map(({ name, from, to }) => [name, text.slice(from, to)])).toEqual([
    ['when', '[[when]]'],
    ['who', '[[ who ]]'],
  ])
})

test('[WB51] a text is counted in characters, shown from four fifths, near from nineteen twentieths, over above', () => {
  const states = [79, 80, 95, 100, 101].map(length => extentOf('é'.repeat(length), 100).state)
  expect(states).toEqual(['ample', 'shown', 'near', 'near', 'over'])
  expect(extentOf('👩'.repeat(10), 10)).toEqual({ used: 10, longest: 10, state: 'near' })
  expect(extentOf('👩'.repeat(10_001), null).state).toBe('over')
})

test('[WB54] a text is built on another when it holds all of its strokes, and on neither when both wrote', () => {
  const base = stroke({}, 'one')
  const here = stroke(base, 'one')
  const there = stroke(base, 'two')
  expect([holdsAll(here, base), holdsAll(base, here)]).toEqual([true, false])
  expect([holdsAll(here, there), holdsAll(there, here)]).toEqual([false, false])
  const both = joined(here, there)
  expect([holdsAll(both, here), holdsAll(both, there)]).toEqual([true, true])
})
