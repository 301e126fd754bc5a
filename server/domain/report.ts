import type { Closed } from '@muster/shared/closed.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { type Setback, setbackOf, wordsOfSetbacks } from '@muster/shared/setback.ts'
import { cameBack } from './came-back.ts'
import { letGo } from './claim.ts'
import { closedAt } from './closing.ts'
import { type Change, type Context, change, type Decision, merged, type PutRecord, type View } from './decision.ts'
import { closedReason, wordsOf } from './gate-reason.ts'
import { common, giveBack } from './give-back.ts'
import { rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { afterReply } from './question.ts'
import { type ReplyTold, tell } from './reply.ts'
import { sampleOf } from './sample.ts'
import { firstLook } from './seek.ts'
import { answeredUpTo } from './standing.ts'

/** A reply that its channel keeps putting off, for other reasons than a limit, goes back to its writer after 4 hours. */
export const longestTryingMs = 4 * 3_600_000

/**
 * `worker` names who reports: only the one whose lease it is may say what became of a reply, but for that it was sent.
 * `askedMs`: for how long its network itself asked to wait; `afterMs` is no less. `limited` puts it back as it was: it waits
 * for its channel's limit, and that is no trouble of its own. `seekable`: its network may still tell whether it arrived.
 */
export type Report = { id: string; replyId: string; worker: string } & (
  | { type: 'delivery/sent'; externalId: string; link?: string | null }
  | { type: 'delivery/again'; setback: Setback; afterMs: number; askedMs?: number | null; mayHaveArrived: boolean }
  | { type: 'delivery/limited'; mayHaveArrived: boolean }
  | { type: 'delivery/failed'; setback: Setback; closed?: Closed | null }
  | { type: 'delivery/uncertain'; setback: Setback; seekable?: boolean }
)

export function report(command: Report, view: View, context: Context): Decision {
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  const known = reply?.state === 'sending' || (reply?.state === 'uncertain' && command.type === 'delivery/sent')
  if (reply === null || !known) return { type: 'unchanged', answer: {} }
  if (reply.state === 'sending' && reply.worker !== command.worker && command.type !== 'delivery/sent') {
    return { type: 'unchanged', answer: {} }
  }
  const conversation = conversationOf(reply, view)
  const setback = reply.state === 'sending' ? reply.cameBack : undefined
  if (setback !== undefined) return reportOfReturned(reply, setback, conversation, command, view, context)
  switch (command.type) {
    case 'delivery/sent':
      return sent(
        reply,
        conversation,
        command,
        reply.state === 'uncertain' ? 'reply/settled' : 'reply/sent',
        view,
        context,
      )
    case 'delivery/again':
      return putOff(reply, conversation, command, view, context)
    case 'delivery/limited': {
      const { mayHaveArrived } = command
      return again({ ...reply, mayHaveArrived }, conversation, context.now, 'reply/queued', context)
    }
    case 'delivery/failed':
      return stopped('failed', reply, conversation, { ...command, setbacks: [command.setback] }, view, context)
    case 'delivery/uncertain':
      return doubt(reply, conversation, { ...command, setbacks: [command.setback] }, context)
  }
}

/** It came back before this was known of it: whatever it is, it reached nobody. */
function reportOfReturned(
  reply: Reply,
  setback: Setback,
  conversation: Conversation,
  command: Report,
  view: View,
  context: Context,
): Decision {
  if (command.type !== 'delivery/sent') {
    return stopped('failed', { ...reply, mayHaveArrived: false }, conversation, { setbacks: [setback] }, view, context)
  }
  const left = sent(reply, conversation, command, 'reply/sent', view, context)
  view.lay(left.put)
  const done = view.get<Reply & { state: 'sent' }>(keyOf.reply(reply.id))
  if (done === null) throw new Error(`reply ${reply.id} was sent and is not there`)
  return merged([left, cameBack(done, conversationOf(reply, view), setback, view, context)], {})
}

function putOff(
  reply: Reply,
  conversation: Conversation,
  { setback, afterMs, askedMs = null, mayHaveArrived }: Extract<Report, { type: 'delivery/again' }>,
  view: View,
  context: Context,
): Decision {
  const triedSince = reply.triedSince ?? context.now
  // It had its turn when it was told to leave.
  const tried = { ...reply, mayHaveArrived, triedSince, setback, leavesBy: null }
  const notBefore = context.now + afterMs
  if (notBefore <= triedSince + longestTryingMs) {
    const asked = askedMs === null ? {} : { askedUntil: context.now + askedMs }
    return again(tried, conversation, notBefore, 'reply/queued', context, asked)
  }
  return stopped('failed', tried, conversation, { setbacks: [setback, setbackOf('tried-for-hours')] }, view, context)
}

/** What came in between, what the gate found, and why its message can no more be answered. */
type Why = { setbacks?: readonly Setback[]; reasons?: readonly GateReason[]; closed?: Closed | null }

/** It will not leave now: back to its writer, unless an earlier sending may have arrived. */
export function stopped(
  state: 'held' | 'failed',
  reply: Reply,
  conversation: Conversation,
  { setbacks = [], reasons = [], closed = null }: Why,
  view: View,
  context: Context,
): Decision {
  if (reply.mayHaveArrived) {
    const why = closed === null ? { setbacks, reasons } : { setbacks: [], reasons: [closedReason(closed)] }
    return doubt(reply, conversation, { ...why, setbacks: [setbackOf('earlier'), ...why.setbacks] }, context)
  }
  if (closed === null) return giveBack(reply, conversation, { state, ...because(setbacks, reasons) }, view, context)
  const shut = closedAt(reply.target.messageId, closed, conversation, view)
  const why = { state, reason: reasonWith(setbacks, closed), setbacks: [], reasons: [closedReason(closed)] }
  const given = giveBack(reply, shut.conversation, why, view, context)
  return { ...given, put: [...given.put, ...shut.put] }
}

/** In English too. */
function because(setbacks: readonly Setback[], reasons: readonly GateReason[]) {
  const reason = [wordsOfSetbacks(setbacks), wordsOf(reasons)].filter(Boolean).join(' ')
  return { reason, setbacks: [...setbacks], reasons: [...reasons] }
}

function reasonWith(setbacks: readonly Setback[], { sentence, otherWay }: Closed): string {
  return [...new Set([wordsOfSetbacks(setbacks), sentence, otherWay?.sentence])].filter(Boolean).join(' ')
}

export function doubt(
  reply: Reply,
  conversation: Conversation,
  { setbacks = [], reasons = [], seekable = false }: Why & { seekable?: boolean },
  context: Context,
): Decision {
  const uncertain: Reply = {
    ...common(reply),
    state: 'uncertain',
    ...because(setbacks, reasons),
    since: context.now,
    lookAt: seekable ? context.now + firstLook : null,
    looks: 0,
  }
  const told = tell('reply/uncertain', conversation, uncertain, context)
  return change([{ key: keyOf.reply(reply.id), value: uncertain }], [told], { taken: false })
}

export function sent(
  reply: Reply,
  former: Conversation,
  { externalId, link = null }: { externalId: string; link?: string | null },
  type: ReplyTold,
  view: View,
  context: Context,
): Change {
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

export function again(
  reply: Reply,
  conversation: Conversation,
  notBefore: number,
  type: ReplyTold,
  context: Context,
  asked: { askedUntil?: number } = {},
): Decision {
  const queued: Reply = { ...common(reply), state: 'queued', notBefore, ...asked }
  return change([{ key: keyOf.reply(reply.id), value: queued }], [tell(type, conversation, queued, context)])
}

export function conversationOf(reply: Reply, view: View): Conversation {
  const conversation = view.get<Conversation>(keyOf.conversation(reply.conversationId))
  if (conversation === null) throw new Error(`reply ${reply.id} belongs to no conversation`)
  return conversation
}
