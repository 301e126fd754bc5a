import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Policy } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import {
  actor,
  ada,
  arrivalOf,
  bert,
  conversationIn,
  customerIn,
  nextId,
  responderIn,
  roomWithCustomer,
} from '../support/builders.ts'

const start = 1_000_000
const minute = 60_000
const patience = 10 * minute
const topics = [
  { id: 'login', name: 'Signing in', words: ['password'] },
  { id: 'mail', name: 'Mail', words: ['mail'] },
]

/** The first customer, Kim, waits since `start`, about no topic; others come a second after each other. */
function setup(policy: Partial<Policy> = {}) {
  const whole = { leaseMs: 60 * minute, claimsPerPerson: 20, patienceMs: patience, choicesInARow: 2, ...policy }
  const { room, conversationId: head, incidentId } = roomWithCustomer(start, { topics, policy: whole })
  const texts = { Lou: 'My password', Max: 'My mail', Nia: 'My password', Ole: 'My password', Pam: 'My mail' }
  const ids = Object.entries(texts).map(([name, text], index) =>
    customerIn(room, name, start + (index + 1) * 1_000, arrivalOf({ text, from: { address: name, name } })),
  )
  const [lou = '', max = '', nia = '', ole = '', pam = ''] = ids
  const give = (command: object, by = ada, now = start + 20_000) =>
    room.give({ id: nextId(), incidentId, ...command } as IncidentCommand, by, now)
  const claim = (conversationId: string, by = ada, now = start + 20_000) =>
    give({ type: 'conversation/claim', conversationId }, by, now)
  const next = (wished: string[] = [], now = start + 20_000, by = ada) =>
    give({ type: 'conversation/take-next', topics: wished }, by, now)
  const several = (conversationIds: string[], now = start + 20_000) =>
    give({ type: 'conversation/claim-several', conversationIds }, ada, now)
  const holder = (id: string) => conversationIn(room, id).claim?.holder.id ?? null
  return {
    room,
    incidentId,
    head,
    lou,
    max,
    nia,
    ole,
    pam,
    give,
    claim,
    next,
    several,
    holder,
    of: () => responderIn(room, 'ada'),
  }
}

const late = start + patience + 30_000
const taken = (id: string) => ({ type: 'change', answer: { conversation: { id } } })

test('[CL11] the oldest in any of the topics is next, and the oldest of all where none waits there', () => {
  const { head, lou, max, nia, ole, pam, next } = setup()
  expect(next(['login', 'mail'])).toMatchObject(taken(lou))
  expect(next(['mail'])).toMatchObject(taken(max))
  expect(next(['login'])).toMatchObject(taken(nia))
  expect(next(['mail'])).toMatchObject(taken(pam))
  expect(next(['mail'])).toMatchObject(taken(head))
  expect(next(['unheard-of'])).toMatchObject(taken(ole))
  expect(next(['login'])).toMatchObject({ refusal: { code: 'nothing-waiting' } })
})

test('[CL12] nobody is held to anything while nobody waits too long', () => {
  const { lou, max, nia, ole, claim, of } = setup()
  for (const id of [lou, max, nia, ole]) expect(claim(id, ada, start + patience)).toMatchObject(taken(id))
  expect(of().choices).toBe(4)
})

test('[CL12] after some choices in a row a claim is refused with how long somebody waits', () => {
  const { head, lou, max, nia, ole, claim, of } = setup()
  claim(lou, ada, late)
  claim(max, ada, late)
  expect(claim(nia, ada, late)).toMatchObject({
    type: 'refused',
    refusal: { code: 'oldest-first', sentence: expect.stringContaining('10 minutes'), waitingSince: start },
  })
  expect(claim(head, ada, late)).toMatchObject(taken(head))
  expect(of().choices).toBe(0)
  expect(claim(ole, ada, late)).toMatchObject(taken(ole))
})

test('[CL12] whoever takes one is told how many they have chosen in a row by now', () => {
  const { lou, max, next, several } = setup()
  expect(several([lou, max])).toMatchObject({ answer: { claimed: [{ choices: 1 }, { choices: 2 }] } })
  expect(next([])).toMatchObject({ answer: { choices: 0 } })
})

test('[CL12] one person’s choices are no other’s', () => {
  const { lou, max, nia, claim } = setup()
  claim(lou, ada, late)
  claim(max, ada, late)
  expect(claim(nia, bert, late)).toMatchObject(taken(nia))
})

test('[CL12] taking the next in one’s topics is a choice too, and gives the head once there were enough', () => {
  const { head, lou, nia, ole, next, of } = setup()
  expect(next(['login'], late)).toMatchObject(taken(lou))
  expect(next(['login'], late)).toMatchObject(taken(nia))
  expect(next(['login'], late)).toMatchObject(taken(head))
  expect(of().choices).toBe(0)
  expect(next(['login'], late)).toMatchObject(taken(ole))
})

