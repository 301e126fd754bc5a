import type { LogMark, Observations } from '@muster/server/drill/observation.ts'
import { percentiles } from '@muster/server/drill/report/latency.ts'
import { type PromiseName, promiseNames, reportOf } from '@muster/server/drill/report/report.ts'
import { expect, test } from 'vitest'
import { claimOf, goodRun, mark, post, shown, submission } from './run-builders.ts'

test('[OP4] a run that kept every promise is reported so, with its figures', () => {
  const report = reportOf(goodRun())
  expect(report.broken).toEqual([])
  expect(report.faults).toEqual({})
  expect(report).toMatchObject({ arrived: 1, stored: 1, claims: 1, replies: 1, uncertain: 0 })
  expect(report.visibleMs).toEqual({ p50: 50, p95: 60, p99: 60, count: 2 })
  expect(report.firstReplyMs.p50).toBe(4_000)
  for (const name of promiseNames) expect(report[name]).toBe(0)
})

const good = goodRun()
const [read] = good.read
const message = read?.messages[0]
if (read === undefined || message === undefined) throw new Error('the good run holds a message')
const withMessages = (...messages: (typeof message)[]) => [{ ...read, messages }]
const later = (...marks: LogMark[]) => [...good.log, ...marks]
const facts = (seq: number, epoch: number, mustNotSay: string[] = []) =>
  mark(seq, 'facts/published', { conversation: null, guidance: { epoch, mustNotSay } })

/** Each way to break a promise, as customers and screens would see it, with the promise that must be found broken. */
const breaches: [promise: PromiseName, what: string, observed: Partial<Observations>][] = [
  [
    'turnedAway',
    'a message was refused',
    { posts: [post(), post({ externalId: 'm-2', acknowledgedAt: null, refused: 401 })] },
  ],
  [
    'turnedAway',
    'a message was never acknowledged',
    { posts: [post(), post({ externalId: 'm-2', acknowledgedAt: null })] },
  ],
  ['lost', 'an acknowledged message is in no conversation', { posts: [post(), post({ externalId: 'm-2' })] }],
  ['lost', 'a message of the other network has the same id', { posts: [post(), post({ channelId: 'forgetful' })] }],
  [
    'duplicates',
    'a message stands twice in a conversation',
    { read: withMessages(message, { ...message, id: 'id-2', number: 2 }) },
  ],
  [
    'duplicates',
    'a message stands in two conversations',
    { read: [...good.read, { ...read, id: 'c-2', replies: [] }] },
  ],
  ['alteredMessages', 'a message says something else', { read: withMessages({ ...message, text: 'Is it down' }) }],
  [
    'alteredMessages',
    'a message was written by nobody',
    { read: withMessages(message, { ...message, externalId: 'm-9' }) },
  ],
  ['untoldMessages', 'no screen was told of a message', { sights: new Map() }],
  [
    'doubleClaims',
    'two people are told they hold the same fence',
    { grants: [...good.grants, { person: 'eva', conversationId: 'c-1', fence: 1 }] },
  ],
  [
    'doubleClaims',
    'the log gives a conversation away while its claim lives',
    { log: [...good.log.slice(0, 3), mark(3, 'conversation/claimed', { claim: claimOf('eva', 2) })] },
  ],
  [
    'doubleClaims',
    'the log gives a conversation away while its reply is on its way, whatever the time',
    { log: [...good.log.slice(0, 5), mark(99, 'conversation/claimed', { claim: claimOf('eva', 2) })] },
  ],
  [
    'doubleClaims',
    'somebody was told they hold what the log gives to another',
    { grants: [{ person: 'eva', conversationId: 'c-1', fence: 1 }] },
  ],
  [
    'untoldClaims',
    'a granted claim is not in the log',
    { grants: [...good.grants, { person: 'ben', conversationId: 'c-7', fence: 1 }] },
  ],
  ['brokenFences', 'a fence leaps', { log: later(mark(6, 'conversation/claimed', { claim: claimOf('eva', 3) })) }],
  ['brokenFences', 'a fence stays', { log: later(mark(6, 'conversation/claimed', { claim: claimOf('eva', 1) })) }],
  ['brokenFences', 'a fence changes without a claim', { log: later(mark(6, 'conversation/released', { fence: 2 })) }],
  ['doubleReplies', 'one reply is seen twice', { shown: [shown(), shown({ at: 6_000 })] }],
  ['doubleReplies', 'two replies stand under one message', { shown: [shown(), shown({ replyId: 'r-2' })] }],
  [
    'doubleReplies',
    'a reply stands under a message that an earlier one answered along',
    {
      posts: [post(), post({ externalId: 'm-2' })],
      read: withMessages(message, { ...message, id: 'id-2', externalId: 'm-2', number: 2 }),
      shown: [shown({ inReplyTo: 'm-2' }), shown({ replyId: 'r-2', inReplyTo: 'm-1' })],
    },
  ],
  [
    'doubleReplies',
    'two replies stand under a message nobody knows',
    { shown: [shown({ inReplyTo: null }), shown({ inReplyTo: null, replyId: 'r-2' })] },
  ],
  ['lostReplies', 'an accepted reply is nowhere', { submissions: [submission(), submission({ replyId: 'r-2' })] }],
  ['phantomReplies', 'a reply stands as sent and nobody saw it', { shown: [shown({ replyId: 'r-0' })] }],
  ['alteredReplies', 'a reply says something else than was written', { shown: [shown({ text: 'Buy more.' })] }],
  ['alteredReplies', 'a reply was written by nobody', { submissions: [] }],
  [
    'alteredReplies',
    "a reply stands under another customer's message",
    { shown: [shown({ address: 'eve@steady.example' })] },
  ],
  ['ungatedSends', 'a reply has an open blank', { shown: [shown({ text: 'Back at [[when]].' })] }],
  ['ungatedSends', 'a reply says what nobody may say', { shown: [shown({ text: 'A FULL  refund is yours.' })] }],
  [
    'ungatedSends',
    'a reply hides forbidden words behind invisible letters',
    { shown: [shown({ text: 'A full re\u200bfund.' })] },
  ],
  [
    'ungatedSends',
    'a reply says what was forbidden just before it left',
    { log: [...good.log.slice(0, 4), facts(4, 2, ['working on it']), mark(5, 'reply/sending', { replyId: 'r-1' })] },
  ],
  [
    'ungatedSends',
    'a reply left without passing the gate',
    { log: good.log.filter(({ type }) => type !== 'reply/sending') },
  ],
  [
    'staleSends',
    'a reply leaves after newer facts came out',
    { log: [...good.log.slice(0, 4), facts(4, 2), mark(5, 'reply/sending', { replyId: 'r-1' })] },
  ],
  [
    'staleSends',
    'a reply was written under facts older than the first',
    { guidance: { epoch: 2, mustNotSay: [], wordings: [] } },
  ],
  [
    'wronglyAccepted',
    'something that must be refused was not',
    { temptations: [{ kind: 'old fence', person: 'ben', accepted: true, answer: 'done' }] },
  ],
  [
    'sequenceGaps',
    'a screen had to miss entries',
    { screens: [{ person: 'ben', gaps: ['a batch went from 3 to 5'], difference: null }] },
  ],
  ['sequenceGaps', 'the log has a hole', { log: good.log.filter(({ seq }) => seq !== 3) }],
  [
    'divergedScreens',
    'a screen shows something else',
    { screens: [{ person: 'ben', gaps: [], difference: 'is at 3 of 5' }] },
  ],
]

