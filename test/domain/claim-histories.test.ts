import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actor, arrivalOf, arriving, conversationIn, cora, declaring, muster, nextId } from '../support/builders.ts'
import { histories } from '../support/histories.ts'
import { Records } from '../support/records.ts'
import { refusedWith } from '../support/setback.ts'

const people = Array.from({ length: 3 }, (_, index) => actor(`Person${index}`))
const person = fc.nat(people.length - 1)
const fenceBack = fc.nat(2)

/** One step: somebody does something with some fence, or the clock moves, forward or back. */
const step = fc.oneof(
  fc.record({ do: fc.constant('claim' as const), person }),
  fc.record({ do: fc.constant('next' as const), person }),
  fc.record({ do: fc.constant('several' as const), person }),
  fc.record({ do: fc.constant('hand' as const), person, fenceBack, to: person }),
  fc.record({ do: fc.constant('look' as const), through: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('ask' as const), person, fenceBack }),
  fc.record({ do: fc.constant('unseen' as const) }),
  fc.record({ do: fc.constant('renew' as const), person, fenceBack }),
  fc.record({ do: fc.constant('save' as const), person, fenceBack }),
  fc.record({ do: fc.constant('release' as const), person, fenceBack }),
  fc.record({ do: fc.constant('submit' as const), person, fenceBack }),
  fc.record({ do: fc.constant('lapse' as const), fenceBack }),
  fc.record({ do: fc.constant('deliver' as const), how: fc.constantFrom('sent', 'failed', 'uncertain') }),
  fc.record({ do: fc.constant('write' as const) }),
  fc.record({ do: fc.constant('clock' as const), by: fc.integer({ min: -30_000, max: 90_000 }) }),
)

function story() {
  const room = new Records()
  const declare = declaring({ policy: { leaseMs: 20_000, claimsPerPerson: 2, unseenMs: 30_000 } })
  let now = 1_000_000
  room.give(declare, cora, now)
  for (const who of people) room.give({ id: nextId(), type: 'incident/join', incidentId: declare.id }, who, now)
  room.give(arriving(arrivalOf({ externalId: 'first' })), muster, now)
  const id = (room.list('waiting')[0] as string).slice('conversation/'.length)
  const about = { incidentId: declare.id, conversationId: id }
  const conversation = () => conversationIn(room, id)
  const order = (command: object, by = muster) =>
    room.give({ id: nextId(), ...about, ...command } as IncidentCommand, by, now)

  function deliver(how: string) {
    const replyId = conversation().claim?.replyId
    if (!replyId) return
    order({ type: 'delivery/take', replyId, worker: 'w', leaseMs: 1_000 })
    order({ type: `delivery/${how}`, replyId, worker: 'w', externalId: 'x', setback: refusedWith('x') })
  }

  function act(move: Move) {
    const who = 'person' in move ? people[move.person] : undefined
    const fence = Math.max(1, conversation().fence - ('fenceBack' in move ? move.fenceBack : 0))
    switch (move.do) {
      case 'claim':
        return order({ type: 'conversation/claim' }, who)
      case 'next':
        return order({ type: 'conversation/take-next', topics: [] }, who)
      case 'several':
        return order({ type: 'conversation/claim-several', conversationIds: [id, 'none'] }, who)
      case 'hand':
        return order({ type: 'conversation/hand-over', fence, personId: people[move.to]?.id }, who)
      case 'look':
        return order({ type: 'conversation/look', through: move.through }, cora)
      case 'ask':
        return order({ type: 'question/ask', fence, text: 'May we?' }, who)
      case 'unseen':
        return order({ type: 'attention/unseen', messages: conversation().messages })
      case 'renew':
        return order({ type: 'conversation/renew', fence }, who)
      case 'save':
        return order({ type: 'draft/save', fence, epoch: 1, text: 'text' }, who)
      case 'release':
        return order({ type: 'conversation/release', fence }, who)
      case 'submit':
        return order({ type: 'reply/submit', fence, epoch: 1, text: 'text', through: conversation().messages }, who)
      case 'lapse':
        return order({ type: 'claim/lapse', fence })
      case 'write':
        return room.give(arriving(arrivalOf()), muster, now)
      case 'deliver':
        return deliver(move.how)
      case 'clock':
        now += move.by
    }
  }
  return { room, conversation, act }
}

type Move = typeof step extends fc.Arbitrary<infer S> ? S : never

/** What must hold over every single step. */
function judge(before: Conversation, move: Move, after: Conversation, holding: number) {
  const { claim } = after
  expect([before.fence, before.fence + 1]).toContain(after.fence)
  if (claim !== null) expect(claim.fence).toBe(after.fence)
  const changedHands = claim !== null && claim.holder.id !== before.claim?.holder.id
  if (changedHands) expect(after.fence).toBe(before.fence + 1)
  const withOldFence = 'fenceBack' in move && Math.max(1, before.fence - move.fenceBack) !== before.claim?.fence
  if (withOldFence) expect(after).toEqual(before)
  expect(after.answeredThrough).toBeGreaterThanOrEqual(before.answeredThrough)
  expect(after.lookedThrough).toBeGreaterThanOrEqual(before.lookedThrough)
  if (changedHands && move.do !== 'hand') expect(after.lookedThrough).toBe(after.messages)
  if (after.unseenAlarmAt !== null) expect(after.lookedThrough).toBeLessThanOrEqual(after.answeredThrough)
  expect(after.waitingSince === null).toBe(after.answeredThrough === after.messages)
  expect(holding).toBe(claim === null ? 0 : 1)
}

test('[CL1] [CL2] [CL5] [CL16] [AT2] [DL6] through every history: one holder, a growing fence, old fences write nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const { room, conversation, act } = story()
      for (const move of steps) {
        const before = structuredClone(conversation())
        act(move)
        const holding = people.map(({ id }) => room.get<Responder>(`responder/${id}`)?.holding ?? 0)
        judge(
          before,
          move,
          conversation(),
          holding.reduce((sum, each) => sum + each, 0),
        )
      }
    }),
    histories(1_000),
  )
})
