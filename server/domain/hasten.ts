import type { Reply } from '@muster/shared/reply.ts'
import type { Context, Decision, View } from './decision.ts'
import { keyOf } from './indexes.ts'
import { again, conversationOf } from './report.ts'

/** `recoveredAt`: when its lane, which was failing, took something again. */
export type Hasten = { id: string; type: 'delivery/hasten'; replyId: string; recoveredAt: number }

/** What was put off while its lane was failing is not put off any longer. */
export function hasten({ replyId, recoveredAt }: Hasten, view: View, context: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(replyId))
  const notBefore = reply === null ? null : hastenedTo(reply, recoveredAt, context.now)
  if (reply === null || notBefore === null) return { type: 'unchanged', answer: {} }
  return again(reply, conversationOf(reply, view), notBefore, 'reply/queued', context)
}

/** From when on it may be tried, for its lane's sake; null where that brings nothing forward. */
export function hastenedTo(reply: Reply, recoveredAt: number, now: number): number | null {
  if (reply.state !== 'queued' || reply.setback === null) return null
  if (reply.takenAt === null || reply.takenAt >= recoveredAt) return null
  const soonest = Math.max(now, reply.askedUntil ?? 0)
  return reply.notBefore > soonest ? soonest : null
}
