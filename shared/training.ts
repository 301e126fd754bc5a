import { z } from 'zod'
import { Instant } from './identifier.ts'

/** How far somebody may go alone: watch; every reply reviewed; some reviewed; none. */
export const Level = z.enum(['observer', 'gated', 'spot-checked', 'trusted'])
export type Level = z.infer<typeof Level>

const rising: readonly Level[] = ['observer', 'gated', 'spot-checked', 'trusted']

export function below(one: Level, other: Level): boolean {
  return rising.indexOf(one) < rising.indexOf(other)
}

export function higher(one: Level, other: Level): Level {
  return below(one, other) ? other : one
}

/** Whether answering customers is somebody's work, or they came to help. */
export const Cohort = z.enum(['support', 'other'])
export type Cohort = z.infer<typeof Cohort>

/** How far somebody got, when, and in which incident or drill. */
export const Readiness = z.object({ level: Level, at: Instant, title: z.string(), drill: z.boolean() })
export type Readiness = z.infer<typeof Readiness>

/** Who did nothing of the kind for longer than this begins anew, in ms: 180 days. */
export const readinessLastsMs = 180 * 86_400_000

const share = z.number().min(0).max(1)

/** The training wheels of one incident: who is reviewed, and how they grow out of it. */
export const Training = z.object({
  /** Where those begin who come to help; guests always begin gated. */
  othersBegin: Level,
  /** So many replies approved as they were, in a row, lead from gated to spot-checked. */
  approvalsToSpotChecked: z.number().int().min(1).max(100),
  /** The same while reviewers are behind: never fewer. */
  leastApprovals: z.number().int().min(1).max(100),
  /** So many more in a row lead on to trusted. */
  approvalsToTrusted: z.number().int().min(1).max(1_000),
  /** So many replies returned in a row lead one level down. */
  returnsToDemote: z.number().int().min(1).max(100),
  /** Which share of what the spot-checked write is reviewed while reviewers keep up and they have no record yet. */
  spotShare: share,
  /** And at least, however far reviewers are behind and however good the record. */
  leastShare: share,
  /** How long a reply may wait for its reviewer, in ms: what everything above is fitted to. */
  reviewWithinMs: z.number().int().min(5_000).max(3_600_000),
  /** How long a reviewer has a review to themselves without work, in ms. */
  reviewLeaseMs: z.number().int().min(5_000).max(3_600_000),
  /** How long what is sent below trusted can be taken back before anybody sees it, in ms. */
  undoMs: z.number().int().min(0).max(120_000),
  /** Which share of what was sent is looked at afterwards, by cohort. */
  sampleSupport: share,
  sampleOthers: share,
})
export type Training = z.infer<typeof Training>

export const defaultTraining: Training = {
  othersBegin: 'gated',
  approvalsToSpotChecked: 5,
  leastApprovals: 2,
  approvalsToTrusted: 15,
  returnsToDemote: 2,
  spotShare: 0.34,
  leastShare: 0.05,
  reviewWithinMs: 60_000,
  reviewLeaseMs: 120_000,
  undoMs: 8_000,
  sampleSupport: 0.03,
  sampleOthers: 0.15,
}

/** What reviews have said of somebody's replies in this incident. */
export const TrackRecord = z.object({
  approved: z.number().int().nonnegative(),
  edited: z.number().int().nonnegative(),
  returned: z.number().int().nonnegative(),
  /** Approved as they were since the level last changed or a reply was edited or returned. */
  inARow: z.number().int().nonnegative(),
  returnsInARow: z.number().int().nonnegative(),
})
export type TrackRecord = z.infer<typeof TrackRecord>

export const noRecord: TrackRecord = { approved: 0, edited: 0, returned: 0, inARow: 0, returnsInARow: 0 }

/** Who reviews, and how fast. `meanMs`: from a review's claim to its decision, the newest counting most. */
export const Bench = z.object({
  meanMs: z.number().nonnegative(),
  reviewers: z.array(z.object({ id: z.string(), at: Instant })).max(50),
})
export type Bench = z.infer<typeof Bench>

export const emptyBench: Bench = { meanMs: 20_000, reviewers: [] }

/** A reviewer who did nothing for this long is not counted on, in ms. */
export const awayAfterMs = 180_000

/** What stands before the reviewers: replies that wait or are read, and those that newcomers write just now. */
export type ReviewLoad = { waiting: number; writing: number; reviewers: number; meanMs: number }

export function loadOf(bench: Bench, waiting: number, writing: number, now: number): ReviewLoad {
  const reviewers = bench.reviewers.filter(({ at }) => now - at < awayAfterMs).length
  return { waiting, writing, reviewers, meanMs: bench.meanMs }
}

/** How much of what is being written now will stand in the line by the time the line has moved. */
const soon = 0.5

/** How long a reply that is sent to review now will wait, in ms (Little's law: the line by the rate at which it is worked off). */
export function waitOf({ waiting, writing, reviewers, meanMs }: ReviewLoad): number {
  return ((waiting + writing * soon) * meanMs) / Math.max(1, reviewers)
}

/** How far reviewers are behind: up to a half there is time, at 1 the wait is as long as it may be. */
export function pressureOf(load: ReviewLoad, { reviewWithinMs }: Training): number {
  return waitOf(load) / reviewWithinMs
}

/** From 1 while there is time down to 0 where there is none. */
function ease(load: ReviewLoad, training: Training): number {
  return Math.min(1, Math.max(0, 2 - 2 * pressureOf(load, training)))
}

/** Which share of a spot-checked person's replies is reviewed now: less for a good record, and less while reviewers are behind. */
export function spotShareOf({ inARow }: TrackRecord, load: ReviewLoad, training: Training): number {
  const byRecord = training.spotShare / (1 + inARow / 10)
  return Math.max(Math.min(training.leastShare, training.spotShare), byRecord * ease(load, training))
}

/** How many approvals in a row lead from gated to spot-checked now. */
export function approvalsNeeded(load: ReviewLoad, training: Training): number {
  const { approvalsToSpotChecked: most, leastApprovals } = training
  const least = Math.min(leastApprovals, most)
  return Math.ceil(least + (most - least) * ease(load, training))
}

/** Whether somebody gated may take a customer now, whose reply would have to be reviewed in time. */
export function mayBegin(load: ReviewLoad, training: Training): boolean {
  return waitOf({ ...load, writing: load.writing + 1 }) <= training.reviewWithinMs
}
