import type { Claim, Conversation } from '@muster/shared/conversation.ts'
import { isAt } from './holding.ts'
import { isUnseen } from './queue.ts'

export type Counts = {
  waiting: number
  unseen: number
  held: number
  mine: number
  answered: number
  all: number
  /** Claims whose holder asks for somebody beside them, or has somebody there. */
  pairs: number
  /** How many wait of those that wrote nearly the same, by group. */
  alike: ReadonlyMap<string, number>
  /** Since when whoever waits longest does so; null when nobody waits. */
  oldest: number | null
  /** The same of those whom nobody holds. */
  oldestFree: number | null
}

export function tally(conversations: Iterable<Conversation>, personId: string): Counts {
  const counts = { waiting: 0, unseen: 0, held: 0, mine: 0, answered: 0, all: 0, pairs: 0 }
  const alike = new Map<string, number>()
  let oldest = Number.POSITIVE_INFINITY
  let oldestFree = Number.POSITIVE_INFINITY
  for (const conversation of conversations) {
    const { waitingSince, claim } = conversation
    counts.all += 1
    if (claim) countClaim(counts, claim)
    if (isAt(conversation, personId)) counts.mine += 1
    if (waitingSince === null) {
      counts.answered += 1
      continue
    }
    counts.waiting += 1
    countAlike(alike, conversation)
    if (isUnseen(conversation)) counts.unseen += 1
    if (waitingSince < oldest) oldest = waitingSince
    if (claim === null && waitingSince < oldestFree) oldestFree = waitingSince
  }
  return { ...counts, alike, oldest: known(oldest), oldestFree: known(oldestFree) }
}

function countClaim(counts: { held: number; pairs: number }, { pair }: Claim): void {
  counts.held += 1
  if (pair) counts.pairs += 1
}

function countAlike(counts: Map<string, number>, { alike }: Conversation): void {
  if (alike !== null) counts.set(alike, (counts.get(alike) ?? 0) + 1)
}

function known(since: number): number | null {
  return Number.isFinite(since) ? since : null
}
