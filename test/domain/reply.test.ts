import { closedFor } from '@muster/shared/closed.ts'
import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Draft } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { expect, test } from 'vitest'
import {
  ada,
  arrivalOf,
  arriving,
  conversationIn,
  lena,
  muster,
  nextId,
  responderIn,
  roomWithCustomer,
} from '../support/builders.ts'
import { refusedWith } from '../support/setback.ts'

const start = 1_000_000

function setup() {
  const { room, conversationId, incidentId } = roomWithCustomer(start)
  const about = { incidentId, conversationId }
  const give = (command: object, by = ada, now = start) =>
    room.give({ id: nextId(), ...about, ...command } as IncidentCommand, by, now)
  const submit = (more: object = {}) =>
    give({ id: 'reply', type: 'reply/submit', fence: 1, epoch: 1, text: 'We are on it.', through: 1, ...more })
  const take = (now = start) =>
    give({ type: 'delivery/take', replyId: 'reply', worker: 'one', leaseMs: 1_000 }, muster, now)
  const report = (type: string, more: object = {}, now = start) =>
    give({ type: `delivery/${type}`, replyId: 'reply', worker: 'one', ...more }, muster, now)
  const publish = (epoch = 1, mustNotSay: string[] = []) =>
    give({ type: 'facts/publish', epoch, know: '', maySay: '', mustNotSay, nextUpdateAt: null }, lena)
  give({ type: 'conversation/claim' })
  const reply = () => room.get<Reply>('reply/reply')
  return {
    room,
    conversationId,
    give,
    submit,
    take,
    report,
    publish,
    reply,
    of: () => conversationIn(room, conversationId),
  }
}

test('[GV2] a reply under an older epoch is refused with the new facts', () => {
  const { submit, publish, reply } = setup()
  publish()
  expect(submit()).toMatchObject({ type: 'refused', refusal: { code: 'guidance-changed', facts: { epoch: 2 } } })
  expect(reply()).toBeNull()
  expect(submit({ epoch: 2 })).toMatchObject({ type: 'change' })
})

test('[GV3] [GV5] a queued reply whose epoch has passed is held in the moment of leaving and goes back to its writer', () => {
  const { room, conversationId, submit, take, publish, reply, of } = setup()
  submit()
  publish()
  expect(take(start + 500)).toMatchObject({ answer: { taken: false } })
  expect(reply()).toMatchObject({ state: 'held', reason: expect.stringContaining('guidance has changed') })
  expect(of().claim).toMatchObject({ holder: { id: 'ada' }, fence: 1, replyId: null, until: start + 500 + 60_000 })
  expect(room.get<Draft>(`draft/${conversationId}`)?.text).toBe('We are on it.')
})

test('[GV4] all reasons against a reply are given at once', () => {
  const { submit } = setup()
  const text = 'It will be up [[when]]. We REFUND\n everybody [[who]].'
  expect(submit({ text })).toMatchObject({
    type: 'refused',
    refusal: {
      code: 'gate',
      reasons: [
        { rule: 'blank', sentence: 'Fill in [[when]] or take it out.' },
        { rule: 'blank', sentence: 'Fill in [[who]] or take it out.' },
        { rule: 'must-not-say', sentence: expect.stringContaining('refund everybody') },
        { rule: 'commitment', values: { kind: 'money' } },
      ],
    },
  })
  expect(submit({ text: ' \n ' })).toMatchObject({ refusal: { reasons: [{ rule: 'empty' }] } })
})

test.each(['re\u200bfund everybody', 'ＲＥＦＵＮＤ everybody', 'Refund  Everybody'])(
  '[GV4] nobody slips forbidden words through as %j',
  text => {
    expect(setup().submit({ text })).toMatchObject({
      refusal: { reasons: expect.arrayContaining([expect.objectContaining({ rule: 'must-not-say' })]) },
    })
  },
)

test('[GV5] words forbidden after it was queued are caught in the moment of leaving', () => {
  const { submit, take, publish, reply } = setup()
  submit()
  publish(1, ['on it'])
  take()
  expect(reply()).toMatchObject({ state: 'held' })
})

test('[DL1] a reply is taken by one worker at a time', () => {
  const { give, submit, take, reply } = setup()
  submit()
  expect(take()).toMatchObject({ answer: { taken: true, reply: { state: 'sending', worker: 'one', attempts: 1 } } })
  const other = { type: 'delivery/take', replyId: 'reply', worker: 'two', leaseMs: 1_000 }
  expect(give(other, muster)).toMatchObject({ answer: { taken: false } })
  const over = { type: 'delivery/take-over', replyId: 'reply', worker: 'two', leaseMs: 1_000 }
  expect(give(over, muster, start + 999)).toMatchObject({ answer: { taken: false } })
  expect(give(over, muster, start + 1_000)).toMatchObject({ answer: { taken: true } })
  expect(reply()).toMatchObject({ worker: 'two' })
})

