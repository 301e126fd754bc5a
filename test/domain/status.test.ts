import type { Actor, Decision } from '@muster/server/domain/decision.ts'
import { keyOf, lists } from '@muster/server/domain/indexes.ts'
import { type Lane, longestTryingMs } from '@muster/server/domain/publication.ts'
import type { Moment } from '@muster/shared/moment.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import type { StatusUpdate } from '@muster/shared/status-page.ts'
import { expect, test } from 'vitest'
import { actor, cora, declaring, lena, muster, nextId } from '../support/builders.ts'
import { Records } from '../support/records.ts'
import { refusedWith } from '../support/setback.ts'

const start = 1_000_000
const hour = 3_600_000
const liam = actor('Liam', 'lead')
const facts = { know: '', maySay: 'We are on it.', mustNotSay: ['the intern'], example: '', nextUpdateAt: null }

function setup(given: Parameters<typeof declaring>[0] = {}) {
  const room = new Records()
  const declare = declaring({ policy: { leaseMs: 60_000 }, ...given })
  room.give(declare, cora, start)
  const incidentId = declare.id
  const give = (command: object, by: Actor, now = start) =>
    room.give({ id: nextId('act'), incidentId, ...command } as Parameters<Records['give']>[0], by, now)
  const propose = (text = 'Card payments fail.', by = lena, epoch = 1) =>
    give({ id: nextId('update'), type: 'status/propose', epoch, text, status: 'investigating' }, by)
  const proposed = (text?: string) => String(answerOf(propose(text)).updateId)
  const approve = (updateId: string, by = liam, pages: string[] = ['one', 'two'], now = start, epoch = 1) =>
    give({ type: 'status/approve', updateId, epoch, pages }, by, now)
  const approved = (pages?: string[]) => {
    const id = proposed()
    expect(approve(id, liam, pages).type).toBe('change')
    return id
  }
  const update = (id: string) => room.get<StatusUpdate>(keyOf.statusUpdate(id))
  const onPage = (id: string, pageId = 'one') => update(id)?.pages.find(page => page.pageId === pageId)
  const lane = (pageId = 'one') => room.get<Lane>(keyOf.statusLane(pageId))
  const take = (now = start, worker = 'w1', pageId = 'one') =>
    answerOf(give({ type: 'status/take', pageId, worker, leaseMs: 60_000 }, muster, now))
  const report = (type: string, updateId: string, more: object = {}, now = start, worker = 'w1') =>
    give({ type: `status/${type}`, pageId: 'one', updateId, worker, ...more }, muster, now)
  const settle = (updateId: string, published: boolean, now = start) =>
    give({ type: 'status/settle', updateId, pageId: 'one', published }, lena, now)
  return { room, give, propose, proposed, approve, approved, update, onPage, lane, take, report, settle }
}

const answerOf = (decision: Decision) => (decision.type === 'refused' ? {} : decision.answer)
const refusalOf = (decision: Decision) => (decision.type === 'refused' ? decision.refusal : null)
const rulesOf = (decision: Decision) => {
  const refusal = refusalOf(decision)
  return refusal?.code === 'gate' ? refusal.reasons.map(({ rule }: GateReason) => rule) : refusal?.code
}

test('[SP1] an update is proposed under the newest guidance; under an older one it is refused with the new facts', () => {
  const { propose, give, update } = setup()
  const id = String(answerOf(propose()).updateId)
  expect(update(id)).toMatchObject({ state: 'proposed', epoch: 1, proposedBy: { name: 'Lena' }, pages: [] })
  give({ type: 'facts/publish', epoch: 1, ...facts }, lena)
  expect(refusalOf(propose())).toMatchObject({ code: 'guidance-changed', facts: { epoch: 2 } })
  expect(propose('More.', lena, 2).type).toBe('change')
})

test('[SP2] what stops a reply by its words stops an update, with every reason', () => {
  const { propose } = setup({ mustNotMatch: [{ pattern: 'srv-\\d+', why: 'it is ours alone' }] })
  expect(rulesOf(propose('We will refund everybody by 5 pm: srv-17 broke, [[who]] knows.'))).toEqual(
    expect.arrayContaining(['blank', 'must-not-say', 'must-not-match', 'commitment']),
  )
  expect(rulesOf(propose('WE ARE SHOUTING!!! This is fine otherwise.'))).toBeUndefined()
})

