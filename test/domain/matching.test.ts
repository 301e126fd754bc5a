import { incidentFor } from '@muster/server/domain/matching.ts'
import type { Incident } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import { cora, declaring } from '../support/builders.ts'
import { Records } from '../support/records.ts'

function incident(id: string, declaredAt: number, more: Partial<Incident> = {}): Incident {
  const room = new Records()
  room.give(declaring({ id }), cora, declaredAt)
  return { ...(room.get<Incident>('incident') as Incident), ...more }
}

const mail = { id: 'mail', incidentId: null }

test.each<[string, Incident[], string | null]>([
  ['nothing is open', [], null],
  ['one is open', [incident('a', 1)], 'a'],
  ['the newest wins', [incident('a', 1), incident('b', 2)], 'b'],
  [
    'an older one names the channel, a newer names another',
    [incident('a', 1, { channels: ['mail'] }), incident('b', 2, { channels: ['x'] })],
    'a',
  ],
  ['the newest is resolved', [incident('a', 1), incident('b', 2, { state: 'resolved' })], 'a'],
  ['the newest is a drill', [incident('a', 1), incident('b', 2, { drill: true })], 'a'],
])('[IN2] when %s', (_, open, expected) => {
  expect(incidentFor(mail, open)).toBe(expected)
})

test('[IN2] a channel bound to an incident feeds that one alone', () => {
  expect(incidentFor({ id: 'mail', incidentId: 'drill' }, [incident('a', 1)])).toBe('drill')
})
