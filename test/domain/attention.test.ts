import { expect, test } from 'vitest'
import {
  ada,
  arrivalOf,
  arriving,
  bert,
  conversationIn,
  cora,
  muster,
  nextId,
  roomWithCustomer,
} from '../support/builders.ts'

const start = 1_000_000
const unseenMs = 300_000

function setup() {
  const { room, conversationId, incidentId } = roomWithCustomer(start)
  const about = { incidentId, conversationId }
  const look = (through: number, now = start) =>
    room.give({ id: nextId(), type: 'conversation/look', ...about, through }, bert, now)
  const alarm = (now: number, messages = 1) =>
    room.give({ id: nextId(), type: 'attention/unseen', conversationId, messages }, muster, now)
  const claim = (now = start) => room.give({ id: nextId(), type: 'conversation/claim', ...about }, ada, now)
  const release = () => room.give({ id: nextId(), type: 'conversation/release', ...about, fence: 1 }, ada, start)
  const write = (now = start) => room.give(arriving(arrivalOf()), muster, now)
  return { room, about, look, alarm, claim, release, write, of: () => conversationIn(room, conversationId) }
}

test('[AT1] a look is told once, and reaches no further than what was written', () => {
  const { room, look, of } = setup()
  look(7)
  expect(of().lookedThrough).toBe(1)
  expect(room.told.at(-1)).toMatchObject({ type: 'conversation/looked', by: { name: 'Bert' } })
  expect(look(1)).toEqual({ type: 'unchanged', answer: {} })
})

test('[AT1] claiming is looking; what came after it was not looked at', () => {
  const { claim, write, look, of } = setup()
  write()
  claim()
  expect(of().lookedThrough).toBe(2)
  write()
  expect(of().lookedThrough).toBe(2)
  expect(look(2)).toMatchObject({ type: 'unchanged' })
  expect(look(3)).toMatchObject({ type: 'change' })
})

test('[AT1] a resolved incident is read without a trace', () => {
  const { room, about, look } = setup()
  room.give({ id: nextId(), type: 'incident/resolve', incidentId: about.incidentId }, cora, start)
  expect(look(1)).toMatchObject({ type: 'unchanged' })
})

test('[AT2] an alarm is told when its time has come, once, and a look ends it', () => {
  const { room, look, alarm, write, of } = setup()
  expect(alarm(start + unseenMs - 1)).toMatchObject({ type: 'unchanged' })
  expect(room.list('unseen')).toHaveLength(1)
  alarm(start + unseenMs)
  expect(room.told.at(-1)).toMatchObject({ type: 'conversation/unseen', by: null })
  expect(of().unseenAlarmAt).toBe(start + unseenMs)
  expect(room.list('unseen')).toEqual([])
  expect(alarm(start + 2 * unseenMs)).toMatchObject({ type: 'unchanged' })
  write(start + 2 * unseenMs)
  expect(alarm(start + 3 * unseenMs, 2)).toMatchObject({ type: 'unchanged' })
  look(2, start + 3 * unseenMs)
  expect(of().unseenAlarmAt).toBeNull()
  expect(alarm(start + 4 * unseenMs, 2)).toMatchObject({ type: 'unchanged' })
})

test('[AT2] what somebody has read, claimed or let go again is known: it rings no alarm', () => {
  for (const know of ['look', 'claim', 'release'] as const) {
    const { room, look, claim, release, alarm } = setup()
    if (know === 'look') look(1)
    else claim()
    if (know === 'release') release()
    expect(room.list('unseen')).toEqual([])
    expect(alarm(start + 9 * unseenMs)).toMatchObject({ type: 'unchanged' })
  }
})

test('[AT2] the next silence after an answer rings again', () => {
  const { room, about, claim, alarm, write } = setup()
  claim()
  const reply = { id: 'reply', type: 'reply/submit', ...about, fence: 1, epoch: 1, text: 'Hello', through: 1 } as const
  room.give(reply, ada, start)
  room.give({ id: nextId(), type: 'delivery/take', replyId: 'reply', worker: 'w', leaseMs: 1 }, muster, start)
  const sent = { id: nextId(), type: 'delivery/sent', replyId: 'reply', worker: 'w', externalId: 'e' } as const
  room.give(sent, muster, start)
  write(start + 5)
  expect(alarm(start + unseenMs, 2)).toMatchObject({ type: 'unchanged' })
  expect(alarm(start + 5 + unseenMs, 2)).toMatchObject({ type: 'change' })
})
