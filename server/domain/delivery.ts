import type { Conversation } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { setbackOf } from '@muster/shared/setback.ts'
import { type Context, change, type Decision, type View } from './decision.ts'
import { stops } from './gate.ts'
import { changed } from './gate-reason.ts'
import { common } from './give-back.ts'
import { keyOf } from './indexes.ts'
import { factsOf, reasonsAgainst, tell } from './reply.ts'
import { conversationOf, doubt, stopped } from './report.ts'
import { said } from './said.ts'

export type Take = { id: string; type: 'delivery/take'; replyId: string; worker: string; leaseMs: number }

/**
 * Moves a queued reply to sending, if it still passes the gate. Where only a review is missing by now, as its writer was
 * demoted, it goes to the reviewers; for anything else back to its writer.
 */
export function take(command: Take, view: View, context: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  if (reply?.state !== 'queued' || reply.notBefore > context.now) {
    return { type: 'unchanged', answer: { taken: false, attempts: reply?.attempts ?? 0 } }
  }
  const conversation = conversationOf(reply, view)
  const reasons = stops(reasonsAgainst(reply, conversation, view, context, 'rest'))
  if (reasons.length > 0 && reasons.every(({ rule }) => rule === 'review'))
    return toReview(reply, conversation, context)
  if (reasons.length > 0) {
    return stopped('held', reply, conversation, { reasons }, view, context)
  }
  const sending: Reply = {
    ...common(reply),
    state: 'sending',
    worker: command.worker,
    until: context.now + command.leaseMs,
    attempts: reply.attempts + 1,
    takenAt: context.now,
    // While it waited for its limit the hours did not run for which it is tried.
    triedSince: reply.triedSince === null ? null : reply.triedSince + context.now - reply.notBefore,
  }
  return change(
    [{ key: keyOf.reply(reply.id), value: sending }, ...said(sending, context.sameness(sending.to.channelId), view)],
    [tell('reply/sending', conversation, sending, context)],
    { taken: true, reply: sending },
  )
}

function toReview(reply: Reply, conversation: Conversation, context: Context): Decision {
  if (reply.mayHaveArrived) {
    return doubt(reply, conversation, { setbacks: [setbackOf('earlier')] }, context)
  }
  const submitted: Reply = {
    ...common(reply),
    review: 'level',
    approval: null,
    setback: null,
    leavesBy: null,
    state: 'submitted',
    notBefore: context.now,
  }
  return change(
    [{ key: keyOf.reply(reply.id), value: submitted }],
    [tell('reply/submitted', conversation, submitted, context)],
    { taken: false },
  )
}

export type Hold = { id: string; type: 'delivery/hold'; replyId: string }

/** Gives a queued reply back that was written under older guidance, before its time to leave has come. */
export function hold(command: Hold, view: View, context: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  if (reply?.state !== 'queued' || reply.epoch === factsOf(view).epoch) return { type: 'unchanged', answer: {} }
  const why = { reasons: [changed] }
  return stopped('held', reply, conversationOf(reply, view), why, view, context)
}

export type TakeOver = { id: string; type: 'delivery/take-over'; replyId: string; worker: string; leaseMs: number }

/** Takes up a reply whose worker's lease has ended: what became of it must be found out before anything else. */
export function takeOver(command: TakeOver, view: View, { now }: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  if (reply?.state !== 'sending' || reply.until > now) return { type: 'unchanged', answer: { taken: false } }
  const taken: Reply = { ...reply, worker: command.worker, until: now + command.leaseMs }
  return change([{ key: keyOf.reply(reply.id), value: taken }], [], { taken: true, reply: taken })
}
