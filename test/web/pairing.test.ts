import type { Claim, Conversation } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import { holdingOf, isAt } from '../../web/state/holding.ts'
import { invitationsOf, leftAlone } from '../../web/state/invitations.ts'
import { otherPlace } from '../../web/state/other-place.ts'
import { passes } from '../../web/state/queue.ts'
import { tally } from '../../web/state/tally.ts'
import { claimOf, responderOf, waitingOf } from '../support/room-records.ts'

const now = 1_000
const ben = { id: 'ben', name: 'Ben' }

function asking(id: string, pair: Partial<Claim['pair']> = {}, claim: Partial<Claim> = {}): Conversation {
  const asked = { askedAt: 10, suggested: null, partner: null, ...pair }
  return waitingOf(id, { claim: { ...claimOf('ada'), until: 2_000, pair: asked, ...claim } })
}

function guest(given: Partial<Responder> = {}, more: { needsBriefing?: boolean; allowed?: boolean } = {}) {
  const { needsBriefing = false, allowed = true } = more
  return { self: { ...responderOf('ben'), ...given }, needsBriefing, may: () => allowed }
}

test('[WB110] whoever was asked first sees it first, then who has asked for longest', () => {
  const all = [
    asking('late', { askedAt: 30 }),
    asking('early', { askedAt: 5 }),
    asking('mine', { askedAt: 20, suggested: ben }),
  ]
  expect(invitationsOf(all, guest(), now).map(({ conversation, own }) => [conversation.id, own])).toEqual([
    ['mine', true],
    ['early', false],
    ['late', false],
  ])
})

test('[WB110] nothing is offered that could not be joined, nor to whoever may not come', () => {
  const gone = [
    asking('taken', { partner: ben }),
    asking('leaving', {}, { replyId: 'r' }),
    asking('lapsed', {}, { until: now }),
    asking('own', {}, { holder: ben }),
    waitingOf('free'),
    waitingOf('alone', { claim: { ...claimOf('ada'), until: 2_000 } }),
  ]
  expect(invitationsOf(gone, guest(), now)).toEqual([])
  const open = [asking('open')]
  expect(invitationsOf(open, guest(), now)).toHaveLength(1)
  const barred = [
    guest({ paused: true }),
    guest({ level: 'observer' }),
    guest({}, { needsBriefing: true }),
    guest({}, { allowed: false }),
    { ...guest(), self: null },
  ]
  for (const each of barred) expect(invitationsOf(open, each, now)).toEqual([])
})

test('[WB110] who sits beside one is said where one does not look', () => {
  const beside = asking('one', { partner: ben })
  expect(leftAlone([beside], 'ada', null)?.id).toBe('one')
  expect(leftAlone([beside], 'ada', 'one')).toBeNull()
  expect(leftAlone([beside], 'ben', null)).toBeNull()
  expect(leftAlone([asking('one')], 'ada', null)).toBeNull()
})

test('[WB111] the one beside the holder writes and sends as the holder does, and finds it among their own', () => {
  const beside = asking('one', { partner: ben })
  expect(holdingOf(beside, 'ada', now)).toMatchObject({ type: 'mine', beside: false })
  expect(holdingOf(beside, 'ben', now)).toMatchObject({ type: 'mine', beside: true })
  expect(holdingOf(beside, 'cleo', now)).toMatchObject({ type: 'theirs' })
  expect(holdingOf(asking('two', { partner: ben }, { replyId: 'r' }), 'ben', now)).toMatchObject({ type: 'leaving' })
  expect(holdingOf(beside, 'ben', 2_000)).toEqual({ type: 'free' })
  expect(['ada', 'ben', 'cleo'].map(id => isAt(beside, id))).toEqual([true, true, false])
  expect(tally([beside, asking('two'), waitingOf('three')], 'ben')).toMatchObject({ mine: 1, pairs: 2, held: 2 })
  const sieve = {
    show: 'mine',
    order: 'waiting',
    topics: new Set(),
    channels: new Set(),
    search: '',
    alike: null,
    longSince: 0,
  } as const
  expect(passes(beside, { ...sieve, topics: new Set<string>(), channels: new Set<string>(), personId: 'ben' })).toBe(
    true,
  )
})

test('[WB111] where the other is, is shown by a piece of that line alone, and cuts no character in two', () => {
  const text = `First line\nDear Kim, we know\nLast`
  expect(otherPlace(text, { from: 21, to: 23 })).toEqual({ before: 'Dear Kim, ', chosen: 'we', after: ' know' })
  expect(otherPlace(text, { from: 11, to: 11 })).toEqual({ before: '', chosen: '', after: 'Dear Kim, we know' })
  const faces = '👩'.repeat(40)
  expect(otherPlace(faces, { from: 80, to: 80 })).toEqual({ before: `…${'👩'.repeat(20)}`, chosen: '', after: '' })
})
