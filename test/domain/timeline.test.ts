import { lists } from '@muster/server/domain/indexes.ts'
import type { Moment } from '@muster/shared/moment.ts'
import { expect, test } from 'vitest'
import { ada, bert, cora, lena, roomWithCustomer } from '../support/builders.ts'

const start = 1_000_000

test('[IN10] acts of leading are lines of the timeline, with who and when; daily work is not', () => {
  const { room, incidentId, conversationId } = roomWithCustomer(start)
  const facts = { know: '', maySay: 'New.', mustNotSay: [], example: '', nextUpdateAt: null }
  const acts = [
    [{ type: 'incident/surge', on: true }, cora],
    [{ type: 'incident/change', severity: 'sev3' }, cora],
    [{ type: 'facts/publish', epoch: 1, ...facts }, lena],
    [{ type: 'conversation/claim', conversationId }, ada],
    [{ type: 'responder/pause', personId: 'bert', paused: true }, bert],
    [{ type: 'responder/pause', personId: 'ada', paused: true }, lena],
    [{ type: 'incident/resolve' }, cora],
  ] as const
  for (const [index, [act, by]] of acts.entries()) {
    room.give({ id: `act-${index}`, incidentId, ...act }, by, start + index)
  }
  const ids = acts.map((_, index) => `moment/act-${index}`)
  expect(ids.map(key => room.get<Moment>(key))).toMatchObject([
    { type: 'incident/surged', at: start, by: { name: 'Cora' }, detail: { on: true } },
    { type: 'incident/changed', detail: { from: 'sev1', severity: 'sev3' } },
    { type: 'facts/published', by: { name: 'Lena' }, detail: { epoch: 2, maySay: 'New.' } },
    null,
    null,
    { type: 'responder/paused', detail: { person: 'Ada', paused: true } },
    { type: 'incident/resolved', at: start + 6 },
  ] as never)
  expect(room.list(lists.timeline).map(key => key.replace('moment/', ''))).toEqual([
    'act-6',
    'act-5',
    'act-2',
    'act-1',
    'act-0',
    incidentId,
  ])
})
