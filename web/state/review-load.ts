import type { Conversation } from '@muster/shared/conversation.ts'
import type { ReplyMark } from '@muster/shared/entry.ts'
import type { Bench, Training } from '@muster/shared/training.ts'
import {
  approvalsNeeded,
  loadOf,
  mayBegin,
  noRecord,
  type ReviewLoad,
  spotShareOf,
  waitOf,
} from '@muster/shared/training-rules.ts'

type Records = {
  replies: ReadonlyMap<string, ReplyMark>
  conversations: ReadonlyMap<string, Conversation>
  bench: Bench
}

/** What stands before the reviewers, counted as the server counts it. */
export function loadIn({ replies, conversations, bench }: Records, now: number): ReviewLoad {
  let waiting = 0
  for (const { state } of replies.values()) if (state === 'submitted' || state === 'in-review') waiting += 1
  let writing = 0
  for (const { claim } of conversations.values()) if (claim?.supervised && claim.replyId === null) writing += 1
  return loadOf(bench, waiting, writing, now)
}

/** What follows from it for those who are new. */
export type Following = {
  waitMs: number
  /** Whether a reply would be reviewed within the time the incident asks for. */
  inTime: boolean
  /** Of what somebody spot-checked writes who has no record yet, in percent. */
  spotPercent: number
  approvals: number
  mayBegin: boolean
}

export function following(load: ReviewLoad, training: Training): Following {
  const waitMs = waitOf(load)
  return {
    waitMs,
    inTime: waitMs <= training.reviewWithinMs,
    spotPercent: Math.round(spotShareOf(noRecord, load, training) * 100),
    approvals: approvalsNeeded(load, training),
    mayBegin: mayBegin(load, training),
  }
}
