import { nameKey, type PersonRecord } from '@muster/server/domain/access.ts'
import type { JoinRecord } from '@muster/server/domain/join.ts'
import type { Incident } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import { cora, declaring, lena, muster, nextId } from '../support/builders.ts'
import { Records } from '../support/records.ts'

const start = 1_000_000_000

/** The company's room with its copy of an open incident. */
function companyWith(incidentId: string): Records {
  const incident = new Records()
  incident.give(declaring({ id: incidentId }), cora, start)
  const room = new Records()
  mirror(room, incident.get<Incident>('incident'))
  return room
}

function mirror(room: Records, incident: Incident | null): void {
  if (incident === null) throw new Error('there is no incident')
  room.give({ id: nextId(), type: 'incident/mirror', incident }, muster, start)
}

function resolve(room: Records, incidentId: string): void {
  const incident = room.get<Incident>(`incidents/${incidentId}`)
  mirror(room, incident && { ...incident, state: 'resolved', resolvedAt: start })
}

function open(room: Records, code: string, cap = 10, incidentId = 'down') {
  return room.give({ id: nextId(), type: 'join/opened', incidentId, cap, code }, lena, start)
}

function enter(room: Records, code: string, name: string) {
  const guest = { id: name.toLowerCase(), name, team: 'Sales' }
  const command = { id: nextId(), type: 'join/entered', code, guest, session: `s-${name}`, former: null } as const
  return room.give(command, muster, start)
}

function save(room: Records, name: string, id = name.toLowerCase(), role: 'responder' | 'lead' = 'responder') {
  const person = { id, name, team: 'Support', role }
  return room.give({ id: nextId(), type: 'person/save', person }, cora, start)
}

const nowhere = { type: 'refused', refusal: { code: 'not-found', sentence: expect.stringContaining('leads nowhere') } }

test('[JN1] a code makes a guest with the role of a responder, signs them in and counts them, in one change', () => {
  const room = companyWith('down')
  open(room, 'AAAABBBB')
  expect(enter(room, 'AAAABBBB', 'Gus')).toMatchObject({ answer: { personId: 'gus', incidentId: 'down' } })
  expect(room.get<PersonRecord>('people/gus')).toMatchObject({ role: 'responder', incidentId: 'down', disabled: false })
  expect(room.get('sessions/s-Gus')).toMatchObject({ personId: 'gus' })
  expect(room.get<JoinRecord>('joins/down')).toMatchObject({ joined: 1, cap: 10, openedBy: { name: 'Lena' } })
})

test('[JN1] a name that is taken is refused with a sentence, and costs no place', () => {
  const room = companyWith('down')
  save(room, 'Ada')
  open(room, 'AAAABBBB')
  expect(enter(room, 'AAAABBBB', 'ADA')).toMatchObject({
    refusal: { code: 'conflict', sentence: expect.stringContaining('called ADA already') },
  })
  expect(room.get<JoinRecord>('joins/down')?.joined).toBe(0)
})

test('[JN1] nobody opens an unknown or a resolved incident', () => {
  const room = companyWith('down')
  expect(open(room, 'AAAABBBB', 10, 'unknown')).toMatchObject({ refusal: { code: 'not-found' } })
  resolve(room, 'down')
  expect(open(room, 'AAAABBBB')).toMatchObject({
    refusal: { code: 'incident-resolved', sentence: expect.stringContaining('No code was made') },
  })
})

test('[JN2] the last place is given once, and a new code begins to count anew', () => {
  const room = companyWith('down')
  open(room, 'AAAABBBB', 2)
  expect([enter(room, 'AAAABBBB', 'Gus').type, enter(room, 'AAAABBBB', 'Hal').type]).toEqual(['change', 'change'])
  expect(enter(room, 'AAAABBBB', 'Ina')).toMatchObject({
    refusal: { code: 'conflict', why: 'code-full', values: { number: 2 } },
  })
  expect(room.get('people/ina')).toBeNull()
  open(room, 'CCCCDDDD', 1)
  expect(enter(room, 'CCCCDDDD', 'Ina').type).toBe('change')
  expect(enter(room, 'CCCCDDDD', 'Jo')).toMatchObject({
    refusal: { why: 'code-full', values: { number: 1 } },
  })
})

