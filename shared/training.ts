import { z } from 'zod'
import { Instant } from './identifier.ts'
import { type TrainingFigure, trainingBounds } from './training-rules.ts'

/** How far somebody may go alone: watch; every reply reviewed; some reviewed; none. */
export const Level = z.enum(['observer', 'gated', 'spot-checked', 'trusted'])
export type Level = z.infer<typeof Level>

/** Whether answering customers is somebody's work, or they came to help. */
export const Cohort = z.enum(['support', 'other'])
export type Cohort = z.infer<typeof Cohort>

/** How far somebody got, when, and in which incident or drill. */
export const Readiness = z.object({ level: Level, at: Instant, title: z.string(), drill: z.boolean() })
export type Readiness = z.infer<typeof Readiness>

/** Who did nothing of the kind for longer than this begins anew, in ms: 180 days. */
export const readinessLastsMs = 180 * 86_400_000

function share(figure: 'spotShare' | 'leastShare' | 'sampleSupport' | 'sampleOthers') {
  return z.number().min(trainingBounds[figure].least).max(trainingBounds[figure].most)
}

function whole(figure: TrainingFigure) {
  return z.number().int().min(trainingBounds[figure].least).max(trainingBounds[figure].most)
}

/** The training wheels of one incident: who is reviewed, and how they grow out of it. */
export const Training = z.object({
  /** Where those begin who come to help; guests always begin gated. */
  othersBegin: Level,
  /** So many replies approved as they were, in a row, lead from gated to spot-checked. */
  approvalsToSpotChecked: whole('approvalsToSpotChecked'),
  /** The same while reviewers are behind: never fewer. */
  leastApprovals: whole('leastApprovals'),
  /** So many more in a row lead on to trusted. */
  approvalsToTrusted: whole('approvalsToTrusted'),
  /** So many replies returned in a row lead one level down. */
  returnsToDemote: whole('returnsToDemote'),
  /** Which share of what the spot-checked write is reviewed while reviewers keep up and they have no record yet. */
  spotShare: share('spotShare'),
  /** And at least, however far reviewers are behind and however good the record. */
  leastShare: share('leastShare'),
  /** How long a reply may wait for its reviewer, in ms: what everything above is fitted to. */
  reviewWithinMs: whole('reviewWithinMs'),
  /** How long a reviewer has a review to themselves without work, in ms. */
  reviewLeaseMs: whole('reviewLeaseMs'),
  /** How long what is sent below trusted can be taken back before anybody sees it, in ms. */
  undoMs: whole('undoMs'),
  /** Which share of what was sent is looked at afterwards, by cohort. */
  sampleSupport: share('sampleSupport'),
  sampleOthers: share('sampleOthers'),
})
export type Training = z.infer<typeof Training>

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

/** Who reviews, and how fast. `meanMs`: from a review's claim to its decision, the newest counting most. */
export const Bench = z.object({
  meanMs: z.number().nonnegative(),
  reviewers: z.array(z.object({ id: z.string(), at: Instant })).max(50),
})
export type Bench = z.infer<typeof Bench>
