import type { PersonRecord } from '@muster/server/domain/access.ts'
import { readinessOf } from '@muster/server/domain/readiness.ts'
import type { Incident, Responder } from '@muster/shared/incident.ts'
import { type Cohort, readinessLastsMs } from '@muster/shared/training.ts'
import { defaultTraining } from '@muster/shared/training-rules.ts'
import { expect, test } from 'vitest'
import { actor, ada, cora, muster, nextId, responderIn, roomWithCustomer } from '../support/builders.ts'
import { Records } from '../support/records.ts'

const start = 1_000_000_000
const got = { level: 'spot-checked', title: 'Checkout is down', drill: false, over: false } as const

function company(cohort?: Cohort): Records {
  const room = new Records()
  const person = { id: 'ada', name: 'Ada', team: 'Sales', role: 'responder' as const, ...(cohort && { cohort }) }
  room.give({ id: nextId(), type: 'person/save', person }, cora, start)
  return room
}

function train(room: Records, given: object = {}, now = start) {
  return room.give({ id: nextId(), type: 'person/trained', personId: 'ada', ...got, ...given }, muster, now)
}

const kept = (room: Records) => room.get<PersonRecord>('people/ada')

test('[LV7] answering is the job of whoever was added, unless it was said that it is not', () => {
  expect(kept(company())).toMatchObject({ cohort: 'support', readiness: null })
  expect(kept(company('other'))).toMatchObject({ cohort: 'other' })
})

test('[LV7] saving somebody again leaves what is not named: their cohort, and how far they got', () => {
  const room = company('other')
  train(room)
  const person = { id: 'ada', name: 'Ada', team: 'Finance', role: 'responder' as const }
  room.give({ id: nextId(), type: 'person/save', person }, cora, start)
  expect(kept(room)).toMatchObject({ team: 'Finance', cohort: 'other', readiness: { level: 'spot-checked' } })
})

test('[LV8] a new level is kept with when and for what; the same again, while it runs, changes nothing', () => {
  const room = company('other')
  expect(train(room)).toMatchObject({ type: 'change', tell: [{ type: 'person/trained', by: null, subject: 'ada' }] })
  const readiness = { level: 'spot-checked', at: start, title: 'Checkout is down', drill: false }
  expect(kept(room)?.readiness).toEqual(readiness)
  expect(train(room, { title: 'Another' }, start + 1)).toMatchObject({ type: 'unchanged' })
  expect(train(room, { level: 'gated' }, start + 2)).toMatchObject({ type: 'change' })
  expect(kept(room)?.readiness).toEqual({ ...readiness, level: 'gated', at: start + 2 })
})

test('[LV8] the end of an incident or a drill is what they were trained for, told once', () => {
  const room = company('other')
  train(room)
  const drill = { title: 'Drill', drill: true, over: true }
  expect(train(room, drill, start + 1)).toMatchObject({ type: 'change' })
  expect(train(room, drill, start + 2)).toMatchObject({ type: 'unchanged' })
  expect(kept(room)?.readiness).toEqual({ level: 'spot-checked', at: start + 1, title: 'Drill', drill: true })
})

test('[LV8] nobody who left, came by a link or is a program gets one', () => {
  const room = company()
  room.give({ id: nextId(), type: 'person/disable', personId: 'ada' }, cora, start)
  expect(train(room)).toMatchObject({ type: 'unchanged' })
  expect(train(room, { personId: 'token-x' })).toMatchObject({ type: 'unchanged' })
})

test('[LV8] how far somebody got counts for 180 days', () => {
  const room = company()
  train(room)
  const person = kept(room) as PersonRecord
  expect(readinessOf(person, start + readinessLastsMs - 1)).toMatchObject({ level: 'spot-checked' })
  expect(readinessOf(person, start + readinessLastsMs)).toBeNull()
})

test('[LV7] [LV8] joining copies both: who came to help begins as far as they got, and keeps that over a second visit', () => {
  const { room, incidentId } = roomWithCustomer(start)
  const readiness = { level: 'trusted', at: 1, title: 'Drill', drill: true } as const
  const join = (given: object) =>
    room.give({ id: nextId(), type: 'incident/join', incidentId }, { ...actor('Hal'), ...given }, start)
  join({ cohort: 'other', readiness })
  const hal: Partial<Responder> = { cohort: 'other', level: 'trusted', readiness }
  expect(responderIn(room, 'hal')).toMatchObject(hal)
  join({ cohort: 'other', readiness: { ...readiness, level: 'gated' } })
  expect(responderIn(room, 'hal')).toMatchObject(hal)
  room.give({ id: nextId(), type: 'incident/join', incidentId }, { ...ada, id: 'new', cohort: 'other' }, start)
  expect(room.get<Incident>('incident')?.policy.training).toEqual(defaultTraining)
  expect(responderIn(room, 'new')).toMatchObject({ level: 'gated', readiness: null })
})
