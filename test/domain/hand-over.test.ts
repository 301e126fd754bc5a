import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Draft } from '@muster/shared/conversation.ts'
import { expect, test } from 'vitest'
import {
  actor,
  ada,
  bert,
  conversationIn,
  cora,
  customerIn,
  lena,
  nextId,
  responderIn,
  roomWithCustomer,
} from '../support/builders.ts'

const start = 1_000_000
const lease = 60_000

function setup() {
  const { room, conversationId, incidentId } = roomWithCustomer(start)
  const give = (command: object, by = ada, now = start) =>
    room.give({ id: nextId(), incidentId, conversationId, ...command } as IncidentCommand, by, now)
  const handOver = (personId: string, by = ada, fence = 1, now = start) =>
    give({ type: 'conversation/hand-over', fence, personId }, by, now)
  give({ type: 'conversation/claim' })
  return { room, conversationId, incidentId, give, handOver, of: () => conversationIn(room, conversationId) }
}

test('[CL16] the one it is handed to holds it with its draft, under a new fence and a whole lease', () => {
  const { room, conversationId, give, handOver, of } = setup()
  give({ type: 'draft/save', fence: 1, epoch: 1, text: 'Dear Kim' })
  handOver('bert', ada, 1, start + 50_000)
  expect(of().claim).toMatchObject({ holder: { id: 'bert', name: 'Bert' }, fence: 2, until: start + 50_000 + lease })
  expect(room.get<Draft>(`draft/${conversationId}`)?.text).toBe('Dear Kim')
  expect([responderIn(room, 'ada').holding, responderIn(room, 'bert').holding]).toEqual([0, 1])
  expect(room.told.at(-1)).toMatchObject({ type: 'conversation/handed-over', by: { name: 'Ada' } })
  expect(give({ type: 'conversation/renew', fence: 1 })).toMatchObject({
    refusal: { code: 'claim-lost', holder: { name: 'Bert' } },
  })
})

test('[CL16] a lead hands over what somebody else holds, by the fence of today', () => {
  const { give, handOver, of } = setup()
  expect(handOver('lena', bert)).toMatchObject({ refusal: { code: 'not-handed-over', why: 'held', name: 'Ada' } })
  expect(handOver('bert', lena, 2)).toMatchObject({ refusal: { why: 'held' } })
  handOver('lena', lena)
  expect(of().claim).toMatchObject({ holder: { id: 'lena' }, fence: 2 })
  give({ type: 'responder/appoint', personId: 'bert', role: 'lead' }, cora)
  handOver('ada', bert, 2)
  expect(of().claim).toMatchObject({ holder: { id: 'ada' }, fence: 3 })
})

test('[CL16] it goes to nobody who cannot answer, is paused, unbriefed or full, and says why', () => {
  const { room, incidentId, give, handOver, of } = setup()
  give({ type: 'incident/join' }, actor('Olga', 'observer'))
  give({ type: 'incident/join' }, { ...actor('Gia'), incidentId })
  give({ type: 'responder/pause', personId: 'lena', paused: true }, lena)
  for (const name of ['Lou', 'Max', 'Nia']) {
    give({ type: 'conversation/claim', conversationId: customerIn(room, name, start) }, bert)
  }
  const refused = (personId: string, why: string, name: string) =>
    expect(handOver(personId)).toMatchObject({ refusal: { why, name, sentence: expect.stringContaining(name) } })
  refused('olga', 'answering', 'Olga')
  refused('gia', 'unbriefed', 'Gia')
  refused('lena', 'paused', 'Lena')
  refused('bert', 'full', 'Bert')
  expect(handOver('nobody')).toMatchObject({ refusal: { code: 'not-found' } })
  expect(handOver('ada')).toMatchObject({ type: 'unchanged' })
  expect(of()).toMatchObject({ fence: 1, claim: { holder: { id: 'ada' } } })
})

test('[CL8] [CL16] nothing is handed over after the lease, nor while a reply is on its way', () => {
  const { give, handOver } = setup()
  expect(handOver('bert', ada, 1, start + lease)).toMatchObject({
    refusal: { code: 'not-handed-over', why: 'gone', name: null },
  })
  give({ type: 'reply/submit', fence: 1, epoch: 1, text: 'Hello', through: 1 })
  for (const by of [ada, lena]) {
    expect(handOver('bert', by)).toMatchObject({ refusal: { code: 'reply-on-its-way' } })
  }
})