test('[DL2] only the report that it was sent makes it sent, and ends the claim', () => {
  const { submit, take, report, reply, of } = setup()
  submit()
  expect(reply()?.state).toBe('queued')
  take()
  expect(reply()?.state).toBe('sending')
  report('sent', { externalId: 'mail-1' }, start + 7)
  expect(reply()).toMatchObject({ state: 'sent', sentAt: start + 7, externalId: 'mail-1' })
  expect(of()).toMatchObject({ claim: null, waitingSince: null, answeredThrough: 1, replies: 1 })
})

test('[DL3] an uncertain reply is not taken again by itself', () => {
  const { room, submit, take, report, reply } = setup()
  submit()
  take()
  report('uncertain', { setback: refusedWith('It timed out.') })
  expect(reply()).toMatchObject({ state: 'uncertain', reason: 'It timed out.' })
  expect(room.list('outbox')).toEqual([])
  expect(take(start + 1e9)).toMatchObject({ answer: { taken: false } })
})

test('[DL4] a lead settles an uncertain reply: it arrived, or it goes out again', () => {
  for (const [arrived, state] of [
    [true, 'sent'],
    [false, 'queued'],
  ]) {
    const { give, submit, take, report, reply } = setup()
    submit()
    take()
    report('uncertain', { setback: refusedWith('It timed out.') })
    give({ type: 'reply/settle', replyId: 'reply', arrived }, lena)
    expect(reply()?.state).toBe(state)
    const again = give({ type: 'reply/settle', replyId: 'reply', arrived: false }, lena)
    expect(again).toMatchObject({ type: 'refused', refusal: { code: 'not-found' } })
  }
})

test('[DL5] refused for good goes back to its writer; refused for now is tried later, but not for ever', () => {
  const { submit, take, report, reply, of } = setup()
  submit()
  take()
  report('again', { setback: refusedWith('Busy.'), afterMs: 5_000 })
  expect(reply()).toMatchObject({ state: 'queued', notBefore: start + 5_000 })
  expect(take(start + 4_999)).toMatchObject({ answer: { taken: false } })
  take(start + 5_000)
  report('failed', { setback: refusedWith('No such mailbox.') }, start + 6_000)
  expect(reply()).toMatchObject({ state: 'failed', reason: 'No such mailbox.' })
  expect(of().claim).toMatchObject({ holder: { id: 'ada' }, replyId: null, until: start + 66_000 })
  submit({ id: 'reply' })
})

test('[DL5] what its channel puts off for hours goes back to its writer', () => {
  const { submit, take, report, reply } = setup()
  submit()
  take()
  report('again', { setback: refusedWith('Busy.'), afterMs: 5 * 3_600_000 })
  expect(reply()).toMatchObject({ state: 'failed', reason: 'Busy. It was tried for hours.' })
})

const stops: [why: string, otherwise: string, stop: (drawn: ReturnType<typeof setup>) => void][] = [
  [
    'the guidance has changed',
    'held',
    ({ publish, take }) => {
      publish()
      take(start + 5_000)
    },
  ],
  [
    'it is refused for good',
    'failed',
    ({ take, report }) => {
      take(start + 5_000)
      report('failed', { setback: refusedWith('No such mailbox.') })
    },
  ],
]

test.each(stops)(
  '[DL6] when %s, a reply that may have arrived is uncertain and not given back',
  (_, otherwise, stop) => {
    const drawn = setup()
    const { give, submit, take, report, reply, of } = drawn
    submit()
    take()
    report('again', { setback: refusedWith('It timed out.'), afterMs: 5_000, mayHaveArrived: true })
    stop(drawn)
    expect(reply()).toMatchObject({ state: 'uncertain', reason: expect.stringContaining('may have arrived') })
    expect(reply()).toMatchObject({
      setbacks: [{ code: 'earlier' }, ...(otherwise === 'held' ? [] : [expect.anything()])],
    })
    expect(of().claim?.replyId).toBe('reply')
    expect(submit({ id: 'second', epoch: 2 })).toMatchObject({ refusal: { code: 'reply-on-its-way' } })
    give({ type: 'reply/settle', replyId: 'reply', arrived: false }, lena)
    expect(reply()).toMatchObject({ state: 'queued', mayHaveArrived: false })
    if (otherwise === 'held') take(start + 5_000)
    else stop(drawn)
    expect(reply()?.state).toBe(otherwise)
    expect(of().claim?.replyId).toBe(null)
  },
)

test('[DL5] [DL21] the hours for which a reply is tried do not run while nobody knows whether it arrived', () => {
  const { give, submit, take, report, reply } = setup()
  const busy = refusedWith('Busy.')
  const hours = 5 * 3_600_000
  submit()
  take()
  report('again', { setback: busy, afterMs: 5_000 })
  take(start + 5_000)
  report('uncertain', { setback: refusedWith('It did not answer.') }, start + 6_000)
  give({ type: 'reply/settle', replyId: 'reply', arrived: false }, lena, start + hours)
  expect(reply()).toMatchObject({ triedSince: start + hours - 6_000 })
  take(start + hours)
  report('again', { setback: busy, afterMs: 5_000 }, start + hours)
  expect(reply()).toMatchObject({ state: 'queued', notBefore: start + hours + 5_000 })
})

