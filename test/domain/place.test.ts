import { placeAmong } from '@muster/server/domain/place.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { expect, test } from 'vitest'
import { ada, muster, nextId, roomWithCustomer } from '../support/builders.ts'

/** Five leave at each full minute. */
const departures = (n: number) => Math.floor((n - 1) / 5) * 60_000
const waiting = (urgency: number, leavesBy: number | null = null) => ({ urgency, leavesBy })

test('[DL13] the most urgent goes before those of whom nothing was told', () => {
  const behind = [waiting(10), waiting(20), waiting(30)]
  expect(placeAmong(waiting(5), 2, behind, departures)).toEqual({ urgency: 5, place: 3 })
  expect(placeAmong(waiting(5), 0, [], departures)).toEqual({ urgency: 5, place: 1 })
})

test('[DL26] it goes behind the last that would leave later than was told, and before those that would not', () => {
  const behind = [10, 20, 30, 40, 50, 60].map(urgency => waiting(urgency, departures(5)))
  // The fifth would be the sixth, and leave a minute later. The sixth is late already, and is not made later.
  expect(placeAmong(waiting(5), 0, behind.slice(0, 4), departures)).toEqual({ urgency: 5, place: 1 })
  expect(placeAmong(waiting(5), 0, behind.slice(0, 5), departures)).toEqual({ urgency: 51, place: 6 })
  expect(placeAmong(waiting(5), 0, behind, departures)).toEqual({ urgency: 61, place: 7 })
  const later = [...behind.slice(0, 5), waiting(60, departures(20)), waiting(70)]
  expect(placeAmong(waiting(5), 0, later, departures)).toEqual({ urgency: 51, place: 6 })
})

test('[DL26] a waiting reply keeps its place and by when it leaves, once, through tries that fail', () => {
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
  give({ type: 'delivery/again', worker: 'one', reason: 'Busy.', afterMs: 500, mayHaveArrived: false })
  expect(reply()).toMatchObject({ state: 'queued', urgency: 70, leavesBy: 5_000 })
})
