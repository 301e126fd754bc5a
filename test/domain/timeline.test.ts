import type { Actor } from '@muster/server/domain/decision.ts'
import { lists } from '@muster/server/domain/indexes.ts'
import type { Moment } from '@muster/shared/moment.ts'
import { expect, test } from 'vitest'
import { ada, bert, cora, lena, muster, roomWithCustomer } from '../support/builders.ts'
import { Customers } from '../support/changing.ts'
import { Office } from '../support/office.ts'
import type { Records } from '../support/records.ts'
import { refusedWith } from '../support/setback.ts'

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

function linesOf(room: Records, type: Moment['type']): Moment[] {
  const moments = room.list(lists.timeline).flatMap(key => room.get<Moment>(key) ?? [])
  return moments.filter(moment => moment.type === type)
}

test('[IN10] two who were joined or parted by hand are a line that tells them apart; what Muster joins by itself is none', () => {
  const office = new Office()
  const { room, kim } = office
  const customers = new Customers(room, start + 10)
  customers.write('On it?', { address: 'lee@example.com', identity: 'did:plc:lee' })
  customers.write('Hello?', { address: '@lee', channelId: 'posts', identity: 'did:plc:lee' })
  expect(linesOf(room, 'conversation/merged')).toEqual([])
  const other = customers.write('Still down.', { address: '@kim', channelId: 'posts' })
  office.give({ type: 'conversation/merge', otherId: other })
  expect(office.conversation.human.address).toBe('@kim')
  expect(linesOf(room, 'conversation/merged')).toMatchObject([
    { by: { name: 'Ada' }, detail: { conversationId: kim, customer: 'Kim', also: ['kim@example.com'] } },
  ])
  office.give({ type: 'conversation/part', channelId: 'posts', address: '@kim' })
  expect(linesOf(room, 'conversation/parted')).toMatchObject([
    { by: { name: 'Ada' }, detail: { conversationId: other, customer: 'Kim', former: 'kim@example.com' } },
  ])
})

test('[IN10] an uncertain reply is a line, and so is what settles it: a lead, or what its network shows', () => {
  const settled = (by: Actor, command: object) => {
    const office = new Office()
    office.submit()
    office.take()
    office.give(
      { type: 'delivery/uncertain', replyId: 'reply', worker: 'one', setback: refusedWith('No answer.') },
      muster,
    )
    expect(linesOf(office.room, 'reply/uncertain')).toHaveLength(1)
    office.give({ replyId: 'reply', ...command }, by)
    return linesOf(office.room, 'reply/settled')
  }
  expect(settled(lena, { type: 'reply/settle', arrived: false })).toMatchObject([
    { by: { name: 'Lena' }, detail: { arrived: false, writer: 'Ada' } },
  ])
  expect(settled(muster, { type: 'delivery/sent', worker: 'one', externalId: 'x' })).toMatchObject([
    { by: null, detail: { arrived: true } },
  ])
})

test('[IN10] lanes that are slowed or freed stand under their channel’s name, by who reads what leaves by them', () => {
  const { room } = roomWithCustomer(start)
  const watched = (...found: string[]) => {
    const lanes = found.map(lane => ({
      lane,
      name: lane.startsWith('posts') ? 'Acme posts' : 'Support',
      why: 'cost' as const,
      leavesAt: null,
    }))
    room.give({ id: 'watch', type: 'pipes/watch', lanes }, muster, start)
    return room.get<Moment>('moment/watch')?.detail
  }
  const none = { slowed: [], slowedPrivate: [], freed: [], freedPrivate: [] }
  expect(watched('posts', 'mail/direct')).toEqual({ ...none, slowed: ['Acme posts'], slowedPrivate: ['Support'] })
  expect(watched('posts', 'posts/direct')).toEqual({
    ...none,
    slowedPrivate: ['Acme posts'],
    freedPrivate: ['Support'],
  })
  expect(watched()).toEqual({ ...none, freed: ['Acme posts'], freedPrivate: ['Acme posts'] })
})
