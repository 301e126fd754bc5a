import { nameKey, type PersonRecord } from '@muster/server/domain/access.ts'
import type { Decision } from '@muster/server/domain/decision.ts'
import { type SessionRecord, sessionLives } from '@muster/server/domain/session.ts'
import type { Role } from '@muster/shared/role.ts'
import { expect, test } from 'vitest'
import { cora, muster, nextId } from '../support/builders.ts'
import { Records } from '../support/records.ts'

const minute = 60_000
const hour = 60 * minute
const start = 1_000_000_000

function save(room: Records, name: string, role: Role = 'responder', by = cora, now = start): Decision {
  const person = { id: name.toLowerCase(), name, team: 'Support', role }
  return room.give({ id: nextId(), type: 'person/save', person }, by, now)
}

function issue(room: Records, personId: string, link: string, now = start): Decision {
  return room.give({ id: nextId(), type: 'link/issue', personId, link }, cora, now)
}

function redeem(room: Records, link: string, session: string, now = start, former: string | null = null): Decision {
  return room.give({ id: nextId(), type: 'link/redeem', link, session, former }, muster, now)
}

function signedIn(room: Records, name: string, session: string, now = start): void {
  issue(room, name.toLowerCase(), `link-${session}`, now)
  expect(redeem(room, `link-${session}`, session, now).type).toBe('change')
}

function lives(room: Records, session: string, now: number): boolean {
  const record = room.get<SessionRecord>(`sessions/${session}`)
  return sessionLives(record, record && room.get<PersonRecord>(`people/${record.personId}`), now)
}

function companyWith(...names: string[]): Records {
  const room = new Records()
  for (const name of names) save(room, name)
  return room
}

function ended(room: Records): string[] {
  return room.told
    .filter(({ type }) => String(type) === 'session/ended')
    .map(told => (told as never as { subject: string }).subject)
}

test('[AC2] a sign-in link works once', () => {
  const room = companyWith('Ada')
  issue(room, 'ada', 'l1')
  expect(redeem(room, 'l1', 's1').type).toBe('change')
  expect(redeem(room, 'l1', 's2')).toMatchObject({ type: 'refused', refusal: { code: 'not-allowed' } })
  expect(room.get('sessions/s2')).toBeNull()
})

test('[AC2] a sign-in link works within a day, and not after', () => {
  const room = companyWith('Ada')
  issue(room, 'ada', 'l1')
  issue(room, 'ada', 'l2')
  expect(redeem(room, 'l1', 's1', start + 24 * hour).type).toBe('refused')
  expect(redeem(room, 'l2', 's2', start + 24 * hour - 1).type).toBe('change')
})

test('[AC2] using one link ends the others that were made for the same person', () => {
  const room = companyWith('Ada')
  issue(room, 'ada', 'l1')
  issue(room, 'ada', 'l2')
  redeem(room, 'l2', 's1')
  expect(redeem(room, 'l1', 's2').type).toBe('refused')
})

test('[AC2] nobody is let in by a link that was never made, or is told apart from one that was used', () => {
  const room = companyWith('Ada')
  issue(room, 'ada', 'l1')
  redeem(room, 'l1', 's1')
  expect(redeem(room, 'unknown', 's2')).toEqual(redeem(room, 'l1', 's2'))
})

test('[AC3] a session ends after 12 idle hours', () => {
  const room = companyWith('Ada')
  signedIn(room, 'Ada', 's1')
  expect(lives(room, 's1', start + 12 * hour - 1)).toBe(true)
  expect(lives(room, 's1', start + 12 * hour)).toBe(false)
})

test('[AC3] work keeps a session from being idle, and costs a write every five minutes at most', () => {
  const room = companyWith('Ada')
  signedIn(room, 'Ada', 's1')
  const touch = (now: number) => room.give({ id: nextId(), type: 'session/touch', session: 's1' }, muster, now).type
  expect(touch(start + 5 * minute - 1)).toBe('unchanged')
  expect(touch(start + 11 * hour)).toBe('change')
  expect(touch(start + 11 * hour + 4 * minute)).toBe('unchanged')
  expect(lives(room, 's1', start + 22 * hour)).toBe(true)
})

test('[AC3] a session ends after 24 hours in all, however busy, and nothing wakes it again', () => {
  const room = companyWith('Ada')
  signedIn(room, 'Ada', 's1')
  for (let hours = 1; hours < 24; hours++) {
    room.give({ id: nextId(), type: 'session/touch', session: 's1' }, muster, start + hours * hour)
  }
  expect(lives(room, 's1', start + 24 * hour - 1)).toBe(true)
  expect(lives(room, 's1', start + 24 * hour)).toBe(false)
  const late = { id: nextId(), type: 'session/touch', session: 's1' } as const
  expect(room.give(late, muster, start + 24 * hour).type).toBe('unchanged')
})

test('[AC3] signing out ends the session', () => {
  const room = companyWith('Ada')
  signedIn(room, 'Ada', 's1')
  room.give({ id: nextId(), type: 'session/end', session: 's1' }, muster, start)
  expect(lives(room, 's1', start)).toBe(false)
  expect(ended(room)).toEqual(['ada'])
})

