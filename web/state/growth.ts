import type { Conversation } from '@muster/shared/conversation.ts'
import type { ReplyMark } from '@muster/shared/entry.ts'
import type { Responder } from '@muster/shared/incident.ts'
import type { Bench, Training } from '@muster/shared/training.ts'
import { approvalsNeeded, loadOf, type ReviewLoad } from '@muster/shared/training-rules.ts'

type Known = {
  conversations: ReadonlyMap<string, Conversation>
  replies: ReadonlyMap<string, ReplyMark>
  bench: Bench
}

/** What stands before the reviewers now, as this screen knows it. */
export function reviewLoadOf({ conversations, replies, bench }: Known, now: number): ReviewLoad {
  let waiting = 0
  let writing = 0
  for (const { state } of replies.values()) if (state === 'submitted' || state === 'in-review') waiting += 1
  for (const { claim } of conversations.values()) if (claim?.supervised && claim.replyId === null) writing += 1
  return loadOf(bench, waiting, writing, now)
}

/** How many approvals in a row lead somebody to the next level; null where no more of them would. */
export function approvalsLeft(
  { level, record }: Pick<Responder, 'level' | 'record'>,
  load: ReviewLoad,
  training: Training,
): number | null {
  if (level === 'gated') return Math.max(1, approvalsNeeded(load, training) - record.inARow)
  return level === 'spot-checked' ? Math.max(1, training.approvalsToTrusted - record.inARow) : null
}