test('[SP2] the title that stands above it is judged as well', () => {
  const { propose } = setup({ title: 'Somebody should ask the intern' })
  const refusal = refusalOf(propose())
  expect(refusal).toMatchObject({
    code: 'gate',
    reasons: [{ rule: 'must-not-say', sentence: expect.stringMatching(/^The incident's title stands above it: /) }],
  })
})

test('[SP2] what may no longer be said when it is approved is stopped then', () => {
  const wording = { id: 'w1', title: 'Soon', topic: null, text: 'It works again by 17:00.', expiresAt: start + hour }
  const wordings = [{ ...wording, language: null, channelId: null }]
  const { proposed, approve } = setup({ wordings })
  const id = proposed('It works again by 17:00.')
  expect(rulesOf(approve(id, liam, ['one'], start + 2 * hour))).toEqual(expect.arrayContaining(['commitment']))
  expect(approve(id).type).toBe('change')
})

test('[SP3] nobody approves their own, and no program anything', () => {
  const { proposed, approve, update } = setup()
  const id = proposed()
  expect(refusalOf(approve(id, lena))).toMatchObject({ code: 'own-reply' })
  expect(refusalOf(approve(id, { ...lena, name: 'Lena on her phone' }))).toMatchObject({ code: 'own-reply' })
  const program = { ...cora, id: 'token-1' }
  expect(refusalOf(approve(id, program))).toMatchObject({
    code: 'conflict',
    sentence: expect.stringMatching(/program/),
  })
  expect(update(id)?.state).toBe('proposed')
  expect(approve(id, liam).type).toBe('change')
  expect(update(id)).toMatchObject({ state: 'approved', decidedBy: { name: 'Liam' }, decidedAt: start })
})

test('[SP3] an update is decided on once', () => {
  const { proposed, approve, give, update } = setup()
  const [one, other] = [proposed(), proposed()]
  give({ type: 'status/decline', updateId: one }, lena)
  approve(other)
  expect(update(one)?.state).toBe('declined')
  for (const [id, what] of [
    [one, 'declined'],
    [other, 'approved'],
  ] as const) {
    expect(refusalOf(approve(id))).toMatchObject({ code: 'conflict', sentence: expect.stringContaining(what) })
    expect(refusalOf(give({ type: 'status/decline', updateId: id }, liam))).toMatchObject({ code: 'conflict' })
  }
  expect(refusalOf(approve('none'))).toMatchObject({ code: 'not-found' })
})

test('[SP4] facts and wordings that change end what is proposed, in the same commit', () => {
  const { room, proposed, approved, approve, give, update } = setup()
  const [one, other, done] = [proposed(), proposed(), approved()]
  give({ type: 'facts/publish', epoch: 1, ...facts }, lena)
  expect([one, other, done].map(id => update(id)?.state)).toEqual(['outdated', 'outdated', 'approved'])
  expect(room.told.filter(({ type }) => type === 'status/outdated')).toHaveLength(2)
  expect(refusalOf(approve(one, liam, [], start, 2))).toMatchObject({ code: 'guidance-changed', facts: { epoch: 2 } })
  const third = String(
    answerOf(give({ id: 'u3', type: 'status/propose', epoch: 2, text: 'More.', status: 'identified' }, lena)).updateId,
  )
  const wording = { id: 'w1', title: 'Sorry', topic: null, text: 'Sorry.', language: null, channelId: null }
  give({ type: 'wording/publish', epoch: 2, wording: { ...wording, expiresAt: null } }, lena)
  expect(update(third)?.state).toBe('outdated')
})

test('[SP4] a proposal rests on the record that guidance ends proposals by: of two at once one is decided again', () => {
  const { room, propose, give } = setup()
  propose()
  for (const command of [
    { type: 'status/propose', epoch: 1, text: 'More.', status: 'identified' },
    { type: 'facts/publish', epoch: 1, ...facts },
  ]) {
    const decision = give(command, lena)
    expect(decision.type === 'change' && decision.put.map(({ key }) => key)).toContain(keyOf.statusProposals)
  }
  expect(room.get(keyOf.statusProposals)).toEqual([])
})

test('[SP5] approved, it waits for each page that is switched on; in a drill for none', () => {
  const { approved, onPage, room } = setup()
  const id = approved(['one', 'two'])
  expect(onPage(id)).toMatchObject({ state: 'waiting', attempts: 0, externalId: null })
  expect(room.list(lists.statusLanes)).toEqual(['status-lane/one', 'status-lane/two'])
  const drill = setup({ drill: true })
  expect(drill.update(drill.approved(['one']))).toMatchObject({ state: 'approved', pages: [] })
  expect(drill.room.list(lists.statusLanes)).toEqual([])
})

test('[SP5] the public is told of an end for twelve hours', () => {
  const { propose, proposed, approve, give } = setup()
  const [id, late] = [proposed(), proposed()]
  give({ type: 'incident/resolve' }, cora)
  expect(propose().type).toBe('change')
  expect(approve(id, liam, ['one'], start + 11 * hour).type).toBe('change')
  expect(refusalOf(approve(late, liam, ['one'], start + 12 * hour))).toMatchObject({ code: 'incident-resolved' })
})

test('[SP5] no more than twenty wait to be decided on', () => {
  const { proposed, propose, give } = setup()
  const ids = Array.from({ length: 20 }, () => proposed())
  expect(refusalOf(propose())).toMatchObject({ code: 'conflict' })
  give({ type: 'status/decline', updateId: ids[7] }, lena)
  expect(propose().type).toBe('change')
})

test('[SP6] one worker has it; whoever takes it over looks first whether it is there', () => {
  const { approved, take, report, onPage, lane } = setup()
  const id = approved()
  expect(take()).toMatchObject({ taken: true, lane: { mayBeThere: false }, update: { id } })
  expect(onPage(id)?.state).toBe('sending')
  expect(take(start + 59_999, 'w2')).toEqual({ taken: false })
  expect(take(start + 60_000, 'w2')).toMatchObject({ taken: true, lane: { mayBeThere: true, attempts: 2 } })
  expect(report('failed', id, { setback: refusedWith('No.') }, start + 60_001).type).toBe('unchanged')
  expect(report('published', id, { externalId: 'x1' }, start + 60_002).type).toBe('change')
  expect(onPage(id)).toMatchObject({ state: 'published', externalId: 'x1' })
  expect(lane()).toMatchObject({ externalId: 'x1', begun: true, waiting: [], next: null })
  expect(report('published', id, { externalId: 'x1' }, start + 60_003, 'w2').type).toBe('unchanged')
})

test('[SP7] what was refused for now is brought again when it is due', () => {
  const { approved, take, report, onPage } = setup()
  const id = approved()
  take()
  report('again', id, { setback: refusedWith('Too much.'), afterMs: 5_000, mayBeThere: false })
  expect(onPage(id)).toMatchObject({ state: 'waiting', reason: 'Too much.' })
  expect(take(start + 4_999)).toEqual({ taken: false })
  expect(take(start + 5_000)).toMatchObject({ taken: true, lane: { mayBeThere: false } })
})

test.each([
  [false, 'failed'],
  [true, 'uncertain'],
] as const)('[SP7] what was tried for hours (it may be there: %s) ends as %s', (mayBeThere, state) => {
  const { approved, take, report, onPage } = setup()
  const id = approved()
  const late = start + longestTryingMs
  take(late)
  report('again', id, { setback: refusedWith('Away.'), afterMs: 1, mayBeThere }, late)
  expect(onPage(id)).toMatchObject({ state, reason: expect.stringContaining('Away. It was tried for hours.') })
})

test('[SP7] [SP8] one that is uncertain holds up those after it until a lead has looked', () => {
  const { approved, take, report, settle, onPage, lane } = setup()
  const [one, two] = [approved(), approved()]
  take()
  report('uncertain', one, { setback: refusedWith('Nobody can tell.') })
  expect(onPage(one)).toMatchObject({ state: 'uncertain', reason: 'Nobody can tell.' })
  expect(take(start + hour)).toEqual({ taken: false })
  expect(take(start + hour, 'w1', 'two')).toMatchObject({ taken: true })
  settle(one, false, start + hour)
  expect(take(start + hour)).toMatchObject({ taken: true, update: { id: one }, lane: { mayBeThere: false } })
  report('uncertain', one, { setback: refusedWith('Nobody can tell.') }, start + hour)
  settle(one, true, start + hour)
  expect(onPage(one)?.state).toBe('published')
  expect(lane()).toMatchObject({ begun: true, externalId: null })
  expect(take(start + hour)).toMatchObject({ taken: true, update: { id: two } })
  expect(refusalOf(settle(one, true))).toMatchObject({ code: 'not-found' })
})

test('[SP7] [SP8] what has failed holds up nothing, and a lead has it brought again or says that it is there', () => {
  const { approved, take, report, settle, onPage } = setup()
  const [one, two] = [approved(), approved()]
  take()
  report('failed', one, { setback: refusedWith('It is wrong.') })
  expect(take()).toMatchObject({ update: { id: two } })
  settle(one, false)
  expect(onPage(one)).toMatchObject({ state: 'waiting', reason: null, setbacks: [] })
  report('published', two, { externalId: 'x1' })
  expect(take()).toMatchObject({ update: { id: one }, lane: { externalId: 'x1', mayBeThere: false } })
  report('failed', one, { setback: refusedWith('It is wrong.') })
  settle(one, true)
  expect(onPage(one)?.state).toBe('published')
})

test('[SP7] [SP8] what has failed is not brought again above a newer one, on its page or on its way there', () => {
  const { proposed, approve, take, report, settle, onPage } = setup()
  const [one, two, three] = [proposed(), proposed(), proposed()]
  for (const [at, id] of [one, two, three].entries()) approve(id, liam, ['one'], start + at)
  for (const id of [one, two]) {
    take(start + 5)
    report('failed', id, { setback: refusedWith('It is wrong.') })
  }
  const overtaken = { code: 'conflict', why: 'update-overtaken' }
  expect(refusalOf(settle(two, false))).toMatchObject(overtaken)
  take(start + 5)
  report('failed', three, { setback: refusedWith('It is wrong.') })
  expect(settle(one, false).type).toBe('change')
  expect(settle(two, false).type).toBe('change')
  expect(refusalOf(settle(one, false))).toMatchObject({ code: 'not-found' })
  for (const id of [one, two]) {
    expect(take(start + 5)).toMatchObject({ update: { id } })
    report('published', id, { externalId: 'x1' })
  }
  expect(settle(three, true).type).toBe('change')
  const four = proposed()
  approve(four, liam, ['one'], start + 4)
  take(start + 5)
  report('failed', four, { setback: refusedWith('It is wrong.') })
  const five = proposed()
  approve(five, liam, ['one'], start + 5)
  take(start + 5)
  report('published', five, { externalId: 'x1' })
  expect(refusalOf(settle(four, false))).toMatchObject(overtaken)
  expect(settle(four, true).type).toBe('change')
  expect(onPage(four)?.state).toBe('published')
})

test('[SP7] twelve hours after the end nothing is brought again; that it is there can be said', () => {
  const { approved, give, take, report, settle, onPage } = setup()
  const [failed, doubted] = [approved(), approved()]
  take()
  report('failed', failed, { setback: refusedWith('It is wrong.') })
  take()
  report('uncertain', doubted, { setback: refusedWith('Nobody can tell.') })
  give({ type: 'incident/resolve' }, lena)
  const end = start + 12 * hour
  for (const id of [failed, doubted]) {
    expect(refusalOf(settle(id, false, end))).toMatchObject({ code: 'conflict', why: 'update-too-late' })
  }
  expect(settle(doubted, false, end - 1).type).toBe('change')
  expect(settle(failed, true, end).type).toBe('change')
  expect(onPage(failed)?.state).toBe('published')
})

test('[SP8] updates come in the order they were approved in, whatever they were proposed in', () => {
  const { proposed, approve, take, report } = setup()
  const [one, two, three] = [proposed(), proposed(), proposed()]
  for (const id of [three, one, two]) approve(id)
  const order = [three, one, two].map(() => {
    const { update } = take() as { update: StatusUpdate }
    report('published', update.id, { externalId: 'x1' })
    return update.id
  })
  expect(order).toEqual([three, one, two])
})

test('[SP12] what people decide and what goes wrong are lines of the timeline; what goes well is not', () => {
  const { room, approved, take, report, settle } = setup()
  const id = approved()
  take()
  report('uncertain', id, { setback: refusedWith('Nobody can tell.') })
  settle(id, false)
  take()
  report('published', id, { externalId: 'x1' })
  const moments = room.list(lists.timeline).map(key => room.get<Moment>(key))
  const types = ['incident/declared', 'status/approved', 'status/proposed', 'status/settled', 'status/uncertain']
  expect(new Set(moments.map(moment => moment?.type))).toEqual(new Set(types))
  expect(moments).toHaveLength(types.length)
  const lines = Object.fromEntries(moments.map(moment => [moment?.type, moment?.detail]))
  expect(lines['status/proposed']).toEqual({ status: 'investigating', text: 'Card payments fail.' })
  expect(lines['status/uncertain']).toEqual({
    status: 'investigating',
    reason: 'Nobody can tell.',
    setbacks: [refusedWith('Nobody can tell.')],
  })
  expect(room.told.map(({ type }) => type)).toEqual(expect.arrayContaining(['status/sending', 'status/published']))
})