test('[JN5] a new code ends the one before; closed, wrong and resolved codes get one answer', () => {
  const room = companyWith('down')
  open(room, 'AAAABBBB')
  open(room, 'CCCCDDDD')
  expect(enter(room, 'AAAABBBB', 'Gus')).toMatchObject(nowhere)
  expect(enter(room, 'EEEEFFFF', 'Gus')).toMatchObject(nowhere)
  const close = () => room.give({ id: nextId(), type: 'join/close', incidentId: 'down' }, lena, start).type
  expect([close(), close()]).toEqual(['change', 'unchanged'])
  expect(enter(room, 'CCCCDDDD', 'Gus')).toMatchObject(nowhere)
  open(room, 'GGGGHHHH')
  resolve(room, 'down')
  expect(enter(room, 'GGGGHHHH', 'Gus')).toMatchObject(nowhere)
  const unknown = room.give({ id: nextId(), type: 'join/close', incidentId: 'unknown' }, lena, start)
  expect(unknown).toMatchObject({ refusal: { code: 'not-found' } })
})

test('[JN5] two incidents never share a code', () => {
  const room = companyWith('down')
  mirror(
    room,
    room.get<Incident>('incidents/down') && { ...(room.get<Incident>('incidents/down') as Incident), id: 'b' },
  )
  open(room, 'AAAABBBB')
  expect(open(room, 'AAAABBBB', 10, 'b')).toMatchObject({ type: 'refused', refusal: { code: 'conflict' } })
})

test('[JN3] a guest stays a guest of their incident, whatever is saved of them', () => {
  const room = companyWith('down')
  open(room, 'AAAABBBB')
  enter(room, 'AAAABBBB', 'Gus')
  expect(save(room, 'Gus', 'gus', 'lead')).toMatchObject({ type: 'refused', refusal: { code: 'conflict' } })
  expect(save(room, 'Gus Berg', 'gus').type).toBe('change')
  expect(room.get<PersonRecord>('people/gus')).toMatchObject({ name: 'Gus Berg', incidentId: 'down' })
})

test('[JN4] when the incident is resolved one line says so of all guests, and no link lets them in again', () => {
  const room = companyWith('down')
  open(room, 'AAAABBBB')
  enter(room, 'AAAABBBB', 'Gus')
  enter(room, 'AAAABBBB', 'Hal')
  const issue = (personId: string, link: string) =>
    room.give({ id: nextId(), type: 'link/issue', personId, link }, cora, start)
  expect(issue('gus', 'l1').type).toBe('change')
  resolve(room, 'down')
  const ended = room.told.filter(({ type }) => String(type) === 'guests/ended')
  expect(ended).toEqual([expect.objectContaining({ subject: 'down' })])
  const redeem = { id: nextId(), type: 'link/redeem', link: 'l1', session: 's2', former: null } as const
  expect(room.give(redeem, muster, start)).toMatchObject({
    refusal: { code: 'not-allowed', sentence: expect.stringContaining('Thank you') },
  })
  expect(issue('hal', 'l2')).toMatchObject({ refusal: { sentence: expect.stringContaining('Hal was a guest') } })
})

test('[JN4] a former guest gives their name up, and keeps nobody else from theirs', () => {
  const room = companyWith('down')
  open(room, 'AAAABBBB')
  enter(room, 'AAAABBBB', 'Gus')
  expect(save(room, 'Gus', 'other').type).toBe('refused')
  resolve(room, 'down')
  expect(save(room, 'Gus', 'other').type).toBe('change')
  room.give({ id: nextId(), type: 'person/disable', personId: 'gus' }, cora, start)
  expect(room.get(nameKey('Gus'))).toEqual({ personId: 'other' })
})
