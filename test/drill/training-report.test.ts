import type { LogMark, Observations, Shown } from '@muster/server/drill/observation.ts'
import { reportOf } from '@muster/server/drill/report/report.ts'
import { nearIdenticalShare } from '@muster/server/drill/report/sameness.ts'
import type { Level } from '@muster/shared/training.ts'
import { expect, test } from 'vitest'
import { ben, claimOf, eva, goodRun, joined, type MarkGiven, mark, shown, submission } from './run-builders.ts'

const facts = (seq: number, epoch: number) =>
  mark(seq, 'facts/published', { conversation: null, guidance: { epoch, mustNotSay: [] } })

/** A line about reply r-1, whose review is owed to the level of Ben, who came to help. */
function about(seq: number, type: LogMark['type'], given: MarkGiven = {}): LogMark {
  const of = { state: 'submitted', review: 'level', ...given.of } as const
  return mark(seq, type, { claim: claimOf('ben', 1, { replyId: 'r-1' }), replyId: 'r-1', ...given, of })
}

const approvedBy = { of: { approvedBy: eva } }
const gated = { cohort: 'other', level: 'gated' } as const

/** Ben writes, Eva reads it five seconds after it may be read and says yes, and it leaves. */
const reviewed = [
  joined(0, gated),
  mark(1, 'message/arrived', { fence: 0, messageId: 'id-1' }),
  mark(2, 'conversation/claimed', { claim: claimOf('ben', 1) }),
  about(3, 'reply/submitted', { of: { notBefore: 11_000 } }),
  about(16, 'review/claimed'),
  about(20, 'review/approved', approvedBy),
  about(21, 'reply/sending', approvedBy),
  mark(22, 'reply/sent', { replyId: 'r-1' }),
].map((line, index) => ({ ...line, seq: index }))

function run(log: readonly LogMark[], given: Partial<Observations> = {}) {
  return reportOf(goodRun({ log: log.map((line, index) => ({ ...line, seq: index })), ...given }))
}

test('[OP8] a reviewed reply is told with its wait, its share and its writer’s level', () => {
  const report = run(reviewed)
  expect(report.broken).toEqual([])
  expect(report.reviewWaitMs).toMatchObject({ p50: 5_000, p95: 5_000, count: 1, over: [{ second: 10, p95: 5_000 }] })
  expect(report.reviewedShare).toEqual({ total: 1, over: [{ second: 20, replies: 1, share: 1 }] })
  expect(report.levels.at(-1)).toEqual({ second: 20, observer: 0, gated: 1, 'spot-checked': 0, trusted: 0 })
})

test('[OP8] a wait ends with the claim of which the decision came, not with one that lapsed', () => {
  const lapsed = [about(12, 'review/claimed'), about(14, 'review/lapsed')]
  const { reviewWaitMs } = run([...reviewed.slice(0, 4), ...lapsed, ...reviewed.slice(4)])
  expect(reviewWaitMs).toMatchObject({ p50: 5_000, count: 1 })
  const returned = run([...reviewed.slice(0, 5), about(20, 'review/returned')])
  expect(returned.reviewWaitMs).toMatchObject({ p50: 5_000, count: 1 })
  expect(run(reviewed.slice(0, 5)).reviewWaitMs.count).toBe(0)
})

test('[OP8] levels and who was told to wait are told over time', () => {
  const risen = { id: 'ben', cohort: 'other', level: 'spot-checked' } as const
  const log = [...reviewed, mark(65, 'responder/levelled', { conversation: null, responder: risen })]
  const toldToWait = [
    { person: 'ben', at: 500, waitMs: 70_000 },
    { person: 'ben', at: 12_000, waitMs: 65_000 },
  ]
  const report = run(log, { toldToWait })
  expect(report.levels.map(({ second, gated: count }) => [second, count])).toEqual([
    [0, 1],
    [10, 1],
    [20, 1],
    [60, 0],
  ])
  expect(report.levels.at(-1)).toMatchObject({ 'spot-checked': 1 })
  expect(report.toldToWait).toEqual({
    times: 2,
    people: 1,
    longestMs: 70_000,
    over: [
      { second: 0, times: 1 },
      { second: 10, times: 1 },
    ],
  })
})

test('[OP6] epochs are counted, and what each of them stopped', () => {
  const held = about(5, 'reply/held', { of: { state: 'held' } })
  const log = [...reviewed.slice(0, 4), facts(4, 2), held, facts(6, 3)]
  const report = run(log, { stopped: { drafts: 2, submits: 1, approvals: 3 } })
  expect(report.epochs).toBe(2)
  expect(report.heldByEpoch).toEqual({ replies: 1, drafts: 2, submits: 1, approvals: 3, total: 7 })
})

const yes = { replyId: 'r-1', person: 'eva', epoch: 2, text: 'We are working on it.', accepted: true }

test('[OP6] a yes under the new guidance lets a reply go, and an epoch that nobody read does not', () => {
  const restamped = { of: { approvedBy: eva, epoch: 2 } }
  const log = [
    ...reviewed.slice(0, 5),
    facts(18, 2),
    about(20, 'review/approved', restamped),
    about(21, 'reply/sending', restamped),
    mark(22, 'reply/sent', { replyId: 'r-1' }),
  ]
  expect(run(log, { approvings: [yes] }).staleSends).toBe(0)
  expect(run(log).faults.staleSends).toEqual(['entry 7 lets reply r-1 go under epoch 2, which nobody read'])
})

