import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Claim, Draft } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { expect, test } from 'vitest'
import {
  actor,
  ada,
  arrivalOf,
  arriving,
  bert,
  conversationIn,
  cora,
  lena,
  muster,
  nextId,
  roomWithCustomer,
} from '../support/builders.ts'

const start = 1_000_000
const lease = 60_000

/** Ada holds the only customer; Bert and Lena are there as well. */
function setup() {
  const { room, conversationId, incidentId } = roomWithCustomer(start)
  const act = (command: object, who = ada, now = start) =>
    room.give({ id: nextId(), incidentId, conversationId, ...command } as IncidentCommand, who, now)
  act({ type: 'conversation/claim' })
  const ask = (fence = 1, who = ada, now = start) => act({ type: 'pair/ask', fence }, who, now)
  const join = (who = bert, fence = 1, now = start) => act({ type: 'pair/join', fence }, who, now)
  const leave = (who = bert, fence = 1) => act({ type: 'pair/leave', fence }, who)
  const conversation = () => conversationIn(room, conversationId)
  const pair = () => (conversation().claim as Claim).pair
  const level = (who: typeof ada, given: string) =>
    room.give(
      { id: nextId(), type: 'responder/level', incidentId, personId: who.id, level: given } as IncidentCommand,
      cora,
      start,
    )
  return { room, incidentId, conversationId, act, ask, join, leave, conversation, pair, level }
}

const send = { type: 'reply/submit', fence: 1, epoch: 1, text: 'We are on it.', through: 1 }

test('[PR1] a holder asks, somebody is asked first, and whoever comes sits there', () => {
  const { room, ask, join, pair } = setup()
  expect(ask()).toMatchObject({ type: 'change' })
  expect(pair()).toMatchObject({ askedAt: start, partner: null })
  expect(['bert', 'lena']).toContain(pair()?.suggested?.id)
  expect(room.list('pairs')).toHaveLength(1)
  expect(join(bert)).toMatchObject({ type: 'change' })
  expect(pair()?.partner).toEqual({ id: 'bert', name: 'Bert' })
  expect(room.list('pairs')).toEqual([])
  expect(room.told.map(({ type }) => type).slice(-2)).toEqual(['pair/asked', 'pair/joined'])
})

test('[PR1] whom to ask first rotates', () => {
  const { ask, join, leave, pair } = setup()
  const partners = ['bert', 'lena', 'bert', 'lena'].map(() => {
    ask()
    const first = pair()?.suggested?.id ?? ''
    const who = first === 'bert' ? bert : lena
    join(who)
    leave(who)
    return first
  })
  expect(new Set(partners.slice(0, 2)).size).toBe(2)
  expect(partners.slice(2).toSorted()).toEqual(['bert', 'lena'])
})

test('[PR1] who needs review themselves is asked last, and who is on a pause or only watches not at all', () => {
  const { room, incidentId, ask, leave, pair, level, join } = setup()
  level(bert, 'gated')
  ask()
  expect(pair()?.suggested?.id).toBe('lena')
  leave(ada)
  room.give({ id: nextId(), type: 'responder/pause', incidentId, personId: 'lena', paused: true }, lena, start)
  ask()
  expect(pair()?.suggested?.id).not.toBe('lena')
  expect(join(lena)).toMatchObject({ type: 'refused', refusal: { code: 'conflict' } })
  level(bert, 'observer')
  leave(ada)
  ask()
  expect(pair()?.suggested).toBeNull()
  expect(join(bert)).toMatchObject({ type: 'refused' })
})

test('[PR1] nobody joins unasked, a second time, beside somebody else, under an old fence, or themselves', () => {
  const { ask, join } = setup()
  expect(join()).toMatchObject({ type: 'refused', refusal: { code: 'already-claimed', holder: { id: 'ada' } } })
  ask()
  expect(join(ada)).toMatchObject({ type: 'refused', refusal: { code: 'conflict' } })
  expect(join(bert, 2)).toMatchObject({ type: 'refused', refusal: { code: 'not-found' } })
  expect(join(bert, 1, start + lease)).toMatchObject({ type: 'refused', refusal: { code: 'not-found' } })
  expect(join(actor('Zoe'))).toMatchObject({ type: 'refused', refusal: { code: 'not-found' } })
  expect(join(bert)).toMatchObject({ type: 'change' })
  expect(join(bert)).toMatchObject({ type: 'unchanged' })
  expect(join(lena)).toMatchObject({ type: 'refused', refusal: { code: 'conflict' } })
  expect(ask()).toMatchObject({ type: 'unchanged' })
})

