import { noRecord } from '@muster/shared/training-rules.ts'
import { expect, test } from 'vitest'
import {
  arrangePeople,
  countPeople,
  heldBy,
  holdings,
  newcomersAnswering,
  type Order,
  teamsOf,
} from '../../web/state/people.ts'
import { claimOf, responderOf, waitingOf } from '../support/room-records.ts'

const ada = responderOf('ada', { name: 'Ada', team: 'Support' })
const bert = responderOf('bert', { name: 'Bert', team: 'Sales', paused: true })
const nia = responderOf('nia', { name: 'Nia', team: 'Sales', level: 'gated' })
const olu = responderOf('olu', { name: 'Olu', team: 'Legal', level: 'gated' })
const roster = [olu, nia, bert, ada]
const present = new Set(['ada', 'nia', 'olu'])
const conversations = [
  waitingOf('one', { claim: claimOf('nia', 300) }),
  waitingOf('two', { claim: claimOf('olu', 200) }),
  waitingOf('three', { claim: claimOf('nia', 100) }),
  waitingOf('four', { claim: claimOf('ada', 50) }),
  waitingOf('five'),
]
const held = holdings(conversations)

const names = (whom: Parameters<typeof arrangePeople>[2]['whom'], team = '', search = '') =>
  arrangePeople(roster, present, { whom, team, search }).map(({ name }) => name)

test('[WB31] people stand by name, and are found by team, by words and by what they are', () => {
  expect(names('all')).toEqual(['Ada', 'Bert', 'Nia', 'Olu'])
  expect(names('here')).toEqual(['Ada', 'Nia', 'Olu'])
  expect(names('paused')).toEqual(['Bert'])
  expect(names('newcomers', 'Sales')).toEqual(['Nia'])
  expect(names('all', '', 'sales ni')).toEqual(['Nia'])
  expect(names('all', '', 'nobody')).toEqual([])
  expect(countPeople(roster, present)).toEqual({ here: 3, all: 4, newcomers: 2, paused: 1 })
  expect(teamsOf(roster)).toEqual(['Legal', 'Sales', 'Support'])
})

test('[WB31] what somebody holds stands with them, the longest first', () => {
  expect(heldBy(held, 'nia').map(({ id }) => id)).toEqual(['three', 'one'])
  expect(heldBy(held, 'bert')).toEqual([])
})

test('[WB31] newcomers who answer come first by how long they are at it', () => {
  expect(newcomersAnswering(roster, held).map(({ id }) => id)).toEqual(['nia', 'olu'])
  expect(newcomersAnswering([ada, bert], held)).toEqual([])
})

test('[WB103] who is learning is found alone, and stands by level, by approvals in a row or by returns', () => {
  const record = (given: object) => ({ ...noRecord, ...given })
  const some = responderOf('some', { name: 'Sam', level: 'spot-checked', record: record({ inARow: 4 }) })
  const all = responderOf('all', { name: 'Zoe', level: 'gated', record: record({ inARow: 1, returned: 2 }) })
  const watching = responderOf('watching', { name: 'Wil', role: 'observer', level: 'observer' })
  const people = [ada, some, all, watching]
  const order = (by: Order) =>
    arrangePeople(people, present, { whom: 'newcomers', team: '', search: '', order: by }).map(({ name }) => name)
  expect(order('name')).toEqual(['Sam', 'Zoe'])
  expect(order('level')).toEqual(['Zoe', 'Sam'])
  expect(order('near')).toEqual(['Sam', 'Zoe'])
  expect(order('returned')).toEqual(['Zoe', 'Sam'])
})
