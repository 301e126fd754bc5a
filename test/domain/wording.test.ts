import type { Incident, Wording } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import { ada, bert, cora, lena } from '../support/builders.ts'
import { Office, rulesOf, start } from '../support/office.ts'
import { wordingOf } from '../support/room-records.ts'

const sorry = wordingOf('sorry', {
  text: 'We are sorry that payments fail. We write again at [[when]] with what we know.',
})
const filled = 'We are sorry that payments fail. We write again soon.'

function office() {
  const at = new Office({ declare: { topics: [{ id: 'pay', name: 'Payments', words: ['card'] }] } })
  const publish = (more: object = {}, by = lena) =>
    at.give({ type: 'wording/publish', epoch: at.epoch, wording: { ...sorry, ...more } }, by)
  const propose = (more: object = {}, by = ada) =>
    at.give({ type: 'wording/propose', wording: { ...sorry, ...more } }, by)
  const retract = () => at.give({ type: 'wording/retract', epoch: at.epoch, wordingId: 'sorry' }, lena)
  const wording = () => at.room.get<Wording>('wording/sorry')
  return { at, publish, propose, retract, wording }
}

test('[GV9] a wording keeps its topic, channel, language, owner and end, whoever approves it', () => {
  const { at, publish, propose, wording } = office()
  const more = { topic: 'pay', channelId: 'mail', language: 'de', expiresAt: start + 1 }
  propose(more)
  expect(wording()).toMatchObject({ ...more, owner: { id: 'ada' }, approvedBy: null, epoch: 0 })
  expect(at.room.get<Incident>('incident')?.epoch).toBe(1)
  publish(more)
  expect(wording()).toMatchObject({ ...more, owner: { id: 'ada' }, approvedBy: { id: 'lena' }, epoch: 2 })
  expect(propose(more)).toMatchObject({ refusal: { code: 'conflict' } })
})

test('[GV9] a proposal is its owner’s to change and a lead’s to decline, and the epoch stays', () => {
  const { at, propose, wording } = office()
  propose()
  expect(propose({ text: 'Mine now.' }, bert)).toMatchObject({ refusal: { code: 'conflict' } })
  propose({ text: 'Better.' })
  expect(wording()?.text).toBe('Better.')
  at.give({ type: 'wording/decline', wordingId: 'sorry' }, lena)
  expect(wording()).toBeNull()
  expect(at.told(1)).toEqual(['wording/declined'])
  expect(at.give({ type: 'wording/decline', wordingId: 'sorry' }, lena)).toMatchObject({
    refusal: { code: 'not-found' },
  })
  expect(at.epoch).toBe(1)
})

test('[GV9] nothing is published of an unknown topic or with an end that is past, and what is approved is not declined', () => {
  const { at, publish, propose } = office()
  expect(publish({ topic: 'none' })).toMatchObject({ refusal: { code: 'not-found' } })
  expect(propose({ expiresAt: start })).toMatchObject({ refusal: { code: 'conflict' } })
  publish()
  expect(at.give({ type: 'wording/decline', wordingId: 'sorry' }, cora)).toMatchObject({
    refusal: { code: 'not-found' },
  })
  expect(at.epoch).toBe(2)
})

test('[GV9] a proposal may be neither retracted nor copied as if it were approved', () => {
  const { retract, propose } = office()
  propose()
  expect(retract()).toMatchObject({ refusal: { code: 'not-found' } })
})

test.each(['changed', 'retracted', 'expired'])(
  '[GV10] the words of a wording that was %s are stopped, filled in or not',
  how => {
    const { at, publish, retract } = office()
    publish({ expiresAt: start + 1_000 })
    expect(at.submit({ text: filled })).toMatchObject({ type: 'change' })
    at.give({ type: 'reply/recall', replyId: 'reply' })
    if (how === 'changed') publish({ text: 'We know of it, and write again at [[when]].' })
    if (how === 'retracted') retract()
    if (how === 'expired') at.now = start + 1_000
    const text = 'Hi Kim, WE ARE SORRY that\npayments fail. We write again at 12:30 with what we know.'
    expect(at.submit({ text })).toMatchObject({
      refusal: {
        code: 'gate',
        reasons: expect.arrayContaining([expect.objectContaining({ rule: 'wording', values: { title: 'sorry' } })]),
      },
    })
  },
)