test('[PR2] either saves the draft and keeps the claim by it', () => {
  const { room, conversationId, act, ask, join, conversation } = setup()
  const save = { type: 'draft/save', fence: 1, epoch: 1, text: 'Dear Kim' }
  ask()
  expect(act(save, bert)).toMatchObject({ type: 'refused', refusal: { code: 'claim-lost' } })
  join()
  act(save, bert, start + 30_000)
  expect(room.get<Draft>(`draft/${conversationId}`)).toMatchObject({ text: 'Dear Kim', writer: { id: 'bert' } })
  expect(conversation().claim?.until).toBe(start + 30_000 + lease)
})

test.each([
  ['the holder', ada, 'bert'],
  ['the other', bert, 'ada'],
])('[PR2] %s sends, and both are named', (_, who, partner) => {
  const { room, act, ask, join, conversation } = setup()
  ask()
  join()
  expect(act(send, who)).toMatchObject({ type: 'change' })
  const reply = room.get<Reply>(`reply/${conversation().claim?.replyId}`)
  expect(reply).toMatchObject({ writer: { id: who.id }, partner: { id: partner } })
  expect(act(send, who === ada ? bert : ada)).toMatchObject({ refusal: { code: 'reply-on-its-way' } })
})

test('[PR2] neither of a pair reviews what they wrote', () => {
  const { act, ask, join, conversation } = setup()
  ask()
  join(lena)
  act({ ...send, askReview: true })
  const replyIds = [conversation().claim?.replyId]
  const review = (who: typeof ada) => act({ type: 'review/claim', replyIds }, who, start + lease)
  for (const who of [ada, lena]) expect(review(who)).toMatchObject({ refusal: { code: 'own-reply' } })
  expect(review(cora)).toMatchObject({ type: 'change' })
})

test('[PR6] whoever leaves can neither save nor send any more, and the holder goes on', () => {
  const { act, ask, join, leave, conversation } = setup()
  ask()
  join()
  leave()
  expect(conversation().claim).toMatchObject({ holder: { id: 'ada' }, fence: 1, pair: null })
  expect(act({ type: 'draft/save', fence: 1, epoch: 1, text: 'x' }, bert)).toMatchObject({ type: 'refused' })
  expect(act(send, bert)).toMatchObject({ type: 'refused', refusal: { code: 'claim-lost' } })
  expect(act(send)).toMatchObject({ type: 'change' })
})

test('[PR6] a holder ends it as well; a claim that is released, handed over or lapses ends it', () => {
  const { room, act, ask, join, leave, conversation, conversationId } = setup()
  ask()
  join()
  leave(ada)
  expect(conversation().claim?.pair).toBeNull()
  ask()
  join()
  act({ type: 'conversation/hand-over', fence: 1, personId: 'lena' })
  expect(conversation().claim).toMatchObject({ holder: { id: 'lena' }, fence: 2, pair: null })
  ask(2, lena)
  join(bert, 2)
  room.give({ id: nextId(), type: 'claim/lapse', conversationId, fence: 2 }, muster, start + 2 * lease)
  expect(conversation().claim).toBeNull()
  expect(act({ ...send, fence: 2 }, bert, start + 2 * lease)).toMatchObject({ type: 'refused' })
})

test('[PR1] [PR6] only the holder asks, releases and hands over', () => {
  const { room, act, ask, join } = setup()
  room.give(arriving(arrivalOf({ from: { address: 'lou@example.com', name: 'Lou' } })), muster, start)
  expect(ask(1, bert)).toMatchObject({ type: 'refused', refusal: { code: 'claim-lost' } })
  ask()
  join()
  for (const type of ['conversation/release', 'conversation/hand-over']) {
    expect(act({ type, fence: 1, personId: 'lena' }, bert)).toMatchObject({ type: 'refused' })
  }
})
