import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Jam, Pipes } from '@muster/shared/weather.ts'
import { expect, test } from 'vitest'
import {
  ada,
  arrivalOf,
  arriving,
  bert,
  conversationIn,
  muster,
  nextId,
  roomWithCustomer,
} from '../support/builders.ts'
import type { Records } from '../support/records.ts'

const now = 10_000_000
const hour = 3_600_000
const policy = { leaseMs: 60_000, claimsPerPerson: 1_000, choicesInARow: 0, patienceMs: 60_000, leavingMs: 1_200_000 }

/** An incident whose customers wait on two channels; nothing waits on "mail" but Kim. */
function setup() {
  const { room, incidentId, conversationId } = roomWithCustomer(now, { policy })
  const about = { incidentId }
  return {
    room,
    kim: conversationId,
    customer: (channelId: string, waitedMs: number, text = 'Why?', visibility: 'public' | 'direct' = 'public') => {
      const arrival = arrivalOf({ from: { address: nextId('customer'), name: 'Lee' }, text, visibility })
      room.give({ ...arriving(arrival, channelId), arrivedAt: now - waitedMs }, muster, now)
      return messageIdOf(channelId, arrival.externalId)
    },
    claim: (id: string, by = ada) =>
      room.give({ id: nextId(), type: 'conversation/claim', ...about, conversationId: id }, by, now),
    next: (by = ada) => room.give({ id: nextId(), type: 'conversation/take-next', ...about, topics: [] }, by, now),
    watch: (found: (Pick<Jam, 'lane' | 'leavesAt'> & Partial<Jam>)[], at = now) => {
      const lanes = found.map(jam => ({ name: 'Acme posts', why: 'full' as const, ...jam }))
      return room.give({ id: nextId('watch'), type: 'pipes/watch', lanes }, muster, at)
    },
  }
}

const jammedIn = (room: Records) => room.get<Pipes>('pipes')?.jammed.map(({ lane }) => lane) ?? []
const toldOf = (room: Records) => room.told.filter(({ type }) => type === 'pipes/changed').length

test('[CL30] a lane is slowed where a reply begun now would leave too late, until it leaves well before, and both are told', () => {
  const { room, watch } = setup()
  const laneAt = (inMs: number | null) => [{ lane: 'posts', leavesAt: inMs === null ? null : now + inMs }]
  watch(laneAt(policy.leavingMs))
  expect(jammedIn(room)).toEqual([])
  watch(laneAt(policy.leavingMs + 1))
  expect(jammedIn(room)).toEqual(['posts'])
  watch(laneAt(policy.leavingMs * 0.8))
  expect(jammedIn(room)).toEqual(['posts'])
  watch(laneAt(policy.leavingMs * 0.7))
  expect(jammedIn(room)).toEqual([])
  watch(laneAt(null))
  expect(jammedIn(room)).toEqual(['posts'])
  watch([])
  expect(toldOf(room)).toBe(4)
  expect(room.list('timeline').length).toBeGreaterThanOrEqual(4)
})

test('[CL30] what is known of a slowed lane is renewed without a line, and only where it is off', () => {
  const { room, watch } = setup()
  watch([{ lane: 'posts', leavesAt: now + hour }])
  expect(watch([{ lane: 'posts', leavesAt: now + hour + 30_000 }]).type).toBe('unchanged')
  expect(watch([{ lane: 'posts', leavesAt: now + hour + 90_000 }]).type).toBe('change')
  expect(room.get<Pipes>('pipes')?.jammed[0]?.leavesAt).toBe(now + hour + 90_000)
  expect(toldOf(room)).toBe(1)
})

test('[CL31] whoever is refused is told why: more waits than leaves, its cap is reached, or nothing leaves at all', () => {
  const { room, watch, claim, next, customer } = setup()
  const late = customer('posts', 5 * hour)
  const refused = (why: Jam['why'], leavesAt: number | null) => {
    watch([{ lane: 'posts', why, leavesAt }])
    const decision = claim(late)
    expect(decision).toMatchObject({ refusal: { code: 'pipe-slowed', why, leavesAt } })
    return decision.type === 'refused' ? decision.refusal.sentence : ''
  }
  expect(refused('full', now + hour)).toMatch(/than its network takes.* in about 60 minutes\./)
  expect(refused('failing', null)).toMatch(/^Nothing leaves by this channel now.*handed in is safe/)
  expect(refused('cost', null)).toMatch(/^This channel has cost this month what it may/)
  // What is slowed stays slowed: only why is told anew, to whoever asks.
  expect(toldOf(room)).toBe(1)
  watch([
    { lane: 'posts', why: 'failing', leavesAt: null },
    { lane: 'mail/direct', leavesAt: now + hour },
  ])
  expect(next()).toMatchObject({ refusal: { code: 'pipe-slowed', why: 'failing' } })
})

test('[CL31] nobody chooses who would be answered too late, and is told when; who fares worst may be chosen, and the other lane', () => {
  const { watch, claim, customer, room } = setup()
  const late = customer('posts', 5 * hour)
  const direct = customer('posts', 4 * hour, 'Why?', 'direct')
  const worst = customer('posts', hour, 'URGENT EMERGENCY, asap!!')
  watch([{ lane: 'posts', leavesAt: now + hour }])
  expect(claim(late)).toMatchObject({ type: 'refused', refusal: { code: 'pipe-slowed', leavesAt: now + hour } })
  expect(conversationIn(room, worst).distress).toBe(3)
  expect(claim(direct).type).toBe('change')
  expect(claim(worst, bert)).toMatchObject({ type: 'change' })
})

test('[CL31] what was held and lapsed is its holder’s to take again though its lane was slowed meanwhile', () => {
  const { watch, claim, customer, room } = setup()
  const mine = customer('posts', hour)
  claim(mine)
  watch([{ lane: 'posts', leavesAt: now + hour }])
  const again = { id: nextId(), type: 'conversation/claim', incidentId: 'x', conversationId: mine } as const
  expect(room.give(again, ada, now + policy.leaseMs + 1).type).toBe('change')
  expect(room.give({ ...again, id: nextId() }, bert, now + 3 * policy.leaseMs)).toMatchObject({ type: 'refused' })
})

test('[CL31] who waits on a slowed lane makes nobody wait who is chosen on another', () => {
  const { watch, claim, customer } = setup()
  customer('posts', 5 * hour)
  const [older, younger] = [customer('mail', 2 * hour), customer('mail', hour)]
  expect(claim(younger)).toMatchObject({ type: 'refused', refusal: { code: 'oldest-first' } })
  watch([{ lane: 'posts', leavesAt: now + hour }])
  expect(claim(older).type).toBe('change')
})

test('[CL32] taking the next passes over slowed lanes, and is refused only where nobody else waits', () => {
  const { watch, next, customer, kim } = setup()
  const late = customer('posts', 5 * hour)
  watch([{ lane: 'posts', leavesAt: now + hour }])
  expect(next()).toMatchObject({ type: 'change', answer: { conversation: { id: kim } } })
  expect(next(bert)).toMatchObject({ type: 'refused', refusal: { code: 'pipe-slowed', leavesAt: now + hour } })
  watch([])
  expect(next(bert)).toMatchObject({ type: 'change', answer: { conversation: { id: late } } })
  expect(next(bert)).toMatchObject({ type: 'refused', refusal: { code: 'nothing-waiting' } })
})
