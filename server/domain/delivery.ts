import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { letGo } from './claim.ts'
import { type Context, change, type Decision, type PutRecord, refuse, type View } from './decision.ts'
import { stops } from './gate.ts'
import { common, giveBack } from './give-back.ts'
import { rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { afterReply } from './question.ts'
import { notFound } from './refusals.ts'
import { factsOf, type ReplyTold, reasonsAgainst, tell } from './reply.ts'
import { said } from './said.ts'
import { sampleOf } from './sample.ts'
import { answeredUpTo } from './standing.ts'

type Settle = Extract<IncidentCommand, { type: 'reply/settle' }>

export type Take = { id: string; type: 'delivery/take'; replyId: string; worker: string; leaseMs: number }

/**
 * Moves a queued reply to sending, if it still passes the gate. Where only a review is missing by now, as its writer was
 * demoted, it goes to the reviewers; for anything else back to its writer.
 */
export function take(command: Take, view: View, context: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  if (reply?.state !== 'queued' || reply.notBefore > context.now) return { type: 'unchanged', answer: { taken: false } }
  const conversation = conversationOf(reply, view)
  const reasons = stops(reasonsAgainst(reply, conversation, view, context, 'rest'))
  if (reasons.length > 0 && reasons.every(({ rule }) => rule === 'review'))
    return toReview(reply, conversation, context)
  if (reasons.length > 0) {
    const reason = reasons.map(({ sentence }) => sentence).join(' ')
    return stopped('held', reply, conversation, reason, view, context)
  }
  const sending: Reply = {
    ...common(reply),
    state: 'sending',
    worker: command.worker,
    until: context.now + command.leaseMs,
    attempts: reply.attempts + 1,
  }
  return change(
    [{ key: keyOf.reply(reply.id), value: sending }, ...said(sending, context.sameness(sending.to.channelId), view)],
    [tell('reply/sending', conversation, sending, context)],
    { taken: true, reply: sending },
  )
}

function toReview(reply: Reply, conversation: Conversation, context: Context): Decision {
  if (reply.mayHaveArrived) return doubt(reply, conversation, 'It may have arrived when it was sent before.', context)
  const submitted: Reply = {
    ...common(reply),
    review: 'level',
    approval: null,
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
  const reason = 'The guidance has changed since this was written: read the new facts, then send again.'
  return stopped('held', reply, conversationOf(reply, view), reason, view, context)
}

export type TakeOver = { id: string; type: 'delivery/take-over'; replyId: string; worker: string; leaseMs: number }

/** Takes up a reply whose worker's lease has ended: what became of it must be found out before anything else. */
export function takeOver(command: TakeOver, view: View, { now }: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  if (reply?.state !== 'sending' || reply.until > now) return { type: 'unchanged', answer: { taken: false } }
  const taken: Reply = { ...reply, worker: command.worker, until: now + command.leaseMs }
  return change([{ key: keyOf.reply(reply.id), value: taken }], [], { taken: true, reply: taken })
}

/** A reply that its channel keeps putting off goes back to its writer after this long: 4 hours. */
export const longestTryingMs = 4 * 3_600_000

/** `worker` names who reports: only the one whose lease it is may say what became of a reply, but for that it was sent. */
export type Report = { id: string; replyId: string; worker: string } & (
  | { type: 'delivery/sent'; externalId: string; link?: string | null }
  | { type: 'delivery/again'; reason: string; afterMs: number; mayHaveArrived: boolean }
  | { type: 'delivery/failed'; reason: string }
  | { type: 'delivery/uncertain'; reason: string }
)

export function report(command: Report, view: View, context: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  const known = reply?.state === 'sending' || (reply?.state === 'uncertain' && command.type === 'delivery/sent')
  if (reply === null || !known) return { type: 'unchanged', answer: {} }
  if (reply.state === 'sending' && reply.worker !== command.worker && command.type !== 'delivery/sent') {
    return { type: 'unchanged', answer: {} }
  }
  const conversation = conversationOf(reply, view)
  switch (command.type) {
    case 'delivery/sent':
      return sent(reply, conversation, command, 'reply/sent', view, context)
    case 'delivery/again': {
      const { reason, mayHaveArrived } = command
      const tried = { ...reply, mayHaveArrived }
      const notBefore = context.now + command.afterMs
      if (notBefore > reply.submittedAt + longestTryingMs) {
        return stopped('failed', tried, conversation, `${reason} It was tried for hours.`, view, context)
      }
      return again(tried, conversation, notBefore, 'reply/queued', context)
    }
    case 'delivery/failed':
      return stopped('failed', reply, conversation, command.reason, view, context)
    case 'delivery/uncertain':
      return doubt(reply, conversation, command.reason, context)
  }
}

/** It will not leave now: back to its writer, unless an earlier sending may have arrived. */
function stopped(
  state: 'held' | 'failed',
  reply: Reply,
  conversation: Conversation,
  reason: string,
  view: View,
  context: Context,
): Decision {
  if (!reply.mayHaveArrived) return giveBack(reply, conversation, { state, reason }, view, context)
  return doubt(reply, conversation, `It may have arrived when it was sent before. ${reason}`, context)
}

function doubt(reply: Reply, conversation: Conversation, reason: string, context: Context): Decision {
  const uncertain: Reply = {
    ...common(reply),
    state: 'uncertain',
    reason,
    since: context.now,
    lookAt: null,
    looks: 0,
  }
  const told = tell('reply/uncertain', conversation, uncertain, context)
  return change([{ key: keyOf.reply(reply.id), value: uncertain }], [told], { taken: false })
}

export function settle(command: Settle, view: View, context: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  if (reply?.state !== 'uncertain') return refuse(notFound('uncertain reply'))
  const conversation = conversationOf(reply, view)
  return command.arrived
    ? sent(reply, conversation, { externalId: `seen by ${context.actor.name}` }, 'reply/settled', view, context)
    : again({ ...reply, mayHaveArrived: false }, conversation, context.now, 'reply/settled', context)
}

function sent(
  reply: Reply,
  former: Conversation,
  { externalId, link = null }: { externalId: string; link?: string | null },
  type: ReplyTold,
  view: View,
  context: Context,
): Decision {
  const { put, responder } = credited(reply, former, view)
  const sample = sampleOf(reply, responder, view, context)
  const done: Reply = {
    ...common(reply),
    sample,
    state: 'sent',
    sentAt: context.now,
    externalId,
    link,
    bounced: null,
  }
  const conversation: Conversation = {
    ...answeredUpTo(former, Math.max(former.answeredThrough, reply.answers.through), view),
    replies: former.replies + 1,
    question: afterReply(former.question),
    lastReplyId: reply.id,
    claim: null,
  }
  return change(
    [
      { key: keyOf.reply(reply.id), value: done },
      { key: keyOf.conversation(conversation.id), value: conversation },
      ...put,
    ],
    [tell(type, conversation, done, context, { responder })],
  )
}

/** Its writer holds one conversation fewer, and has answered one more. */
function credited(
  { writer: { id } }: Reply,
  former: Conversation,
  view: View,
): { put: PutRecord[]; responder: Responder | null } {
  const put = letGo(former, view)
  view.lay(put)
  const writer = rosterOf(view, id)
  if (writer === null) return { put, responder: null }
  const key = keyOf.responder(id)
  const responder = { ...writer, answered: writer.answered + 1 }
  return { put: [...put.filter(record => record.key !== key), { key, value: responder }], responder }
}

function again(
  reply: Reply,
  conversation: Conversation,
  notBefore: number,
  type: ReplyTold,
  context: Context,
): Decision {
  const queued: Reply = { ...common(reply), state: 'queued', notBefore }
  return change([{ key: keyOf.reply(reply.id), value: queued }], [tell(type, conversation, queued, context)])
}

export function conversationOf(reply: Reply, view: View): Conversation {
  const conversation = view.get<Conversation>(keyOf.conversation(reply.conversationId))
  if (conversation === null) throw new Error(`reply ${reply.id} belongs to no conversation`)
  return conversation
}
