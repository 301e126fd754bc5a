import { placeAmong } from '@muster/server/domain/place.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { expect, test } from 'vitest'
import { ada, muster, nextId, roomWithCustomer } from '../support/builders.ts'
import { refusedWith } from '../support/setback.ts'

/** Five leave at each full minute. */
const departures = (n: number) => Math.floor((n - 1) / 5) * 60_000
const waiting = (urgency: number, leavesBy: number | null = null, submittedAt = -60_000) => {
  return { urgency, leavesBy, submittedAt }
}

test('[DL13] the most urgent goes before those of whom nothing was told', () => {
  const behind = [waiting(10), waiting(20), waiting(30)]
  expect(placeAmong(waiting(5), 2, behind, departures)).toEqual({ urgency: 5, place: 3 })
  expect(placeAmong(waiting(5), 0, [], departures)).toEqual({ urgency: 5, place: 1 })
})

test('[DL26] it goes behind the last that would leave later than was told, and before those that would not', () => {
  const behind = [10, 20, 30, 40, 50].map(urgency => waiting(urgency, departures(5)))
  expect(placeAmong(waiting(5), 0, behind.slice(0, 4), departures)).toEqual({ urgency: 5, place: 1 })
  // The fifth would be the sixth, and leave a minute later.
  expect(placeAmong(waiting(5), 0, behind, departures)).toEqual({ urgency: 1_050, place: 6 })
  const later = [...behind, waiting(60, departures(20)), waiting(70)]
  expect(placeAmong(waiting(5), 0, later, departures)).toEqual({ urgency: 55, place: 6 })
})

test('[DL26] no two are put in one place: behind those that are as urgent and came first, and between others where there is room', () => {
  const told = departures(20)
  const level = [waiting(10, told), waiting(10, told), waiting(11, told), waiting(12), waiting(2_000)]
  expect(placeAmong(waiting(10), 3, level, departures)).toEqual({ urgency: 1_006, place: 8 })
  expect(placeAmong(waiting(9), 3, level, departures)).toEqual({ urgency: 9, place: 4 })
  expect(placeAmong(waiting(10), 3, level.slice(0, 2), departures)).toEqual({ urgency: 1_010, place: 6 })
})

test('[DL26] of many who go behind one that was told none takes the turn of another, whichever came when', () => {
  const line = [10, 20, 30, 40, 50].map(urgency => waiting(urgency, departures(5)))
  for (let count = 0; count < 15; count++) {
    const { urgency, place } = placeAmong(waiting(5), 0, line, departures)
    const leavesBy = departures(place + (count % 5))
    line.push(waiting(urgency, leavesBy))
    line.sort((one, other) => one.urgency - other.urgency)
    expect(line.findIndex(each => each.urgency === urgency) + 1).toBe(place)
    expect(new Set(line.map(each => each.urgency)).size).toBe(line.length)
    for (const [at, each] of line.entries()) expect(departures(at + 1)).toBeLessThanOrEqual(each.leavesBy ?? 0)
  }
})

test('[DL26] what is a little late already is made no later, and what is much too late is waited for no more', () => {
  const late = (by: number) => [...[10, 20, 30, 40, 50].map(urgency => waiting(urgency)), waiting(60, 60_000 - by)]
  expect(placeAmong(waiting(5), 0, late(10_000), departures)).toEqual({ urgency: 1_060, place: 7 })
  expect(placeAmong(waiting(5), 0, late(40_000), departures)).toEqual({ urgency: 5, place: 1 })
})

test('[DL26] a waiting reply keeps its place and by when it leaves, until it was tried', () => {
  const { room, conversationId, incidentId } = roomWithCustomer(1_000)
  const give = (command: object, by = muster) =>
    room.give({ id: nextId(), incidentId, conversationId, replyId: 'reply', ...command } as never, by, 1_000)
  give({ type: 'conversation/claim' }, ada)
  give({ id: 'reply', type: 'reply/submit', fence: 1, epoch: 1, text: 'We are on it.', through: 1 }, ada)
  const reply = () => room.get<Reply>('reply/reply')
  expect(reply()).toMatchObject({ leavesBy: null })
  give({ type: 'delivery/keep', urgency: 70, leavesBy: 5_000 })
  give({ type: 'delivery/keep', urgency: 80, leavesBy: 9_000 })
  expect(reply()).toMatchObject({ state: 'queued', urgency: 70, leavesBy: 5_000 })
  give({ type: 'delivery/take', worker: 'one', leaseMs: 1_000 })
  give({ type: 'delivery/keep', urgency: 90, leavesBy: 9_000 })
  give({ type: 'delivery/limited', worker: 'one', mayHaveArrived: false })
  expect(reply()).toMatchObject({ state: 'queued', urgency: 70, leavesBy: 5_000 })
  give({ type: 'delivery/take', worker: 'one', leaseMs: 1_000 })
  give({ type: 'delivery/again', worker: 'one', setback: refusedWith('Busy.'), afterMs: 500, mayHaveArrived: false })
  expect(reply()).toMatchObject({ state: 'queued', urgency: 70, leavesBy: null })
})