test('[GV10] a reply that waits when its wording expires does not leave', () => {
  const { at, publish } = office()
  publish({ expiresAt: start + 1_000 })
  at.submit({ text: 'We are sorry that payments fail. We write again at half past.' })
  at.now = start + 1_000
  at.take()
  expect(at.reply).toMatchObject({ state: 'held', reason: expect.stringContaining('"sorry" is not current') })
})

test('[GV10] what a current wording says as well is said, and what came back is current again', () => {
  const { at, publish, retract } = office()
  const text = 'We are sorry that payments fail. We write again at half past.'
  publish()
  retract()
  expect(rulesOf(at.submit({ text }))).toEqual(['wording'])
  publish({ id: 'other', text: 'Hello! We are sorry that payments fail. We write again at [[hour]].' })
  expect(at.submit({ text })).toMatchObject({ type: 'change' })
  at.give({ type: 'reply/recall', replyId: 'reply' })
  at.give({ type: 'wording/retract', epoch: at.epoch, wordingId: 'other' }, lena)
  publish()
  expect(at.submit({ id: 'again', text })).toMatchObject({ type: 'change' })
})

test('[GV10] a sentence copied from behind a greeting is stopped too, whatever stands around it', () => {
  const { at, publish, retract } = office()
  publish({ text: 'Dear [[name]], our engineers have found the cause of it! [[who]]' })
  retract()
  const copied = at.submit({ text: 'Hi Kim. Our engineers have found the cause of it, so wait a little.' })
  expect(rulesOf(copied)).toContain('wording')
})

test('[GV10] a few words between two blanks are anybody’s', () => {
  const { at, publish, retract } = office()
  publish({ text: 'Hello [[name]], [[what]]' })
  retract()
  expect(at.submit({ text: 'Hello Kim, we are on it.' })).toMatchObject({ type: 'change' })
})

test('[GV11] what is queued for later is given back as soon as the guidance changed', () => {
  const { at, publish } = office()
  at.level('spot-checked')
  at.submit()
  const hold = { type: 'delivery/hold', replyId: 'reply' }
  expect(at.give(hold)).toMatchObject({ type: 'unchanged' })
  publish()
  at.give(hold)
  expect(at.reply).toMatchObject({ state: 'held', reason: expect.stringContaining('guidance has changed') })
  expect(at.draft?.text).toBe('We are on it.')
  expect(at.conversation.claim?.replyId).toBeNull()
})

test('[GV11] one in review waits until its reviewer has read the change, and leaves under it', () => {
  const { at, publish } = office()
  at.submit({ askReview: true })
  at.review()
  publish()
  at.give({ type: 'delivery/hold', replyId: 'reply' })
  expect(at.reply.state).toBe('in-review')
  expect(at.approve({ epoch: 1 })).toMatchObject({ refusal: { code: 'guidance-changed', facts: { epoch: 2 } } })
  at.approve({ epoch: 2 })
  at.take()
  expect(at.reply).toMatchObject({ state: 'sending', epoch: 2 })
})

test('[GV9] proposals never keep a lead from publishing', () => {
  const office = new Office()
  const propose = (id: number) => office.give({ type: 'wording/propose', wording: wordingOf(`p${id}`) })
  for (let id = 0; id < 100; id++) expect(propose(id).type).toBe('change')
  expect(propose(100)).toMatchObject({ refusal: { code: 'conflict' } })
  const publish = { type: 'wording/publish', epoch: 1, wording: wordingOf('new') }
  expect(office.give(publish, lena).type).toBe('change')
})
