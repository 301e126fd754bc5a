import { blanksIn } from '@muster/shared/blank.ts'
import type { Wording } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import { extentOf } from '../../web/state/extent.ts'
import { holdsAll, joined, stroke } from '../../web/state/hands.ts'
import { inOrder, spaced, turned } from '../../web/state/wording.ts'
import { wordingOf } from '../support/room-records.ts'

function wording(id: string, topic: string | null, text = id): Wording {
  const lena = { id: 'lena', name: 'Lena' }
  return { ...wordingOf(id, { topic, text }), epoch: 1, owner: lena, approvedBy: lena, publishedAt: 0 }
}

test('[WB50] wording of the customer’s topics comes first, then what fits anywhere, then the rest', () => {
  const all = [wording('cards', 'cards'), wording('general', null), wording('login', 'login'), wording('app', 'login')]
  expect(inOrder(all, ['login']).map(({ id }) => id)).toEqual(['app', 'login', 'general', 'cards'])
})

test('[WB50] a wording that was taken back or changed since it was used is told, any other is not', () => {
  const used = ['one', 'two', 'three'].map(id => ({ id, title: id, text: id }))
  const now = new Map([wording('one', null), wording('two', null, 'other')].map(each => [each.id, each]))
  expect(turned(used, now).map(({ used: { id }, now: today }) => [id, today?.text])).toEqual([
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
