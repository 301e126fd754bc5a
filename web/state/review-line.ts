import type { ReplyMark } from '@muster/shared/entry.ts'
import type { Reviewing } from '@muster/shared/reply.ts'

/** A reply that somebody has claimed to review. */
export type InReview = ReplyMark & { reviewing: Reviewing }

/** Since when it may be reviewed. */
export function readySince({ notBefore, at }: ReplyMark): number {
  return notBefore ?? at
}

/** Nobody reviews what they wrote, alone or with somebody. */
export function isOwn({ writer, partner }: ReplyMark, personId: string): boolean {
  return writer.id === personId || partner?.id === personId
}

/** Who reads it now; null where it is free. */
export function readerOf({ state, reviewing }: ReplyMark, now: number): Reviewing | null {
  return state === 'in-review' && reviewing !== null && reviewing.until > now ? reviewing : null
}

/** What waits for a reviewer or is read by one, the longest first. */
export function reviewLine(replies: Iterable<ReplyMark>, now: number): ReplyMark[] {
  return Array.from(replies)
    .filter(({ state }) => state === 'submitted' || state === 'in-review')
    .filter(mark => readySince(mark) <= now)
    .sort(byWaiting)
}

/** Whether this person may take it now. */
export function isTakable(mark: ReplyMark, personId: string, now: number): boolean {
  return readerOf(mark, now) === null && !isOwn(mark, personId)
}

/** What this person has in hand, what they took first before the rest. */
export function inHand(replies: Iterable<ReplyMark>, personId: string, now: number): InReview[] {
  return Array.from(replies)
    .filter((mark): mark is InReview => readerOf(mark, now)?.by.id === personId)
    .sort((one, other) => one.reviewing.claimedAt - other.reviewing.claimedAt || byWaiting(one, other))
}

function byWaiting(one: ReplyMark, other: ReplyMark): number {
  return readySince(one) - readySince(other) || (one.id < other.id ? -1 : 1)
}