test.each(breaches)('[OP4] %s is found broken where %s', (promise, _, observed) => {
  const report = reportOf(goodRun(observed))
  expect(report[promise]).toBeGreaterThan(0)
  expect(report.faults[promise]?.length).toBeGreaterThan(0)
  expect(report.broken.join()).toContain(promise)
})

test('[OP4] every promise has a way to be found broken', () => {
  expect(new Set(breaches.map(([promise]) => promise))).toEqual(new Set(promiseNames))
})

const honest: [what: string, observed: Partial<Observations>][] = [
  [
    'a claim follows on a lease that ran out without a word',
    {
      log: later(
        mark(6, 'conversation/claimed', { claim: claimOf('eva', 2, { until: 6_500 }) }),
        mark(7, 'conversation/claimed', { claim: claimOf('ben', 3) }),
      ),
    },
  ],
  ['the same person is told twice of one claim', { grants: [...good.grants, ...good.grants] }],
  [
    'a second message gets a second reply',
    {
      posts: [post(), post({ externalId: 'm-2' })],
      read: [
        {
          ...read,
          messages: [message, { ...message, id: 'id-2', externalId: 'm-2', number: 2 }],
          replies: [...read.replies, { id: 'r-2', state: 'sent' }],
        },
      ],
      sights: new Map([
        ['id-1', [1]],
        ['id-2', [1]],
      ]),
      shown: [shown(), shown({ replyId: 'r-2', inReplyTo: 'm-2' })],
      submissions: [submission(), submission({ replyId: 'r-2' })],
      log: later(mark(6, 'reply/sending', { replyId: 'r-2' })),
    },
  ],
  ['facts come out after a reply left', { log: [...good.log.slice(0, 5), facts(5, 2, ['working on it'])] }],
  [
    'a reply that was refused is not there',
    { submissions: [submission(), submission({ replyId: 'r-2', accepted: false })] },
  ],
]

test.each(honest)('[OP4] nothing is found broken where %s', (_, observed) => {
  expect(reportOf(goodRun(observed)).broken).toEqual([])
})

test('[OP4] a message that was never acknowledged may be missing without being lost', () => {
  const posts = [post(), post({ externalId: 'm-2', acknowledgedAt: null })]
  expect(reportOf(goodRun({ posts }))).toMatchObject({ turnedAway: 1, lost: 0, arrived: 1 })
})

test.each<[what: string, observed: Partial<Observations>]>([
  ['no messages', { posts: [] }],
  ['no claims', { grants: [] }],
  ['no replies', { shown: [] }],
  ['no screens', { screens: [] }],
  ['no lines of the log', { log: [] }],
])('[OP4] a run with %s proves nothing, and says so', (what, observed) => {
  expect(reportOf(goodRun(observed)).broken).toContain(`${what}: this run proves nothing`)
})

test('[OP4] percentiles are values that occurred', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect(percentiles(values)).toEqual({ p50: 50, p95: 95, p99: 99, count: 100 })
  expect(percentiles([7])).toEqual({ p50: 7, p95: 7, p99: 7, count: 1 })
  expect(percentiles([])).toEqual({ p50: 0, p95: 0, p99: 0, count: 0 })
})
