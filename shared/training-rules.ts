import type { Bench, Cohort, Level, TrackRecord, Training } from './training.ts'

const rising: readonly Level[] = ['observer', 'gated', 'spot-checked', 'trusted']

export function below(one: Level, other: Level): boolean {
  return rising.indexOf(one) < rising.indexOf(other)
}

export function higher(one: Level, other: Level): Level {
  return below(one, other) ? other : one
}

/** What each figure of the training may be, in its own unit: ms, a share, a number of replies. */
export const trainingBounds = {
  approvalsToSpotChecked: { least: 1, most: 100 },
  leastApprovals: { least: 1, most: 100 },
  approvalsToTrusted: { least: 1, most: 1_000 },
  returnsToDemote: { least: 1, most: 100 },
  spotShare: { least: 0, most: 1 },
  leastShare: { least: 0, most: 1 },
  reviewWithinMs: { least: 5_000, most: 3_600_000 },
  reviewLeaseMs: { least: 5_000, most: 3_600_000 },
  undoMs: { least: 0, most: 120_000 },
  sampleSupport: { least: 0, most: 1 },
  sampleOthers: { least: 0, most: 1 },
} as const
export type TrainingFigure = keyof typeof trainingBounds

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

export const noRecord: TrackRecord = { approved: 0, edited: 0, returned: 0, inARow: 0, returnsInARow: 0 }

/** Who came by a link or only to help answers nobody before they have finished the briefing, unless they are trusted. */
export function needsBriefing(of: { guest: boolean; cohort: Cohort; level: Level; briefedAt: number | null }): boolean {
  return (of.guest || of.cohort === 'other') && of.level !== 'trusted' && of.briefedAt === null
}

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

/**
 * Whether somebody gated may take a customer now, whose reply would have to be reviewed in time. What is being written now
 * counts whole: all of it comes into the line, and should many be ready at once, the last must not wait too long.
 */
export function mayBegin(load: ReviewLoad, training: Training): boolean {
  const line = load.waiting + load.writing + 1
  return waitOf({ ...load, waiting: line, writing: 0 }) <= training.reviewWithinMs
}
