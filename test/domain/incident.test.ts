import { company } from '@muster/server/domain/indexes.ts'
import { Identifier } from '@muster/shared/identifier.ts'
import type { Incident, Responder } from '@muster/shared/incident.ts'
import { noRecord } from '@muster/shared/training-rules.ts'
import { expect, test } from 'vitest'
import {
  ada,
  arrivalOf,
  arriving,
  bert,
  cora,
  declaring,
  lena,
  muster,
  nextId,
  roomWithCustomer,
} from '../support/builders.ts'
import { Records } from '../support/records.ts'

const start = 1_000_000

test('[IN1] declaring makes a room with what was declared, and tells it', () => {
  const room = new Records()
  const declare = declaring({ title: 'Checkout is down', severity: 'sev1', affected: 'Payments by card' })
  expect(room.give(declare, cora, start)).toMatchObject({ type: 'change', answer: { incidentId: declare.id } })
  expect(room.get<Incident>('incident')).toMatchObject({
    id: declare.id,
    title: 'Checkout is down',
    severity: 'sev1',
    affected: 'Payments by card',
    state: 'open',
    epoch: 1,
    declaredBy: { id: 'cora', name: 'Cora' },
  })
  expect(room.told).toMatchObject([{ type: 'incident/declared', at: start, by: { id: 'cora' }, facts: { epoch: 1 } }])
})

test('[IN1] an incident is not declared over another, and never into the room of the company', () => {
  const room = new Records()
  const declare = declaring()
  room.give(declare, cora, start)
  expect(room.give(declare, cora, start)).toMatchObject({ type: 'refused', refusal: { code: 'conflict' } })
  expect(Identifier.safeParse(company.room).success).toBe(false)
})

test('[IN3] surge, stand-down and resolve are told with who and when', () => {
  const { room, incidentId } = roomWithCustomer(start)
  room.told.length = 0
  room.give({ id: nextId(), type: 'incident/surge', incidentId, on: true }, cora, start + 1)
  room.give({ id: nextId(), type: 'incident/surge', incidentId, on: false }, lena, start + 2)
  room.give({ id: nextId(), type: 'incident/resolve', incidentId }, cora, start + 3)
  expect(room.told).toMatchObject([
    { type: 'incident/surged', at: start + 1, by: { name: 'Cora' }, incident: { surge: true } },
    { type: 'incident/surged', at: start + 2, by: { name: 'Lena' }, incident: { surge: false } },
    { type: 'incident/resolved', at: start + 3, by: { name: 'Cora' }, incident: { state: 'resolved' } },
  ])
})

test('[IN4] a resolved incident takes no claims and no replies, but what was leaving may finish', () => {
  const { room, incidentId, conversationId } = roomWithCustomer(start)
  const about = { incidentId, conversationId }
  room.give({ id: nextId(), type: 'conversation/claim', ...about }, ada, start)
  const submit = { type: 'reply/submit', ...about, fence: 1, epoch: 1, text: 'We are on it.', through: 1 } as const
  room.give({ id: 'reply-of-ada', ...submit }, ada, start)
  room.give(arriving(arrivalOf({ from: { address: 'lou@example.com', name: 'Lou' } })), muster, start)
  room.give({ id: nextId(), type: 'incident/resolve', incidentId }, cora, start)
  const late = room.give({ id: nextId(), type: 'conversation/take-next', incidentId, topics: [] }, bert, start)
  expect(late).toMatchObject({ type: 'refused', refusal: { code: 'incident-resolved' } })
  expect(room.give({ id: nextId(), ...submit }, ada, start)).toMatchObject({
    type: 'refused',
    refusal: { code: 'incident-resolved' },
  })
  const take = { type: 'delivery/take', replyId: 'reply-of-ada', worker: 'w', leaseMs: 1_000 } as const
  expect(room.give({ id: nextId(), ...take }, muster, start)).toMatchObject({ answer: { taken: true } })
})

test('[IN5] joining copies who one is into the roster; joining again keeps what one holds', () => {
  const { room, incidentId, conversationId } = roomWithCustomer(start)
  room.give({ id: nextId(), type: 'conversation/claim', incidentId, conversationId }, ada, start)
  const promoted = { ...ada, team: 'Payments', role: 'lead' as const }
  room.give({ id: nextId(), type: 'incident/join', incidentId }, promoted, start + 9)
  expect(room.get<Responder>('responder/ada')).toEqual({
    id: 'ada',
    name: 'Ada',
    team: 'Payments',
    role: 'lead',
    cohort: 'support',
    level: 'trusted',
    record: noRecord,
    readiness: null,
    buddies: [],
    joinedAt: start,
    holding: 1,
    appointed: null,
    guest: false,
    choices: 0,
    answered: 0,
    topics: [],
    paused: false,
    briefedAt: null,
    acknowledged: 0,
  })
})

test('[GV1] publishing raises the epoch by one; whoever looked at an older one is shown the newer', () => {
  const { room, incidentId } = roomWithCustomer(start)
  const facts = { know: 'k', maySay: 's', mustNotSay: [], example: '', nextUpdateAt: null }
  const publish = (epoch: number, by = lena) =>
    room.give({ id: nextId(), type: 'facts/publish', incidentId, epoch, ...facts }, by, start)
  expect(publish(1)).toMatchObject({ type: 'change', answer: { epoch: 2 } })
  expect(publish(1, cora)).toMatchObject({
    type: 'refused',
    refusal: { code: 'guidance-changed', facts: { epoch: 2, publishedBy: { name: 'Lena' } } },
  })
  expect(room.get<Incident>('incident')?.epoch).toBe(2)
})
