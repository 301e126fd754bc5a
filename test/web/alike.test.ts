import { expect, test } from 'vitest'
import { alikeGroups, freeAlike, toldAlike } from '../../web/state/alike.ts'
import { Arrangement } from '../../web/state/arrangement.ts'
import { tally } from '../../web/state/tally.ts'
import { everybodyWaiting, sieveOf } from '../../web/state/views.ts'
import { claimOf, waitingOf } from '../support/room-records.ts'

const cards = { alike: 'cards', preview: 'My card was declined.' }
const queue = [
  waitingOf('one', { ...cards, waitingSince: 300 }),
  waitingOf('two', { ...cards, waitingSince: 100, preview: 'my card was declined!', claim: claimOf('ada') }),
  waitingOf('three', { ...cards, waitingSince: 200 }),
  waitingOf('done', { ...cards, waitingSince: null, answeredThrough: 1 }),
  waitingOf('pair', { alike: 'login' }),
  waitingOf('other', { alike: 'login' }),
  waitingOf('mute', { alike: null }),
]

test('[WB133] from three who wait on it is told how many wrote nearly the same', () => {
  const { alike } = tally(queue, 'ada')
  expect(toldAlike(alike, { alike: 'cards' })).toBe(3)
  expect(toldAlike(alike, { alike: 'login' })).toBeNull()
  expect(toldAlike(alike, { alike: 'gone' })).toBeNull()
  expect(toldAlike(alike, { alike: null })).toBeNull()
})

test('[WB133] the groups to choose from are those that are told of, largest first, in the words of who waits longest', () => {
  expect(alikeGroups(queue)).toMatchObject([{ id: 'cards', waiting: 3, preview: 'my card was declined!' }])
  const more = Array.from({ length: 4 }, (_, index) => waitingOf(`more-${index}`, { alike: 'login' }))
  expect(alikeGroups([...queue, ...more]).map(({ id, waiting }) => [id, waiting])).toEqual([
    ['login', 6],
    ['cards', 3],
  ])
})

test('[WB133] free are those who still wait in the group and are held by nobody, whoever waits longest first', () => {
  const closed = waitingOf('closed', { ...cards, replyTo: null })
  const gone = waitingOf('gone', { alike: 'login' })
  const rows = [...queue.toReversed(), closed, gone]
  expect(freeAlike(rows, 'cards').map(({ id }) => id)).toEqual(['three', 'one'])
})

test('[WB133] the group that is shown stays among those to choose from, however few wait', () => {
  expect(alikeGroups(queue, 'login').map(({ id, waiting }) => [id, waiting])).toEqual([
    ['cards', 3],
    ['login', 2],
  ])
  expect(alikeGroups(queue, 'nobody').at(-1)).toEqual({ id: 'nobody', waiting: 0, preview: '' })
})

test('[WB133] those who wait of one group are shown by themselves, free ones first, whoever waits longest before', () => {
  const meaning = { ownTopics: [], knownTopics: new Set(''), knownChannels: new Set(''), personId: 'ada', longSince: 0 }
  const sieve = { ...sieveOf(everybodyWaiting, meaning), alike: 'cards' }
  expect(new Arrangement().of(queue, sieve).map(({ id }) => id)).toEqual(['three', 'one', 'two'])
})
