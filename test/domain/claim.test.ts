import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Draft } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'
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

const start = 1_000_000
const lease = 60_000

function setup() {
  const { room, conversationId, incidentId } = roomWithCustomer(start)
  const about = { incidentId, conversationId }
  const claim = (who = ada, now = start) => room.give({ id: nextId(), type: 'conversation/claim', ...about }, who, now)
  const act = (command: object, who = ada, now = start) =>
    room.give({ id: nextId(), ...about, ...command } as IncidentCommand, who, now)
  const submit = (fence: number, who = ada, now = start) =>
    act({ type: 'reply/submit', fence, epoch: 1, text: 'We are on it.', through: 1 }, who, now)
  return {
    room,
    conversationId,
    incidentId,
    claim,
    act,
    submit,
    conversation: () => conversationIn(room, conversationId),
  }
}

test('[CL1] whoever claims second is told who was first', () => {
  const { claim } = setup()
  expect(claim(ada)).toMatchObject({ type: 'change' })
  expect(claim(bert)).toMatchObject({
    type: 'refused',
    refusal: { code: 'already-claimed', holder: { id: 'ada', name: 'Ada' } },
  })
})

test('[CL1] only who stands in the roster can claim', () => {
  const { room, conversationId, incidentId } = roomWithCustomer(start)
  const stranger = { id: 'zoe', name: 'Zoe', team: '', role: 'responder' as const, incidentId: null }
  const command = { id: nextId(), type: 'conversation/claim', incidentId, conversationId } as const
  expect(room.give(command, stranger, start)).toMatchObject({ type: 'refused', refusal: { code: 'not-found' } })
})

test('[CL2] the fence grows by one with every claim', () => {
  const { claim, act, conversation } = setup()
  claim(ada)
  expect(conversation().fence).toBe(1)
  act({ type: 'conversation/release', fence: 1 })
  claim(bert)
  expect(conversation()).toMatchObject({ fence: 2, claim: { holder: { id: 'bert' }, fence: 2 } })
})

test('[CL3] a lapsed claim cannot submit', () => {
  const { claim, submit } = setup()
  claim(ada)
  expect(submit(1, ada, start + lease)).toMatchObject({
    type: 'refused',
    refusal: { code: 'claim-lost', holder: null },
  })
  expect(submit(1, ada, start + lease - 1)).toMatchObject({ type: 'change' })
})

test('[CL3] a lapsed claim can be taken over without anybody having announced the lapse', () => {
  const { claim, conversation } = setup()
  claim(ada)
  claim(bert, start + lease)
  expect(conversation().claim).toMatchObject({ holder: { id: 'bert' }, fence: 2 })
})

test('[CL3] announcing a lapse too late, or of an older claim, changes nothing', () => {
  const { room, conversationId, claim, conversation } = setup()
  claim(ada)
  const lapse = (fence: number, now: number) =>
    room.give({ id: nextId(), type: 'claim/lapse', conversationId, fence }, muster, now)
  expect(lapse(1, start + lease - 1)).toMatchObject({ type: 'unchanged' })
  claim(bert, start + lease)
  expect(lapse(1, start + 2 * lease)).toMatchObject({ type: 'unchanged' })
  expect(conversation().claim?.holder.id).toBe('bert')
})

test('[CL4] work extends the lease, and an old fence extends nothing', () => {
  const { claim, act, conversation } = setup()
  claim(ada)
  act({ type: 'draft/save', fence: 1, epoch: 1, text: 'Dear Kim' }, ada, start + 30_000)
  expect(conversation().claim?.until).toBe(start + 30_000 + lease)
  claim(bert, start + 200_000)
  const until = conversation().claim?.until
  expect(act({ type: 'conversation/renew', fence: 1 }, ada, start + 200_001)).toMatchObject({ type: 'refused' })
  expect(conversation().claim?.until).toBe(until)
})

test('[CL4] a fresh lease is not told again with every keystroke', () => {
  const { room, claim, act } = setup()
  claim(ada)
  const before = room.told.length
  act({ type: 'draft/save', fence: 1, epoch: 1, text: 'D' }, ada, start + 1_000)
  expect(act({ type: 'conversation/renew', fence: 1 }, ada, start + 2_000)).toEqual({
    type: 'unchanged',
    answer: { until: start + lease },
  })
  expect(room.told.length).toBe(before)
})

test('[CL4] a clock that jumps back takes nothing from a lease', () => {
  const { claim, act, conversation } = setup()
  claim(ada)
  act({ type: 'conversation/renew', fence: 1 }, ada, start - 3_600_000)
  expect(conversation().claim?.until).toBe(start + lease)
})

