import type { Conversation } from '@muster/shared/conversation.ts'
import { defaultPolicy } from '@muster/shared/incident.ts'
import { describe, expect, test } from 'vitest'
import { Arrangement } from '../../web/state/arrangement.ts'
import { choicesLeft } from '../../web/state/fairness.ts'
import type { Sieve } from '../../web/state/queue.ts'
import { Stillness } from '../../web/state/stillness.ts'
import { tally } from '../../web/state/tally.ts'
import { claimOf, waitingOf } from '../support/room-records.ts'

const everybody: Sieve = {
  show: 'waiting',
  order: 'waiting',
  topics: new Set(),
  channels: new Set(),
  search: '',
  personId: 'ada',
  alike: null,
  longSince: 0,
}
const ids = (conversations: readonly Conversation[]) => conversations.map(({ id }) => id)
const arranged = (conversations: Conversation[], given: Partial<Sieve> = {}) =>
  ids(new Arrangement().of(conversations, { ...everybody, ...given }))

const mail = { channelId: 'mail', address: 'kim@example.com', name: 'Kim', reach: null, identity: null }
const angry = waitingOf('angry', {
  waitingSince: 850,
  lastMessageAt: 850,
  distress: 3,
  lookedThrough: 1,
  preview: 'My card?!',
})
const upset = waitingOf('upset', { waitingSince: 800, lastMessageAt: 800, distress: 2, lookedThrough: 1 })
const queue = [
  waitingOf('held', { waitingSince: 100, claim: claimOf('ada'), lookedThrough: 1 }),
  waitingOf('late', { waitingSince: 900, lastMessageAt: 900, topics: ['cards'], lookedThrough: 1 }),
  waitingOf('early', { waitingSince: 200, lastMessageAt: 950, topics: ['login', 'cards'], human: mail }),
  upset,
  angry,
  waitingOf('famous', { waitingSince: 870, human: { ...mail, channelId: 'posts', reach: 9_000 }, lookedThrough: 1 }),
  waitingOf('answered', { waitingSince: null, answeredThrough: 1, lookedThrough: 1, distress: 3 }),
]

describe('[WB61] somebody sees what they want of the queue', () => {
  test('[WB61] by what it is, by topics, by channel and by words', () => {
    expect(arranged(queue)).toEqual(['early', 'upset', 'angry', 'famous', 'late', 'held'])
    expect(arranged(queue, { show: 'unseen' })).toEqual(['early'])
    expect(arranged(queue, { show: 'mine' })).toEqual(['held'])
    expect(arranged(queue, { show: 'answered' })).toEqual(['answered'])
    expect(arranged(queue, { show: 'all' })).toEqual([...arranged(queue), 'answered'])
    expect(arranged(queue, { show: 'urgent', longSince: 300 })).toEqual(['early', 'upset', 'angry', 'held'])
    expect(arranged(queue, { topics: new Set(['cards', 'other']) })).toEqual(['early', 'late'])
    expect(arranged(queue, { channels: new Set(['mail']) })).toEqual(['early'])
    expect(arranged(queue, { search: 'CARD my' })).toEqual(['angry'])
  })

  test('[WB61] in the order they choose, always the same', () => {
    expect(arranged(queue, { order: 'distress' })).toEqual(['angry', 'upset', 'early', 'famous', 'late', 'held'])
    expect(arranged(queue, { order: 'reach' })).toEqual(['famous', 'early', 'upset', 'angry', 'late', 'held'])
    expect(arranged(queue, { order: 'newest' }).slice(0, 2)).toEqual(['early', 'late'])
    const ties = ['b', 'c', 'a'].map(id => waitingOf(id, { waitingSince: 5 }))
    expect(arranged(ties)).toEqual(['a', 'b', 'c'])
  })
})

/** A queue in which something happens, of which a list is kept up and made anew. */
function storm(seed: number, turns: number, sieve: Sieve): [kept: string[], anew: string[]][] {
  let state = seed
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
  const any = (id: string) =>
    waitingOf(id, {
      waitingSince: random(3) === 0 ? null : random(50),
      lastMessageAt: random(50),
      distress: random(4),
      lookedThrough: random(2),
      topics: random(2) === 0 ? ['cards'] : [],
      claim: random(3) === 0 ? claimOf(random(2) === 0 ? 'ada' : 'bert') : null,
    })
  const conversations = new Map(Array.from({ length: 40 }, (_, index) => [`c${index}`, any(`c${index}`)]))
  const kept = new Arrangement()
  return Array.from({ length: turns }, () => {
    for (let change = random(6); change > 0; change--) {
      const id = `c${random(conversations.size + 1)}`
      conversations.set(id, any(id))
    }
    const now = [...conversations.values()]
    return [ids(kept.of(now, sieve)), ids(new Arrangement().of(now, sieve))]
  })
}

describe('[WB64] a list that is kept up is the list made anew', () => {
  test.each(['waiting', 'distress', 'reach', 'newest'] as const)('[WB64] ordered by %s', order => {
    for (const show of ['waiting', 'all', 'mine', 'unseen'] as const) {
      for (const [kept, anew] of storm(7, 200, { ...everybody, order, show })) expect(kept).toEqual(anew)
    }
  })

  test('[WB64] it is the same list while nothing of it changed', () => {
    const arrangement = new Arrangement()
    const before = arrangement.of(queue, everybody)
    const elsewhere = queue.map(each => (each.id === 'answered' ? { ...each, lastMessageAt: 5 } : each))
    expect(arrangement.of(elsewhere, everybody)).toBe(before)
    expect(arrangement.of(queue.slice(0, 3), everybody)).not.toBe(before)
  })
})

test('[WB62] rows that are held still keep their places, new ones join at the end and stay there', () => {
  const known = new Map(queue.map(each => [each.id, each]))
  const still = new Stillness(queue.slice(0, 3))
  expect(ids(still.rows(queue.slice(0, 3), known))).toEqual(['held', 'late', 'early'])
  known.set('late', waitingOf('late', { waitingSince: null }))
  expect(ids(still.rows([angry, upset], known))).toEqual(['held', 'late', 'early', 'angry', 'upset'])
  expect(ids(still.rows([upset], known))).toEqual(['held', 'late', 'early', 'angry', 'upset'])
  expect(still.joined).toBe(2)
})

test('[WB60] what nobody has looked at is counted apart from what waits and what is held', () => {
  expect(tally(queue, 'ada')).toEqual({
    waiting: 6,
    unseen: 1,
    pairs: 0,
    held: 1,
    mine: 1,
    answered: 1,
    alike: new Map(),
    all: 7,
    oldest: 100,
    oldestFree: 200,
  })
  expect(tally([], 'ada')).toMatchObject({ oldest: null, oldestFree: null })
})

test('[WB63] how many choices are left is said only while somebody waits too long', () => {
  const policy = { ...defaultPolicy, patienceMs: 600, choicesInARow: 3 }
  expect(choicesLeft(1, policy, null, 10_000)).toBeNull()
  expect(choicesLeft(1, policy, 9_400, 10_000)).toBeNull()
  expect(choicesLeft(1, policy, 9_399, 10_000)).toBe(2)
  expect(choicesLeft(7, policy, 0, 10_000)).toBe(0)
})
