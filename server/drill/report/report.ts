import type { Observations } from '../observation.ts'
import { brokenByChaos, type ChaosReport, chaosOf } from './chaos.ts'
import { brokenFences, doubleClaims, untoldClaims } from './claims.ts'
import { epochsIn, type HeldByEpoch, heldByEpoch, staleSends } from './epochs.ts'
import type { Fault } from './fault.ts'
import { ungatedSends } from './gating.ts'
import { firstReplyMs, type Percentiles, percentiles, unseen, visibleMs } from './latency.ts'
import { altered, duplicates, invented, keptOf, lost, turnedAway } from './messages.ts'
import { alteredReplies, doubleReplies, lostReplies, phantomReplies } from './replies.ts'
import {
  type Levels,
  levelsOver,
  type ReviewedShare,
  reviewedShare,
  reviewWaits,
  type ToldToWaitOver,
  type WaitOver,
  waitingOver,
  waitsOver,
} from './reviews.ts'
import { nearIdenticalShare } from './sameness.ts'
import { divergedScreens, sequenceGaps } from './screens.ts'

/** What must be nought, each counted from what customers and screens saw. */
const promises = {
  turnedAway: ({ posts }) => turnedAway(posts),
  lost: ({ posts, read }) => lost(posts, read),
  duplicates: ({ read }) => duplicates(read),
  alteredMessages: ({ posts, read }) => [...altered(posts, read), ...invented(posts, read)],
  untoldMessages: unseen,
  doubleClaims: ({ grants, log }) => doubleClaims(grants, log),
  untoldClaims: ({ grants, log }) => untoldClaims(grants, log),
  brokenFences: ({ log }) => brokenFences(log),
  doubleReplies: ({ shown, read }) => doubleReplies(shown, read),
  lostReplies: ({ submissions, read }) => lostReplies(submissions, read),
  phantomReplies: ({ shown, read }) => phantomReplies(shown, read),
  alteredReplies,
  ungatedSends,
  staleSends,
  wronglyAccepted: ({ temptations }) =>
    temptations.filter(({ accepted }) => accepted).map(({ kind, person }) => `${person} was let through with ${kind}`),
  sequenceGaps,
  divergedScreens,
} as const satisfies Record<string, (observations: Observations) => Fault[]>

export type PromiseName = keyof typeof promises

export type Report = Record<PromiseName, number> &
  Partial<ChaosReport> & {
    /** Different messages that were acknowledged. */
    arrived: number
    /** Different messages in conversations. */
    stored: number
    /** Claims granted, each counted once. */
    claims: number
    /** Different replies that customers saw. */
    replies: number
    /** Replies whose fate nobody knows in the end. */
    uncertain: number
    visibleMs: Percentiles
    claimMs: Percentiles
    firstReplyMs: Percentiles
    /** Epochs that came out after the first, and what they stopped. */
    epochs: number
    heldByEpoch: HeldByEpoch
    /** Of the replies customers saw, the share that was almost what another customer had read before. */
    nearIdenticalShare: number
    /** From when a reply may be reviewed until its reviewer had it; over: by the second it began in. */
    reviewWaitMs: Percentiles & { over: WaitOver[] }
    /** Of what those wrote who came to help. */
    reviewedShare: ReviewedShare
    /** How many of them were at which level. */
    levels: Levels[]
    toldToWait: ToldToWaitOver
    refusals: Readonly<Record<string, number>>
    temptations: Readonly<Record<string, number>>
    /** The first few broken promises, in words. */
    faults: Partial<Record<PromiseName, Fault[]>>
    /** Why the run proves nothing or breaks its word; empty when all is well. */
    broken: string[]
  }

export const promiseNames = Object.keys(promises) as PromiseName[]
const mostExamples = 10

/** Judges a run by what was seen of it. */
export function reportOf(observations: Observations): Report {
  const { posts, shown, grants, read, claimMs, refusals, temptations, handed, isFair = false } = observations
  const chaos = handed === undefined ? null : chaosOf(observations, handed)
  const found = promiseNames.map(name => [name, promises[name](observations)] as const)
  const counted = Object.fromEntries(found.map(([name, faults]) => [name, faults.length])) as Record<
    PromiseName,
    number
  >
  const states = read.flatMap(({ replies }) => replies.map(({ state }) => state))
  const figures = {
    arrived: posts.filter(({ acknowledgedAt }) => acknowledgedAt !== null).length,
    stored: keptOf(read).size,
    claims: new Set(grants.map(({ conversationId, fence }) => `${conversationId}/${fence}`)).size,
    replies: new Set(shown.map(({ replyId }) => replyId)).size,
    uncertain: states.filter(state => state === 'uncertain').length,
  }
  return {
    ...figures,
    ...counted,
    visibleMs: percentiles(visibleMs(observations)),
    claimMs: percentiles(claimMs),
    firstReplyMs: percentiles(firstReplyMs(posts, shown)),
    ...trainingOf(observations),
    ...chaos,
    refusals,
    temptations: countBy(temptations.map(({ kind, answer }) => `${kind}: ${answer}`)),
    faults: Object.fromEntries(
      found.filter(([, faults]) => faults.length > 0).map(([name, faults]) => [name, faults.slice(0, mostExamples)]),
    ),
    broken: [
      ...brokenBy(counted),
      ...(chaos === null ? [] : brokenByChaos(chaos, isFair)),
      ...provesNothing(figures, observations),
    ],
  }
}

function trainingOf(observations: Observations) {
  const { log, shown } = observations
  const waits = reviewWaits(log)
  return {
    epochs: epochsIn(observations),
    heldByEpoch: heldByEpoch(observations),
    nearIdenticalShare: nearIdenticalShare(shown),
    reviewWaitMs: { ...percentiles(waits.map(({ ms }) => ms)), over: waitsOver(waits, log) },
    reviewedShare: reviewedShare(observations),
    levels: levelsOver(log),
    toldToWait: waitingOver(observations),
  }
}

function brokenBy(counted: Record<PromiseName, number>): string[] {
  return promiseNames.filter(name => counted[name] > 0).map(name => `${name}: ${counted[name]}`)
}

/** A run in which nothing happened breaks no promise and keeps none. */
function provesNothing(
  { arrived, claims, replies }: Pick<Report, 'arrived' | 'claims' | 'replies'>,
  { screens, log }: Observations,
): string[] {
  const figures = { messages: arrived, claims, replies, screens: screens.length, 'lines of the log': log.length }
  return Object.entries(figures)
    .filter(([, count]) => count === 0)
    .map(([what]) => `no ${what}: this run proves nothing`)
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
