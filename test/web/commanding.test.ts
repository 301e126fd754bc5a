import type { Conversation } from '@muster/shared/conversation.ts'
import type { Facts, Incident, Responder } from '@muster/shared/incident.ts'
import type { Moment } from '@muster/shared/moment.ts'
import { beforeAll, expect, test } from 'vitest'
import { actor, ada, bert, cora, lena, nextId, roomWithCustomer } from '../support/builders.ts'
import { speak } from './speaking.ts'

const start = 1_000_000
const minute = 60_000
const olga = actor('Olga', 'observer')

let offices: typeof import('../../web/state/offices.ts')
let takeover: typeof import('../../web/state/takeover.ts')
let concerns: typeof import('../../web/state/concerns.ts')
let pace: typeof import('../../web/state/pace.ts')

beforeAll(async () => {
  await speak('en')
  offices = await import('../../web/state/offices.ts')
  takeover = await import('../../web/state/takeover.ts')
  concerns = await import('../../web/state/concerns.ts')
  pace = await import('../../web/state/pace.ts')
})

function rosterOf({ room }: ReturnType<typeof roomWithCustomer>): Responder[] {
  return [ada, bert, lena, olga].flatMap(({ id }) => room.get<Responder>(`responder/${id}`) ?? [])
}

test('[WB41] who leads is told by the role they have here, and whoever commands stands apart', () => {
  const given = roomWithCustomer(start)
  const { room, incidentId } = given
  const appoint = (personId: string, role: 'lead' | 'responder' | 'commander') =>
    room.give({ id: nextId(), type: 'responder/appoint', incidentId, personId, role }, cora, start)
  appoint('ada', 'lead')
  room.give({ id: nextId(), type: 'incident/join', incidentId }, olga, start)
  appoint('olga', 'responder')
  const names = (people: readonly Responder[]) => people.map(({ name }) => name)
  const before = offices.officesOf(rosterOf(given), 'cora')
  expect(names(before.leads)).toEqual(['Ada', 'Lena'])
  expect(names(before.others)).toEqual(['Olga'])
  appoint('ada', 'commander')
  expect(names(offices.officesOf(rosterOf(given), 'cora').commanders)).toEqual(['Ada'])
  expect(names(offices.officesOf(rosterOf(given), 'ada').commanders)).toEqual([])
})

test('[WB41] the command is offered to those who are here first', () => {
  const here = new Map([['lena', { id: 'lena', name: 'Lena', viewing: null, typing: false }]])
  const found = offices.candidates(rosterOf(roomWithCustomer(start)), here, ({ id }) => id !== 'bert')
  expect(found.map(({ id }) => id)).toEqual(['lena', 'ada'])
})

test('[WB41] whoever was given the command is told, for an hour, what they took over', () => {
  const { room, incidentId, conversationId } = roomWithCustomer(start)
  const give = { id: 'give', type: 'incident/hand-over', incidentId, personId: 'lena' } as const
  room.give(give, cora, start + minute)
  const handOver = room.get<Moment>('moment/give') as Moment
  const incident = room.get<Incident>('incident') as Incident
  const commander = incident.commander.id
  expect(takeover.newestHandOver([handOver])).toBe(handOver)
  const told = (person: string, now: number) => takeover.tookOver(handOver, commander, person, now)
  expect(told('lena', start + 2 * minute)).toBe(true)
  expect(told('cora', start + 2 * minute)).toBe(false)
  expect(told('lena', start + 62 * minute)).toBe(false)
  expect(takeover.tookOver(null, commander, 'lena', start)).toBe(false)

  const conversation = room.get<Conversation>(`conversation/${conversationId}`) as Conversation
  const question = { by: { id: 'ada', name: 'Ada' }, text: 'Refund?', at: start, answer: null }
  const conversations = new Map([[conversationId, { ...conversation, question, unseenAlarmAt: start }]])
  const found = concerns.concernsOf({ conversations, replies: new Map() }, 5 * minute, start)
  expect(found).toEqual({ unseen: 1, unsettled: 0, questions: 1 })
  const counts = { waiting: 1, held: 0, mine: 0, answered: 0, all: 1, oldest: start }
  const picture = { incident, facts: room.get<Facts>('facts') as Facts, counts, concerns: found }
  const values = takeover.takenOver({ ...picture, now: start + 5 * minute }).map(({ value }) => value)
  expect(values).toEqual(['5 min', '1', '5 min', '1 (5 min)', '0', '1'])
})

test('[WB44] replies a minute are counted over the last whole minutes', () => {
  const minutes = (...replies: number[]) => replies.map(number => ({ replies: number }))
  expect(pace.repliesAMinute([])).toBe(null)
  expect(pace.repliesAMinute(minutes(4))).toBe(4)
  expect(pace.repliesAMinute(minutes(3, 99))).toBe(3)
  expect(pace.repliesAMinute(minutes(50, 1, 2, 3, 4, 6, 0))).toBe(3.2)
})