test('[AC3] signing in again leaves nothing of the session this browser had', () => {
  const room = companyWith('Ada', 'Bert')
  signedIn(room, 'Ada', 's1')
  issue(room, 'bert', 'l2')
  redeem(room, 'l2', 's2', start, 's1')
  expect(room.get('sessions/s1')).toBeNull()
  expect(ended(room)).toEqual(['ada'])
})

test('[RT8] whoever is disabled is heard of by every gateway, loses every session, link and password, and stays out', () => {
  const room = companyWith('Ada')
  signedIn(room, 'Ada', 's1')
  room.give({ id: nextId(), type: 'password/set', personId: 'ada', encoded: 'e1', session: 's1' }, muster, start)
  issue(room, 'ada', 'l2')
  room.give({ id: nextId(), type: 'person/disable', personId: 'ada' }, cora, start)
  expect(ended(room)).toEqual(['ada'])
  expect(lives(room, 's1', start)).toBe(false)
  expect(redeem(room, 'l2', 's2').type).toBe('refused')
  const byPassword = {
    id: nextId(),
    type: 'session/start',
    personId: 'ada',
    encoded: 'e1',
    session: 's3',
    former: null,
  } as const
  expect(room.give(byPassword, muster, start).type).toBe('refused')
  expect(issue(room, 'ada', 'l3')).toMatchObject({ type: 'refused', refusal: { code: 'conflict' } })
  expect(save(room, 'Ada')).toMatchObject({ type: 'refused', refusal: { code: 'conflict' } })
})

test('[RT8] a new role ends the sessions that had the old one; a new name or team does not', () => {
  const room = companyWith('Ada')
  signedIn(room, 'Ada', 's1')
  const person = { id: 'ada', name: 'Ada L.', team: 'Sales', role: 'responder' } as const
  room.give({ id: nextId(), type: 'person/save', person }, cora, start)
  expect(lives(room, 's1', start)).toBe(true)
  room.give({ id: nextId(), type: 'person/save', person: { ...person, role: 'lead' } }, cora, start)
  expect(lives(room, 's1', start)).toBe(false)
  expect(ended(room)).toEqual(['ada'])
})

test('[AC3] a new password ends every session but the one it was set in; the first password ends none', () => {
  const room = companyWith('Ada')
  signedIn(room, 'Ada', 's1')
  signedIn(room, 'Ada', 's2')
  const set = (encoded: string) =>
    room.give({ id: nextId(), type: 'password/set', personId: 'ada', encoded, session: 's1' }, muster, start)
  set('e1')
  expect([lives(room, 's1', start), lives(room, 's2', start)]).toEqual([true, true])
  set('e2')
  expect([lives(room, 's1', start), lives(room, 's2', start)]).toEqual([true, false])
})

test('[AC3] a password that was changed while it was being checked lets nobody in', () => {
  const room = companyWith('Ada')
  room.give({ id: nextId(), type: 'password/set', personId: 'ada', encoded: 'new', session: null }, muster, start)
  const command = {
    id: nextId(),
    type: 'session/start',
    personId: 'ada',
    encoded: 'old',
    session: 's1',
    former: null,
  } as const
  expect(room.give(command, muster, start).type).toBe('refused')
})

test('[AC1] a name belongs to one person, whatever its capitals and width; a renamed person leaves theirs free', () => {
  const room = companyWith('Ada')
  const other = { id: 'other', name: 'ＡＤＡ', team: 'Sales', role: 'responder' } as const
  const taken = () => room.give({ id: nextId(), type: 'person/save', person: other }, cora, start)
  expect(taken()).toMatchObject({ type: 'refused', refusal: { code: 'conflict' } })
  const renamed = { id: 'ada', name: 'Grace', team: 'Support', role: 'responder' } as const
  room.give({ id: nextId(), type: 'person/save', person: renamed }, cora, start)
  expect(taken().type).toBe('change')
  expect(room.get(nameKey('ada'))).toEqual({ personId: 'other' })
  expect(room.get(nameKey('grace'))).toEqual({ personId: 'ada' })
})

test('[AC1] no commander takes their own role or access away, so one is always left', () => {
  const room = new Records()
  save(room, 'Cora', 'commander', muster)
  expect(save(room, 'Cora', 'lead', cora)).toMatchObject({ type: 'refused', refusal: { code: 'conflict' } })
  const disable = { id: nextId(), type: 'person/disable', personId: 'cora' } as const
  expect(room.give(disable, cora, start)).toMatchObject({ type: 'refused', refusal: { code: 'conflict' } })
})

test.each(['muster', 'token-x'])("[AC1] nobody can be saved under the id %s, which is Muster's own", id => {
  const person = { id, name: 'Mallory', team: 'Support', role: 'lead' } as const
  const room = new Records()
  expect(room.give({ id: nextId(), type: 'person/save', person }, cora, start).type).toBe('refused')
})

test('[AC6] a token is revoked once, and every gateway hears of it', () => {
  const room = new Records()
  room.give({ id: nextId(), type: 'token/issue', hash: 't1', name: 'deploys', role: 'lead' }, cora, start)
  const revoke = () => room.give({ id: nextId(), type: 'token/revoke', hash: 't1' }, cora, start).type
  const { id } = room.get<{ id: string }>('tokens/t1') ?? { id: '' }
  expect(revoke()).toBe('change')
  expect(ended(room)).toEqual([id])
  expect(revoke()).toBe('refused')
})
