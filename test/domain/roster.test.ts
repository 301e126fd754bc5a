import type { Incident, Responder } from '@muster/shared/incident.ts'
import { roleIn } from '@muster/shared/permission.ts'
import { expect, test } from 'vitest'
import { ada, bert, cora, lena, nextId, roomWithCustomer } from '../support/builders.ts'
import type { Records } from '../support/records.ts'

const start = 1_000_000

function responder(room: Records, id: string): Responder {
  const found = room.get<Responder>(`responder/${id}`)
  if (found === null) throw new Error(`${id} is not in the roster`)
  return found
}

test('[IN5] [JN1] whoever came by a link stands in the roster as a gated guest', () => {
  const { room, incidentId } = roomWithCustomer(start)
  const guest = { ...ada, id: 'gia', name: 'Gia', incidentId }
  room.give({ id: nextId(), type: 'incident/join', incidentId }, guest, start)
  expect(responder(room, 'gia')).toMatchObject({ guest: true, level: 'gated', role: 'responder', briefedAt: null })
  expect(responder(room, 'ada')).toMatchObject({ guest: false, level: 'trusted' })
})

test('[IN7] what is named is changed, the rest stays, and nothing named changes nothing', () => {
  const { room, incidentId } = roomWithCustomer(start)
  const before = room.get<Incident>('incident')
  const change = { type: 'incident/change', incidentId } as const
  room.give({ id: nextId(), ...change, severity: 'sev2', status: 'identified' }, cora, start)
  expect(room.get<Incident>('incident')).toEqual({ ...before, severity: 'sev2', status: 'identified' })
  expect(room.give({ id: nextId(), ...change, severity: 'sev2' }, cora, start)).toMatchObject({ type: 'unchanged' })
  room.give({ id: nextId(), type: 'incident/resolve', incidentId }, cora, start)
  expect(room.give({ id: nextId(), ...change, title: 'Over' }, cora, start)).toMatchObject({
    type: 'refused',
    refusal: { code: 'incident-resolved' },
  })
})

test('[IN8] the command goes to somebody of the roster, and never to a guest', () => {
  const { room, incidentId } = roomWithCustomer(start)
  const handOver = { type: 'incident/hand-over', incidentId } as const
  room.give({ id: nextId(), ...handOver, personId: 'bert' }, cora, start)
  expect(room.get<Incident>('incident')?.commander).toEqual({ id: 'bert', name: 'Bert' })
  expect(roleIn(responder(room, 'bert'))).toBe('commander')
  room.give({ id: nextId(), type: 'incident/join', incidentId }, { ...ada, id: 'gia', incidentId }, start)
  for (const personId of ['gia', 'nobody']) {
    expect(room.give({ id: nextId(), ...handOver, personId }, cora, start)).toMatchObject({ type: 'refused' })
  }
})

test('[IN9] a role given here is kept over a new visit and ends when it is taken back', () => {
  const { room, incidentId } = roomWithCustomer(start)
  const appoint = { type: 'responder/appoint', incidentId, personId: 'ada' } as const
  room.give({ id: nextId(), ...appoint, role: 'lead' }, cora, start)
  room.give({ id: nextId(), type: 'incident/join', incidentId }, { ...ada, team: 'Payments' }, start)
  expect(responder(room, 'ada')).toMatchObject({ team: 'Payments', role: 'responder', appointed: 'lead' })
  expect(roleIn(responder(room, 'ada'))).toBe('lead')
  room.give({ id: nextId(), ...appoint, role: null }, cora, start)
  expect(roleIn(responder(room, 'ada'))).toBe('responder')
  room.give({ id: nextId(), type: 'incident/hand-over', incidentId, personId: 'ada' }, cora, start)
  expect(room.give({ id: nextId(), ...appoint, role: null }, cora, start)).toMatchObject({
    type: 'refused',
    refusal: { code: 'conflict' },
  })
})

test('[IN9] a role given here adds to one’s own: what takes away, or makes a guest commander, is refused', () => {
  const { room, incidentId } = roomWithCustomer(start)
  room.give({ id: nextId(), type: 'incident/join', incidentId }, { ...ada, id: 'gia', name: 'Gia', incidentId }, start)
  const appoint = (personId: string, role: Responder['role']) =>
    room.give({ id: nextId(), type: 'responder/appoint', incidentId, personId, role }, cora, start)
  expect(appoint('lena', 'responder')).toMatchObject({ refusal: { code: 'conflict' } })
  expect(appoint('ada', 'observer')).toMatchObject({ refusal: { code: 'conflict' } })
  expect(appoint('gia', 'commander')).toMatchObject({ refusal: { code: 'conflict' } })
  expect(appoint('gia', 'lead')).toMatchObject({ type: 'change' })
  expect(appoint('gia', 'lead')).toMatchObject({ type: 'unchanged' })
})

