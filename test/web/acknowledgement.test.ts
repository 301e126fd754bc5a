import { expect, test } from 'vitest'
import { acknowledgementOf, percent, type Share, unreadBy } from '../../web/state/acknowledgement.ts'
import { responderOf } from '../support/room-records.ts'

const teams = ['Support', 'Sales', 'Engineering', 'Legal']

/** A thousand people of four teams, of whom some are here and some have read epoch 3. */
const roster = Array.from({ length: 1_000 }, (_, index) =>
  responderOf(`person-${index}`, { team: teams[(index * 7) % 5] ?? 'Field', acknowledged: index % 6 }),
)
const here = new Set(roster.filter((_, index) => index % 3 === 0).map(({ id }) => id))
here.add('somebody-who-never-joined')

function sum(shares: Share[]): Share {
  return shares.reduce((all, { read, of }) => ({ read: all.read + read, of: all.of + of }), { read: 0, of: 0 })
}

test('[WB30] the counts of the teams equal the roster, of those here and of all', () => {
  const reading = acknowledgementOf(roster, here, 3)
  expect(reading.all).toEqual({ read: roster.filter(({ acknowledged }) => acknowledged >= 3).length, of: 1_000 })
  const present = roster.filter(({ id }) => here.has(id))
  expect(reading.here).toEqual({
    read: present.filter(({ acknowledged }) => acknowledged >= 3).length,
    of: present.length,
  })
  expect(sum(reading.teams.map(({ all }) => all))).toEqual(reading.all)
  expect(sum(reading.teams.map(team => team.here))).toEqual(reading.here)
  expect(new Set(reading.teams.map(({ team }) => team))).toEqual(new Set(roster.map(({ team }) => team)))
})

test('[WB30] whoever has not read it is named once, whoever is here first', () => {
  const reading = acknowledgementOf(roster, here, 3)
  for (const { team, all, here: theirs } of reading.teams) {
    const missing = unreadBy(roster, here, 3, team)
    expect(new Set(missing.map(({ id }) => id)).size).toBe(all.of - all.read)
    const present = missing.map(({ id }) => here.has(id))
    const number = theirs.of - theirs.read
    expect(number).toBeGreaterThan(0)
    expect(present).toEqual(present.map((_, index) => index < number))
  }
})

test('[WB30] a new epoch is unread by everybody, and a share is whole only when nobody is missing', () => {
  expect(acknowledgementOf(roster, here, 6).all.read).toBe(0)
  expect(percent({ read: 999, of: 1_000 })).toBe(99)
  expect(percent({ read: 1_000, of: 1_000 })).toBe(100)
  expect(acknowledgementOf([], here, 1)).toEqual({ here: { read: 0, of: 0 }, all: { read: 0, of: 0 }, teams: [] })
})