test('[DL6] [WB131] what may have arrived and can no more be answered says both', () => {
  const { submit, take, report, reply } = setup()
  const closed = closedFor('blocked', { network: 'Bluesky' })
  submit()
  take()
  report('again', { setback: refusedWith('It timed out.'), afterMs: 5_000, mayHaveArrived: true })
  take(start + 5_000)
  report('failed', { setback: refusedWith('Blocked.'), closed })
  expect(reply()).toMatchObject({ state: 'uncertain', setbacks: [{ code: 'earlier' }], reasons: [{ closed }] })
})

test('[DL29] what was put off says why while it waits, through a wait for a limit, until a lead says that it did not arrive', () => {
  const { room, give, submit, take, report, reply } = setup()
  const busy = refusedWith('Busy.')
  const marked = () => room.told.flatMap(told => ('reply' in told ? [told.reply] : [])).at(-1)
  submit()
  expect(marked()).toMatchObject({ state: 'queued', reason: null, setbacks: [] })
  take()
  report('again', { setback: busy, afterMs: 5_000, mayHaveArrived: true })
  expect(reply()).toMatchObject({ state: 'queued', setback: busy })
  expect(marked()).toMatchObject({ state: 'queued', reason: 'Busy.', setbacks: [busy] })
  take(start + 5_000)
  expect(marked()).toMatchObject({ state: 'sending', reason: null, setbacks: [] })
  report('limited', { mayHaveArrived: true }, start + 5_000)
  expect(marked()).toMatchObject({ state: 'queued', setbacks: [busy] })
  take(start + 6_000)
  report('uncertain', { setback: refusedWith('It did not answer.') }, start + 6_000)
  give({ type: 'reply/settle', replyId: 'reply', arrived: false }, lena, start + 7_000)
  expect(marked()).toMatchObject({ state: 'queued', reason: null, setbacks: [] })
})

test('[DL6] what was tried for hours and may have arrived is uncertain', () => {
  const { submit, take, report, reply } = setup()
  submit()
  take()
  report('again', { setback: refusedWith('Busy.'), afterMs: 5 * 3_600_000, mayHaveArrived: true })
  expect(reply()).toMatchObject({
    state: 'uncertain',
    reason: expect.stringContaining('tried for hours'),
    setbacks: [{ code: 'earlier' }, { code: 'not-taken' }, { code: 'tried-for-hours' }],
  })
})

test('[DL6] what has been answered cannot be answered again', () => {
  const { room, give, submit, take, report, of } = setup()
  submit()
  expect(submit({ id: 'second' })).toMatchObject({ type: 'refused', refusal: { code: 'reply-on-its-way' } })
  take()
  room.give(arriving(arrivalOf()), muster, start + 1)
  report('sent', { externalId: 'x' })
  expect(of()).toMatchObject({ answeredThrough: 1, messages: 2, waitingSince: start + 1 })
  give({ type: 'conversation/claim' })
  const stale = { id: 'third', fence: 2, through: 1 }
  expect(submit(stale)).toMatchObject({ type: 'refused', refusal: { code: 'nothing-to-answer' } })
  expect(submit({ ...stale, through: 2 })).toMatchObject({ type: 'change' })
})

test('[DL7] a worker that comes back late reports nothing but that it was sent', () => {
  const { give, submit, take, report, reply } = setup()
  submit()
  take()
  give({ type: 'delivery/take-over', replyId: 'reply', worker: 'two', leaseMs: 1_000 }, muster, start + 1_000)
  expect(report('again', { setback: refusedWith('late'), afterMs: 0 }, start + 1_001)).toMatchObject({
    type: 'unchanged',
  })
  expect(report('failed', { setback: refusedWith('late') }, start + 1_002)).toMatchObject({ type: 'unchanged' })
  expect(reply()?.state).toBe('sending')
  report('sent', { externalId: 'x' }, start + 1_003)
  expect(reply()?.state).toBe('sent')
  expect(report('sent', { externalId: 'y' }, start + 1_004)).toMatchObject({ type: 'unchanged' })
})

test('[DL8] a reply that was sent counts once for its writer, who holds one conversation fewer', () => {
  const { room, submit, take, report } = setup()
  submit()
  take()
  expect(responderIn(room, 'ada')).toMatchObject({ answered: 0, holding: 1 })
  report('sent', { externalId: 'x' })
  report('sent', { externalId: 'x' })
  expect(responderIn(room, 'ada')).toMatchObject({ answered: 1, holding: 0 })
})