test('[IN8] whoever hands the command over keeps the rights of their own role alone', () => {
  const { room, incidentId } = roomWithCustomer(start)
  for (const personId of ['ada', 'bert']) {
    room.give({ id: nextId(), type: 'incident/hand-over', incidentId, personId }, cora, start)
  }
  expect([roleIn(responder(room, 'ada')), roleIn(responder(room, 'bert'))]).toEqual(['responder', 'commander'])
  expect(room.told.at(-1)).toMatchObject({ type: 'responder/appointed', responder: { id: 'ada', appointed: null } })
})

test('[IN11] topics and pauses are chosen for oneself, and for others by who leads', () => {
  const { room, incidentId } = roomWithCustomer(start)
  const topics = [{ id: 'cards', name: 'Cards', words: ['card'] }]
  room.give({ id: nextId(), type: 'incident/change', incidentId, topics }, cora, start)
  const move = { type: 'responder/move' as const, incidentId, personId: 'ada', topics: ['cards'] }
  const pause = { type: 'responder/pause' as const, incidentId, personId: 'ada', paused: true }
  for (const command of [move, pause]) {
    expect(room.give({ id: nextId(), ...command }, bert, start)).toMatchObject({
      type: 'refused',
      refusal: { code: 'not-allowed' },
    })
    expect(room.give({ id: nextId(), ...command }, lena, start).type).toBe('change')
  }
  expect(responder(room, 'ada')).toMatchObject({ topics: ['cards'], paused: true })
  room.give({ id: nextId(), ...pause, paused: false }, ada, start)
  expect(responder(room, 'ada').paused).toBe(false)
  expect(room.give({ id: nextId(), ...move, topics: ['none'] }, ada, start)).toMatchObject({ type: 'refused' })
  room.give({ id: nextId(), type: 'responder/appoint', incidentId, personId: 'bert', role: 'lead' }, cora, start)
  expect(room.give({ id: nextId(), ...pause }, bert, start).type).toBe('change')
})

test('[IN11] thanks are told to the room, and nobody thanks themselves', () => {
  const { room, incidentId } = roomWithCustomer(start)
  const thank = { type: 'responder/thank', incidentId, personId: 'lena', text: 'Calm and kind.' } as const
  room.give({ id: nextId(), ...thank }, cora, start)
  expect(room.told.at(-1)).toMatchObject({
    type: 'responder/thanked',
    responder: { id: 'lena' },
    text: 'Calm and kind.',
  })
  expect(room.give({ id: nextId(), ...thank }, lena, start)).toMatchObject({ type: 'refused' })
})

test('[IN9] [LV1] who watches for their own role answers once they were given another here, and over every new visit', () => {
  const { room, incidentId } = roomWithCustomer(start)
  const olaf = { ...ada, id: 'olaf', name: 'Olaf', role: 'observer', cohort: 'other' } as const
  const visit = () => room.give({ id: nextId(), type: 'incident/join', incidentId }, olaf, start)
  const appoint = (role: 'reviewer' | 'responder' | null) =>
    room.give({ id: nextId(), type: 'responder/appoint', incidentId, personId: 'olaf', role }, cora, start)
  visit()
  expect(responder(room, 'olaf').level).toBe('observer')
  appoint('responder')
  expect(responder(room, 'olaf').level).toBe('gated')
  room.give(
    { id: nextId(), type: 'responder/level', incidentId, personId: 'olaf', level: 'trusted', reason: null },
    lena,
    start,
  )
  visit()
  expect(responder(room, 'olaf').level).toBe('trusted')
  appoint(null)
  visit()
  expect(responder(room, 'olaf').level).toBe('observer')
  appoint('reviewer')
  expect(responder(room, 'olaf').level).toBe('trusted')
})

test('[LV6] whom a lead set to watch is not let back in by a new visit or another role', () => {
  const { room, incidentId } = roomWithCustomer(start)
  room.give(
    { id: nextId(), type: 'responder/level', incidentId, personId: 'ada', level: 'observer', reason: null },
    lena,
    start,
  )
  room.give({ id: nextId(), type: 'incident/join', incidentId }, ada, start)
  room.give({ id: nextId(), type: 'responder/appoint', incidentId, personId: 'ada', role: 'reviewer' }, cora, start)
  expect(responder(room, 'ada').level).toBe('observer')
})
