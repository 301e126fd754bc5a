import type { Facts, Incident, Responder, Wording } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import { ada, bert, cora, declaring, lena, nextId, roomWithCustomer } from '../support/builders.ts'
import { Records } from '../support/records.ts'
import { wordingOf } from '../support/room-records.ts'

const start = 1_000_000
const facts = { know: 'k', maySay: 'We are on it.', mustNotSay: [], example: '', nextUpdateAt: null }
const wording = wordingOf('sorry', { title: 'Sorry', text: 'We are sorry; more at [[when]].' })

function responder(room: Records, id: string): Responder | null {
  return room.get<Responder>(`responder/${id}`)
}

test('[GV6] a wording is published and retracted under an epoch of its own, which facts share', () => {
  const { room, incidentId } = roomWithCustomer(start)
  const publish = { type: 'wording/publish', incidentId, epoch: 1, wording } as const
  expect(room.give({ id: nextId(), ...publish }, lena, start)).toMatchObject({ answer: { epoch: 2 } })
  expect(room.get<Wording>('wording/sorry')).toMatchObject({ ...wording, epoch: 2, approvedBy: { id: 'lena' } })
  expect(room.get<Incident>('incident')).toMatchObject({ epoch: 2 })
  expect(room.get<Facts>('facts')).toMatchObject({ epoch: 2, maySay: 'We are on it.' })
  expect(room.told.at(-2)).toMatchObject({ type: 'wording/published', facts: { epoch: 2 }, wording: { id: 'sorry' } })
  const retract = { type: 'wording/retract', incidentId, epoch: 2, wordingId: 'sorry' } as const
  expect(room.give({ id: nextId(), ...retract }, lena, start)).toMatchObject({ answer: { epoch: 3 } })
  expect(room.get('wording/sorry')).toBeNull()
})

test('[GV6] [GV1] of two leads who saw the same epoch the second is refused with the newer facts', () => {
  const { room, incidentId } = roomWithCustomer(start)
  room.give({ id: nextId(), type: 'facts/publish', incidentId, epoch: 1, ...facts }, lena, start)
  const late = room.give({ id: nextId(), type: 'wording/publish', incidentId, epoch: 1, wording }, cora, start)
  expect(late).toMatchObject({ type: 'refused', refusal: { code: 'guidance-changed', facts: { epoch: 2 } } })
  const gone = room.give({ id: nextId(), type: 'wording/retract', incidentId, epoch: 2, wordingId: 'x' }, cora, start)
  expect(gone).toMatchObject({ type: 'refused', refusal: { code: 'not-found' } })
  const astray = { ...wording, topic: 'no-such-topic' }
  const unknown = room.give(
    { id: nextId(), type: 'wording/publish', incidentId, epoch: 2, wording: astray },
    cora,
    start,
  )
  expect(unknown).toMatchObject({ type: 'refused', refusal: { code: 'not-found' } })
})

test('[GV6] [GV2] a reply written before a wording came out is refused', () => {
  const { room, incidentId, conversationId } = roomWithCustomer(start)
  room.give({ id: nextId(), type: 'conversation/claim', incidentId, conversationId }, ada, start)
  room.give({ id: nextId(), type: 'wording/publish', incidentId, epoch: 1, wording }, lena, start)
  const submit = {
    type: 'reply/submit',
    incidentId,
    conversationId,
    fence: 1,
    epoch: 1,
    text: 'Hello',
    through: 1,
  } as const
  expect(room.give({ id: nextId(), ...submit }, ada, start)).toMatchObject({
    type: 'refused',
    refusal: { code: 'guidance-changed' },
  })
})

test('[GV7] who acknowledges, publishes or is briefed has read it, and an older epoch takes nothing back', () => {
  const { room, incidentId } = roomWithCustomer(start)
  room.give({ id: nextId(), type: 'facts/publish', incidentId, epoch: 1, ...facts }, lena, start)
  expect([ada, bert, lena].map(({ id }) => responder(room, id)?.acknowledged)).toEqual([0, 0, 2])
  room.give({ id: nextId(), type: 'facts/acknowledge', incidentId, epoch: 2 }, ada, start)
  expect(room.told.at(-1)).toMatchObject({ type: 'facts/acknowledged', responder: { id: 'ada', acknowledged: 2 } })
  expect(room.give({ id: nextId(), type: 'facts/acknowledge', incidentId, epoch: 1 }, ada, start)).toMatchObject({
    type: 'unchanged',
  })
  expect(responder(room, 'ada')?.acknowledged).toBe(2)
  expect(room.give({ id: nextId(), type: 'facts/acknowledge', incidentId, epoch: 9 }, ada, start)).toMatchObject({
    type: 'refused',
  })
  expect(room.give({ id: nextId(), type: 'facts/acknowledge', incidentId, epoch: 2 }, cora, start)).toMatchObject({
    type: 'refused',
    refusal: { code: 'not-found' },
  })
})

test('[GV8] a briefing under facts that have changed is not finished', () => {
  const { room, incidentId } = roomWithCustomer(start)
  room.give({ id: nextId(), type: 'facts/publish', incidentId, epoch: 1, ...facts }, lena, start)
  const finish = { type: 'briefing/finish', incidentId } as const
  expect(room.give({ id: nextId(), ...finish, epoch: 1 }, ada, start)).toMatchObject({
    type: 'refused',
    refusal: { code: 'guidance-changed', facts: { epoch: 2 } },
  })
  room.give({ id: nextId(), ...finish, epoch: 2 }, ada, start + 5)
  expect(responder(room, 'ada')).toMatchObject({ briefedAt: start + 5, acknowledged: 2 })
  expect(room.give({ id: nextId(), ...finish, epoch: 2 }, ada, start + 9)).toMatchObject({ type: 'unchanged' })
})

test('[IN12] a declaration brings facts, topics and wordings of its playbook', () => {
  const room = new Records()
  const topics = [{ id: 'cards', name: 'Cards', words: ['card'] }]
  const declare = declaring({ topics, example: 'Dear Kim, …', wordings: [{ ...wording, topic: 'cards' }] })
  room.give(declare, cora, start)
  expect(room.get<Incident>('incident')).toMatchObject({ topics, status: 'investigating', commander: { id: 'cora' } })
  expect(room.get<Facts>('facts')).toMatchObject({ epoch: 1, example: 'Dear Kim, …' })
  expect(room.get<Wording>('wording/sorry')).toMatchObject({ epoch: 1, topic: 'cards', approvedBy: { id: 'cora' } })
  expect(room.told).toMatchObject([{ type: 'incident/declared', wordings: [{ id: 'sorry' }] }])
})