test('[CL12] the head is nobody’s choice, by whatever road: also where it is in one’s topics', () => {
  const { head, lou, max, nia, claim, next, of } = setup()
  next([], late, bert)
  claim(max, ada, late)
  claim(nia, ada, late)
  expect(next(['login'], late)).toMatchObject(taken(lou))
  expect(of().choices).toBe(0)
  expect(head).not.toBe(lou)
})

test('[CL12] one’s own conversation that lapsed is never refused, and is no choice', () => {
  const { lou, max, nia, claim, of } = setup({ leaseMs: 5_000 })
  claim(lou, ada, late)
  claim(max, ada, late)
  expect(claim(lou, ada, late + 5_000)).toMatchObject(taken(lou))
  expect(of()).toMatchObject({ choices: 2, holding: 2 })
  expect(claim(nia, ada, late + 5_000)).toMatchObject({ refusal: { code: 'oldest-first' } })
})

test('[CL14] of several as many are claimed as may be, the longest waiting first, with the reasons for the others', () => {
  const { lou, max, nia, pam, claim, several, holder, of } = setup({ claimsPerPerson: 2 })
  claim(max, bert)
  const decision = several([nia, pam, max, lou, lou])
  expect(decision).toMatchObject({
    answer: {
      claimed: [{ conversation: { id: lou }, draft: null }, { conversation: { id: nia } }],
      refused: [
        { conversationId: max, refusal: { code: 'already-claimed' } },
        { conversationId: pam, refusal: { code: 'too-many-claims' } },
      ],
    },
  })
  expect([lou, nia, max, pam].map(holder)).toEqual(['ada', 'ada', 'bert', null])
  expect(of().holding).toBe(2)
})

test('[CL14] several that somebody else let lapse are all taken from them', () => {
  const { room, lou, max, give, several } = setup({ leaseMs: 5_000 })
  give({ type: 'conversation/claim-several', conversationIds: [lou, max] }, bert, start)
  expect(responderIn(room, 'bert').holding).toBe(2)
  several([lou, max], start + 5_000)
  expect([responderIn(room, 'ada').holding, responderIn(room, 'bert').holding]).toEqual([2, 0])
})

test('[CL14] when none may be claimed it is refused, and what one holds already is answered', () => {
  const { lou, max, nia, claim, several } = setup()
  claim(lou, bert)
  claim(max, bert)
  expect(several([lou, max, 'nothing'])).toMatchObject({ type: 'refused', refusal: { code: 'already-claimed' } })
  claim(nia)
  expect(several([nia])).toMatchObject({ type: 'unchanged', answer: { claimed: [{ conversation: { id: nia } }] } })
})

test('[CL12] [CL14] each of several counts as a choice, and the head among them frees the others', () => {
  const { head, lou, max, nia, ole, several, of } = setup()
  const outcome = several([ole, nia, max, lou], late)
  expect(outcome).toMatchObject({ answer: { claimed: { length: 2 }, refused: { length: 2 } } })
  expect(of().choices).toBe(2)
  const again = several([ole, nia, head], late)
  expect(again.type === 'change' && (again.answer.claimed as { conversation: Conversation }[])).toMatchObject([
    { conversation: { id: head } },
    { conversation: { id: nia } },
    { conversation: { id: ole } },
  ])
  // Each in turn was the one who waited longest.
  expect(of().choices).toBe(0)
})

test('[CL15] whoever is paused gets nothing new by any road, and keeps what they hold', () => {
  const { lou, max, give, claim, next, several } = setup()
  claim(lou)
  give({ type: 'responder/pause', personId: 'ada', paused: true })
  for (const decision of [claim(max), next(), next(['login']), several([max])]) {
    expect(decision).toMatchObject({ type: 'refused', refusal: { code: 'paused' } })
  }
  expect(give({ type: 'conversation/renew', conversationId: lou, fence: 1 })).not.toMatchObject({ type: 'refused' })
  expect(claim(lou)).toMatchObject({ type: 'unchanged' })
  give({ type: 'responder/pause', personId: 'ada', paused: false })
  expect(claim(max)).toMatchObject({ type: 'change' })
})

test('[CL15] who came by a link answers nobody before the briefing', () => {
  const { incidentId, lou, give, claim, next } = setup()
  const gia = { ...actor('Gia'), incidentId }
  give({ type: 'incident/join' }, gia)
  for (const decision of [claim(lou, gia), next([], start, gia)]) {
    expect(decision).toMatchObject({ type: 'refused', refusal: { code: 'not-briefed' } })
  }
  give({ type: 'briefing/finish', epoch: 1 }, gia)
  expect(claim(lou, gia)).toMatchObject({ type: 'change' })
})
