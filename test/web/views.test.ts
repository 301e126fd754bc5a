import { expect, test } from 'vitest'
import { builtIn, everybodyWaiting, readViews, sameView, sieveOf, type View } from '../../web/state/views.ts'

const meaning = {
  ownTopics: ['login'],
  knownTopics: new Set(['login', 'cards']),
  knownChannels: new Set(['mail']),
  personId: 'ada',
  longSince: 0,
}
const view: View = { ...everybodyWaiting, topics: ['cards', 'login'], search: 'visa' }

test('[WB61] a view that was named is read back as it was, and what is broken is left out', () => {
  const saved = [{ id: 'one', name: 'Cards', view }]
  expect(readViews(JSON.stringify(saved))).toEqual(saved)
  const broken = [{ id: 'two', name: 'Bad', view: { ...view, show: 'gone' } }, { name: 'None' }, null, 7, ...saved]
  expect(readViews(JSON.stringify(broken))).toEqual(saved)
  for (const text of [null, '', '{', '{}', 'null']) expect(readViews(text)).toEqual([])
})

test('[WB61] the same view is known by what it shows, however it was put together', () => {
  expect(sameView(view, { ...view, topics: ['login', 'cards'], search: 'visa ' })).toBe(true)
  expect(sameView(view, { ...view, topics: ['login'] })).toBe(false)
  expect(sameView(builtIn.myTopics, { ...everybodyWaiting, topics: ['login'] })).toBe(false)
})

test('[WB61] a view means what this person and this incident are now', () => {
  expect([...sieveOf(builtIn.myTopics, meaning).topics]).toEqual(['login'])
  const elsewhere = sieveOf({ ...view, topics: ['refunds', 'cards'], channels: ['mail', 'posts'] }, meaning)
  expect([...elsewhere.topics]).toEqual(['cards'])
  expect([...elsewhere.channels]).toEqual(['mail'])
})
