import { company } from '@muster/server/domain/indexes.ts'
import { nothingKnown } from '@muster/server/domain/usual.ts'
import type { Proposal, Spike } from '@muster/shared/proposal.ts'
import { expect, test } from 'vitest'
import { actor, cora, lena, muster, nextId } from '../support/builders.ts'
import { Records } from '../support/records.ts'

const start = 1_700_000_000_000
const minute = 60_000
const bo = actor('Bo', 'commander')
const spikeOf = (lastMinute: number): Spike => ({ channels: ['mail'], lastMinute, usual: 1 })

function setup() {
  const room = new Records()
  const propose = (lastMinute: number, now: number, id = nextId('spike')) =>
    room.give({ id, type: 'spike/propose', spike: spikeOf(lastMinute) }, muster, now)
  const open = () => room.list(company.openProposals).map(key => room.get<Proposal>(key))
  const dismiss = (proposalId: string, now: number, by = lena) =>
    room.give({ id: nextId(), type: 'proposal/dismiss', proposalId }, by, now)
  const take = (proposalId: string, incidentId: string, now: number, by = cora) =>
    room.give({ id: nextId(), type: 'proposal/take', proposalId, incidentId }, by, now)
  return { room, propose, open, dismiss, take }
}

test('[IN23] a rise that several see is one proposal, and its figures grow with it by steps', () => {
  const { room, propose, open } = setup()
  propose(20, start, 'first')
  propose(22, start + 1_000)
  propose(24, start + 2_000)
  expect(open()).toMatchObject([{ id: 'first', state: 'open', madeAt: start, cause: { spike: { lastMinute: 20 } } }])
  propose(31, start + 3_000)
  expect(open()).toMatchObject([{ id: 'first', madeAt: start, cause: { spike: { lastMinute: 31 } } }])
  expect(room.told.map(({ type }) => type as string)).toEqual(['proposal/made', 'proposal/changed'])
})

test('[IN23] an open proposal of an hour ago is brought up to date by the next rise', () => {
  const { propose, open } = setup()
  propose(40, start, 'first')
  propose(20, start + 61 * minute)
  expect(open()).toMatchObject([{ id: 'first', madeAt: start + 61 * minute, cause: { spike: { lastMinute: 20 } } }])
})

test('[IN23] dismissed, a rise is proposed again within the hour only when it has doubled', () => {
  const { room, propose, open, dismiss } = setup()
  propose(20, start, 'first')
  expect(dismiss('first', start + minute)).toMatchObject({ type: 'change' })
  expect(dismiss('first', start + minute)).toMatchObject({ type: 'unchanged' })
  expect(room.get<Proposal>(company.proposal('first'))).toMatchObject({
    state: 'dismissed',
    decidedBy: { name: 'Lena' },
    decidedAt: start + minute,
  })
  propose(39, start + 2 * minute)
  expect(open()).toEqual([])
  propose(40, start + 3 * minute, 'doubled')
  expect(open()).toMatchObject([{ id: 'doubled' }])
  dismiss('doubled', start + 4 * minute)
  propose(20, start + 63 * minute)
  expect(open()).toEqual([])
  propose(20, start + 64 * minute, 'later')
  expect(open()).toMatchObject([{ id: 'later' }])
})

test('[IN24] of two who declare from one proposal one does, and the other is told who', () => {
  const { room, propose, take, dismiss } = setup()
  propose(20, start, 'first')
  expect(take('first', 'i1', start + minute)).toMatchObject({ type: 'change' })
  expect(take('first', 'i1', start + minute)).toMatchObject({ type: 'unchanged' })
  const refused = { type: 'refused', refusal: { code: 'conflict', sentence: expect.stringContaining('Cora') } }
  expect(take('first', 'i2', start + minute, bo)).toMatchObject(refused)
  expect(dismiss('first', start + minute)).toMatchObject(refused)
  expect(room.get<Proposal>(company.proposal('first'))).toMatchObject({ state: 'declared', incidentId: 'i1' })
  expect(take('none', 'i1', start)).toMatchObject({ refusal: { code: 'not-found' } })
})

test('[IN23] what was declared is not proposed again while the incident begins to take the messages', () => {
  const { propose, open, take } = setup()
  propose(20, start, 'first')
  take('first', 'i1', start + minute)
  propose(80, start + 10 * minute)
  expect(open()).toEqual([])
  propose(20, start + 17 * minute, 'later')
  expect(open()).toMatchObject([{ id: 'later' }])
})

test('[IN24] a declaration that was refused gives its proposal back, and no other does', () => {
  const { room, propose, open, take } = setup()
  propose(20, start, 'first')
  take('first', 'i1', start + minute)
  const reopen = (incidentId: string) =>
    room.give({ id: nextId(), type: 'proposal/reopen', proposalId: 'first', incidentId }, muster, start)
  reopen('i2')
  expect(open()).toEqual([])
  reopen('i1')
  expect(open()).toMatchObject([{ id: 'first', incidentId: null, decidedBy: null, decidedAt: null }])
  expect(room.list(company.takenProposals)).toEqual([])
})

test('[IN23] what is usual is kept minute by minute, and an older minute replaces nothing', () => {
  const { room } = setup()
  const keep = (minute: number, mean: number) =>
    room.give({ id: nextId(), type: 'pace/keep', minute, pace: { mail: { ...nothingKnown, mean } } }, muster, start)
  keep(2, 1)
  keep(1, 9)
  expect(room.get(company.pace)).toMatchObject({ minute: 2, pace: { mail: { mean: 1 } } })
})
