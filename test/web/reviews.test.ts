import { reviewLoad } from '@muster/server/domain/bench.ts'
import { View } from '@muster/server/domain/decision.ts'
import { indexesOf, keyOf, lists } from '@muster/server/domain/indexes.ts'
import type { Reviewing } from '@muster/shared/reply.ts'
import { defaultTraining, emptyBench } from '@muster/shared/training-rules.ts'
import { expect, test } from 'vitest'
import { rangeIn } from '../../web/state/remark.ts'
import { inHand, isTakable, readerOf, reviewLine } from '../../web/state/review-line.ts'
import { following, loadIn } from '../../web/state/review-load.ts'
import { claimOf, markOf, waitingOf } from '../support/room-records.ts'

const rui = { id: 'rui', name: 'Rui' }
const reading = (until: number, by = rui): Reviewing => ({ by, fence: 1, until, claimedAt: 0 })

const marks = [
  markOf('late', { state: 'submitted', notBefore: 30 }),
  markOf('soon', { state: 'submitted', notBefore: 5_000 }),
  markOf('first', { state: 'submitted', notBefore: 10 }),
  markOf('held', { state: 'in-review', notBefore: 20, reviewing: reading(2_000) }),
  markOf('left', { state: 'in-review', notBefore: 25, reviewing: reading(900) }),
  markOf('own', { state: 'submitted', notBefore: 5, writer: rui }),
  markOf('together', { state: 'submitted', notBefore: 6, partner: rui }),
  markOf('sent', { state: 'sent' }),
]

test('[WB90] what waits for a reviewer stands in the order of waiting, and nobody is offered what they wrote', () => {
  const line = reviewLine(marks, 1_000)
  expect(line.map(({ id }) => id)).toEqual(['own', 'together', 'first', 'held', 'left', 'late'])
  expect(line.filter(mark => isTakable(mark, 'rui', 1_000)).map(({ id }) => id)).toEqual(['first', 'left', 'late'])
  expect(line.flatMap(mark => readerOf(mark, 1_000)?.by.id ?? [])).toEqual(['rui'])
  expect(inHand(marks, 'rui', 1_000).map(({ id }) => id)).toEqual(['held'])
  expect(inHand(marks, 'rui', 2_000)).toEqual([])
})

const written = 'We are on it. It will work at noon.'
const partOf = (text: string, part: string) => ({ from: text.indexOf(part), to: text.indexOf(part) + part.length })
const said = (edited: string, part: string) => {
  const range = rangeIn(written, edited, partOf(edited, part))
  return range && written.slice(range.from, range.to)
}

test('[WB93] a comment names the words as they were written, wherever the text was changed', () => {
  expect(said(written, 'at noon')).toBe('at noon')
  expect(said('Dear Kim, we are on it. It will work at noon.', 'at noon')).toBe('at noon')
  expect(said('We are on it. It will work soon.', 'We are')).toBe('We are')
  expect(said('We are on it. It will work tonight.', 'tonight')).toBe('at noon')
  expect(said('We are on it. It will work at noon. Yours, Kim', 'Yours, Kim')).toBe(null)
  expect(rangeIn(written, written, { from: 3, to: 3 })).toBe(null)
})

test('[WB96] a screen counts what stands before the reviewers as the server does', () => {
  const held = { ...claimOf('ada'), supervised: true }
  const conversations = [
    waitingOf('c1', { claim: held }),
    waitingOf('c2', { claim: { ...held, replyId: 'r' } }),
    waitingOf('c3', { claim: claimOf('bea') }),
  ]
  const bench = { meanMs: 24_000, reviewers: [{ id: 'rui', at: 1_000 }] }
  const reviewing = { by: rui, fence: 1, until: 9, claimedAt: 0 }
  const replies = marks.map(mark => ({ ...mark, reviewing, submittedAt: 0, sample: null, bounced: null }))
  const keyed = [
    ...conversations.map(value => ({ key: keyOf.conversation(value.id), value })),
    ...replies.map(value => ({ key: keyOf.reply(value.id), value })),
  ]
  const listed = (index: string) =>
    keyed.filter(({ key, value }) => index in indexesOf(key, value)).map(({ key }) => key)
  const stored = { version: 'v', value: bench, indexes: {} }
  const lines = [lists.reviews, lists.reviewing, lists.supervised]
  const view = new View(new Map([[keyOf.bench, stored]]), new Map(lines.map(line => [line, { keys: listed(line) }])))
  const server = reviewLoad(view, 2_000)
  const screen = {
    replies: new Map(marks.map(mark => [mark.id, mark])),
    conversations: new Map(conversations.map(conversation => [conversation.id, conversation])),
    bench,
  }
  expect(loadIn(screen, 2_000)).toEqual(server)
  expect(server).toEqual({ waiting: 7, writing: 1, reviewers: 1, meanMs: 24_000 })
  expect(following(server, defaultTraining)).toEqual({
    waitMs: 180_000,
    inTime: false,
    spotPercent: 5,
    approvals: 2,
    mayBegin: false,
  })
  const quiet = loadIn({ replies: new Map(), conversations: new Map(), bench: emptyBench }, 0)
  expect(following(quiet, defaultTraining)).toMatchObject({ waitMs: 0, spotPercent: 34, approvals: 5, mayBegin: true })
})
