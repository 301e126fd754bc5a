import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry } from '@muster/shared/entry.ts'
import { expect, test } from 'vitest'
import { Claims } from '../../load/scripts/claims.ts'
import { ada, bert, conversationIn, nextId, roomWithCustomer } from '../support/builders.ts'
import { claimOf } from '../support/room-records.ts'

const start = 1_000_000
const lease = 60_000

/** A room as the rules make it, and its log as screens are told it. */
function setup() {
  const { room, conversationId, incidentId } = roomWithCustomer(start)
  const about = { incidentId, conversationId }
  const claim = (who = ada, now = start) => room.give({ id: nextId(), type: 'conversation/claim', ...about }, who, now)
  const release = (fence: number, who = ada) =>
    room.give({ id: nextId(), type: 'conversation/release', ...about, fence }, who, start)
  const log = () => room.told.map((told, index) => ({ ...told, seq: index + 1 }))
  return { room, conversationId, claim, release, log }
}

function claimsOf(log: readonly Entry[]): Claims {
  const claims = new Claims()
  claims.begin({ at: { era: 'first', seq: 0 }, conversations: [] })
  for (const entry of log) claims.tell(entry)
  return claims
}

test('[CL1] a log in which claims follow each other has no doubles, however often it is told', () => {
  const { conversationId, claim, release, log } = setup()
  claim(ada)
  release(1)
  claim(bert)
  claim(ada, start + lease)
  const claims = claimsOf([...log(), ...log()])
  expect(claims.doubles).toBe(0)
  expect([1, 2, 3].map(fence => claims.holderOf({ conversationId, fence }))).toEqual(['ada', 'bert', 'ada'])
  expect(claims.holderOf({ conversationId, fence: 4 })).toBeNull()
})

test('[CL1] a claim over a living claim is a double', () => {
  const { room, conversationId, claim, log } = setup()
  claim(ada)
  const held = conversationIn(room, conversationId)
  expect(claimsOf([...log(), claimedBy(held, 2, log().length + 1)]).doubles).toBe(1)
})

test('[CL2] a fence given out twice is a double, and so is one left out', () => {
  const { room, conversationId, claim, release, log } = setup()
  claim(ada)
  release(1)
  const free = conversationIn(room, conversationId)
  const next = log().length + 1
  expect(claimsOf([...log(), claimedBy(free, 1, next)]).doubles).toBe(1)
  expect(claimsOf([...log(), claimedBy(free, 3, next)]).doubles).toBe(1)
  expect(claimsOf([...log(), claimedBy(free, 2, next)]).doubles).toBe(0)
})

function claimedBy(conversation: Conversation, fence: number, seq: number): Entry {
  const { id, name } = bert
  const claim = { ...claimOf(id, start), holder: { id, name }, fence, until: start + lease }
  return {
    type: 'conversation/claimed',
    seq,
    at: start,
    by: { id, name },
    conversation: { ...conversation, fence, claim },
  }
}