const sending = (given: NonNullable<MarkGiven['of']>, level: Level = 'gated') => [
  joined(0, { cohort: 'other', level }),
  ...reviewed.slice(1, 3),
  about(21, 'reply/sending', { of: given }),
]

const approvedAs = (of: NonNullable<MarkGiven['of']>) => [
  ...reviewed.slice(0, 5),
  about(20, 'review/approved', { of }),
  about(21, 'reply/sending', { of }),
]

const ungated: [what: string, log: readonly LogMark[], given?: Partial<Observations>][] = [
  ['nobody approved what somebody gated wrote', sending({ review: 'level' })],
  ['its writer was set back before it left', sending({ review: 'none' })],
  ['somebody asked for a review and got none', sending({ review: 'asked' }, 'trusted')],
  ['it names a reviewer whose yes the log does not tell of', sending({ approvedBy: eva })],
  [
    'the yes came before it was handed in anew',
    [...reviewed.slice(0, 6), about(20, 'reply/submitted'), about(21, 'reply/sending', approvedBy)],
  ],
  ['its writer approved it', approvedAs({ approvedBy: ben })],
  ['who wrote it with them approved it', approvedAs({ approvedBy: eva, partner: eva })],
  [
    'it makes the promise that its writer put in',
    reviewed,
    {
      submissions: [submission({ wrong: { kind: 'promised time', phrase: 'Back  by 5 PM.' } })],
      shown: [shown({ text: 'Back by 5 pm.' })],
    },
  ],
]

const text = 'Sync is down, says our note 3 of this morning.'
const wording = { id: 'w', text: `Dear [[name]], ${text}`, expiresAt: null }
const said = { shown: [shown({ text: `Hello. ${text}` })] }
const guided = (given: typeof wording | { id: string; text: string; expiresAt: number }) => ({
  ...said,
  guidance: { epoch: 1, mustNotSay: [], wordings: [given] },
})
const gone = (known: LogMark['wording']) => [
  ...reviewed.slice(0, 6),
  mark(20, 'wording/published', { conversation: null, wording: known }),
  ...reviewed.slice(6),
]
const yesterdays: typeof ungated = [
  ['it holds what was taken back', gone('w'), guided(wording)],
  ['it holds what was changed', gone({ ...wording, text: 'Another text altogether.' }), guided(wording)],
  ['it holds what has expired', reviewed, guided({ ...wording, expiresAt: 20_500 })],
]

test.each([...ungated, ...yesterdays])('[OP7] a reply is found ungated where %s', (_, log, given = {}) => {
  expect(run(log, { ...said, shown: [shown()], ...given }).ungatedSends).toBe(1)
})

test.each<[what: string, log: readonly LogMark[], given: Partial<Observations>]>([
  ['a wording is current', reviewed, guided(wording)],
  ['what was changed says the same still', gone({ ...wording, text: `${text} Yes.` }), guided(wording)],
  ['a wording expires later', reviewed, guided({ ...wording, expiresAt: 60_000 })],
  [
    'the promise was taken out',
    reviewed,
    { submissions: [submission({ wrong: { kind: 'promised time', phrase: 'Back by 5 pm.' } })] },
  ],
  ['whoever is trusted needs no yes', sending({ review: 'none' }, 'trusted'), {}],
  ['whoever is spot-checked was not drawn', sending({ review: 'none' }, 'spot-checked'), {}],
])('[OP7] nothing is ungated where %s', (_, log, given) => {
  expect(run(log, given).ungatedSends).toBe(0)
})

test('[OP7] what a reviewer made of a reply is what its customer may see, and what was refused is not', () => {
  const edited = { ...yes, epoch: 1, text: 'We are working on it, Ann.' }
  const seen = { shown: [shown({ text: edited.text })] }
  expect(run(reviewed, { ...seen, approvings: [edited] }).alteredReplies).toBe(0)
  expect(run(reviewed, { approvings: [edited] }).alteredReplies).toBe(1)
  expect(run(reviewed, { ...seen, approvings: [{ ...edited, accepted: false }] }).alteredReplies).toBe(1)
  const unanswered = [{ ...edited, accepted: null }]
  expect(run(reviewed, { ...seen, approvings: unanswered }).alteredReplies).toBe(0)
  expect(run(reviewed, { approvings: unanswered }).alteredReplies).toBe(0)
})

const own = 'Sync is down just now, and our engineers have it in their hands.'
const to = (address: string, given: Partial<Shown> = {}) => shown({ address, replyId: address, text: own, ...given })

test.each<[what: string, shown: Shown[], share: number]>([
  ['nothing was shown', [], 0],
  ['two read the same but for their names', [to('ann'), to('ben', { text: `Hello Ben! ${own}` })], 0.5],
  ['one customer reads it twice', [to('ann'), to('ann', { replyId: 'r-2' })], 0],
  ['one reply is shown twice', [to('ann'), to('ann')], 0],
  ['it was on another network', [to('ann'), to('ben', { channelId: 'forgetful' })], 0],
  ['somebody says it their own way', [to('ann'), to('ben', { text: 'We know about it; please keep the app.' })], 0],
  ['three read the same', [to('ann'), to('ben'), to('cem')], 2 / 3],
])('[OP7] the share of near copies is right where %s', (_, seen, share) => {
  expect(nearIdenticalShare(seen)).toBeCloseTo(share)
})