test.each([
  ['conversation/renew', {}],
  ['conversation/release', {}],
  ['draft/save', { epoch: 1, text: 'x' }],
  ['reply/submit', { epoch: 1, text: 'x', through: 1 }],
])('[CL5] %s with an old fence names the holder of today and changes nothing', (type, more) => {
  const { room, claim, act } = setup()
  claim(ada)
  claim(bert, start + lease)
  const before = structuredClone([...room.records])
  expect(act({ type, fence: 1, ...more }, ada, start + lease + 1)).toMatchObject({
    type: 'refused',
    refusal: { code: 'claim-lost', holder: { name: 'Bert' } },
  })
  expect([...room.records]).toEqual(before)
})

test('[CL5] the fence of an earlier claim is old even to the one who claimed again', () => {
  const { claim, act, submit } = setup()
  claim(ada)
  act({ type: 'conversation/release', fence: 1 })
  claim(ada)
  expect(submit(1)).toMatchObject({ type: 'refused', refusal: { code: 'claim-lost' } })
  expect(submit(2)).toMatchObject({ type: 'change' })
})

test("[CL5] another person's fence is no better than an old one", () => {
  const { claim, submit } = setup()
  claim(ada)
  expect(submit(1, bert)).toMatchObject({ type: 'refused', refusal: { code: 'claim-lost', holder: { name: 'Ada' } } })
})

test('[CL6] the next holder gets the draft of the one whose claim lapsed', () => {
  const { room, conversationId, claim, act, conversation } = setup()
  claim(ada)
  act({ type: 'draft/save', fence: 1, epoch: 1, text: 'Dear Kim, ' })
  room.give({ id: nextId(), type: 'claim/lapse', conversationId, fence: 1 }, muster, start + lease)
  expect(conversation().claim).toBeNull()
  expect(room.list('waiting')).toEqual([`conversation/${conversationId}`])
  const claimed = claim(bert, start + lease + 1)
  expect(claimed).toMatchObject({ answer: { draft: { text: 'Dear Kim, ', writer: { name: 'Ada' } } } })
  expect(room.get<Draft>(`draft/${conversationId}`)?.text).toBe('Dear Kim, ')
})

test('[CL7] taking the next gives the one who waits longest and is held by nobody', () => {
  const { room, incidentId, conversationId, claim } = setup()
  room.give(arriving(arrivalOf({ from: { address: 'lou@example.com', name: 'Lou' } })), muster, start + 1)
  claim(ada)
  const next = room.give({ id: nextId(), type: 'conversation/take-next', incidentId }, bert, start + 2)
  expect(next).toMatchObject({ answer: { conversation: { human: { name: 'Lou' } } } })
  const none = room.give({ id: nextId(), type: 'conversation/take-next', incidentId }, bert, start + 3)
  expect(none).toMatchObject({ type: 'refused', refusal: { code: 'nothing-waiting' } })
  expect(conversationIn(room, conversationId).claim?.holder.id).toBe('ada')
})

test('[CL8] while a reply is on its way the claim neither lapses nor changes hands', () => {
  const { room, conversationId, claim, submit, conversation } = setup()
  claim(ada)
  submit(1)
  expect(claim(bert, start + 10 * lease)).toMatchObject({ type: 'refused', refusal: { code: 'reply-on-its-way' } })
  room.give({ id: nextId(), type: 'claim/lapse', conversationId, fence: 1 }, muster, start + 10 * lease)
  expect(conversation().claim).toMatchObject({ holder: { id: 'ada' }, fence: 1 })
})

test('[CL9] claiming again what one holds changes nothing and answers the claim', () => {
  const { claim, conversation } = setup()
  claim(ada)
  expect(claim(ada, start + 5)).toMatchObject({ type: 'unchanged', answer: { conversation: { fence: 1 } } })
  expect(conversation().fence).toBe(1)
})

test('[CL10] a person holds at most as many conversations as the incident allows', () => {
  const { room, incidentId, claim, act } = setup()
  for (const name of ['Lou', 'Max', 'Nia']) {
    room.give(arriving(arrivalOf({ from: { address: `${name}@example.com`, name } })), muster, start)
  }
  const next = () => room.give({ id: nextId(), type: 'conversation/take-next', incidentId }, ada, start)
  claim(ada)
  next()
  next()
  expect(next()).toMatchObject({ type: 'refused', refusal: { code: 'too-many-claims' } })
  act({ type: 'conversation/release', fence: 1 })
  expect(next()).toMatchObject({ type: 'change' })
  expect(room.get<Responder>('responder/ada')?.holding).toBe(3)
})
