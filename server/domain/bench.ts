import type { Bench } from '@muster/shared/training.ts'
import { emptyBench, loadOf, type ReviewLoad } from '@muster/shared/training-rules.ts'
import type { PutRecord, View } from './decision.ts'
import { keyOf, lists } from './indexes.ts'

/** How much a single review moves the mean. */
const weight = 0.2
/** What a review counts as at least and at most, in ms: a glance is one too, and a lunch break is none. */
const shortestMs = 1_000
const longestMs = 180_000
const mostReviewers = 50

/** What stands before the reviewers now. Nothing rests on it: it only tells how strict there is time to be. */
export function reviewLoad(view: View, now: number): ReviewLoad {
  const waiting = view.list(lists.reviews).length + view.list(lists.reviewing).length
  return loadOf(view.peek<Bench>(keyOf.bench) ?? emptyBench, waiting, view.list(lists.supervised).length, now)
}

/** A reviewer has begun, or decided something they claimed at `since`. */
export function seated(
  reviewerId: string,
  since: number | null,
  view: View,
  now: number,
): { bench: Bench; put: PutRecord } {
  const former = view.get<Bench>(keyOf.bench) ?? emptyBench
  const last = former.reviewers.find(({ id }) => id === reviewerId)?.at ?? 0
  const others = former.reviewers.filter(({ id }) => id !== reviewerId)
  const bench: Bench = {
    meanMs: since === null ? former.meanMs : moved(former.meanMs, now - Math.max(since, last)),
    reviewers: [...others, { id: reviewerId, at: now }].slice(-mostReviewers),
  }
  return { bench, put: { key: keyOf.bench, value: bench } }
}

function moved(meanMs: number, tookMs: number): number {
  const took = Math.min(longestMs, Math.max(shortestMs, tookMs))
  return Math.round(meanMs + (took - meanMs) * weight)
}
