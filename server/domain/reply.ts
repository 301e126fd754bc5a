import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation, Draft, Message } from '@muster/shared/conversation.ts'
import type { ReplyMark, Told } from '@muster/shared/entry.ts'
import type { Facts, Responder } from '@muster/shared/incident.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { Setback } from '@muster/shared/setback.ts'
import type { Bench } from '@muster/shared/training.ts'
import { type Context, muster, type View } from './decision.ts'
import { wroteIt } from './draft.ts'
import { gate } from './gate.ts'
import { named, rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { alikeIn } from './said.ts'
import { overrideSealOf } from './seal.ts'
import { noTexts, type Texts } from './texts.ts'

type Submit = Extract<IncidentCommand, { type: 'reply/submit' }>
export type ReplyTold = Extract<Told, { reply: ReplyMark }>['type']

/** What a writer hands in, before anything is known of its review. Its id is its command's: sending again finds it again. */
export function written(
  command: Submit,
  conversation: Conversation,
  { level }: Responder,
  draft: Draft | null,
  { actor, now }: Context,
): Reply & { state: 'queued' } {
  const { human, answeredThrough, claim, replyTo } = conversation
  if (replyTo === null) throw new Error(`a reply in conversation ${conversation.id}, where nothing can be answered`)
  const beside = [...(claim?.pair ? [claim.holder, claim.pair.partner] : []), wroteIt(command.text, draft)]
  const others = beside.flatMap(one => (one && one.id !== actor.id ? [one] : []))
  return {
    id: command.id,
    conversationId: command.conversationId,
    writer: named(actor),
    fence: command.fence,
    epoch: command.epoch,
    text: command.text,
    to: human,
    answers: { after: answeredThrough, through: command.through },
    target: { messageId: replyTo.messageId, visibility: replyTo.visibility },
    urgency: urgencyOf(conversation, now),
    leavesBy: null,
    submittedAt: now,
    attempts: 0,
    takenAt: null,
    triedSince: null,
    setback: null,
    mayHaveArrived: false,
    partner: others[0] ?? null,
    alongside: [...new Set(others.map(({ id }) => id))],
    level,
    wordings: [...new Set(command.wordings ?? [])],
    review: 'none',
    original: null,
    reviewFence: 0,
    approval: null,
    override: null,
    concerns: [],
    sample: null,
    state: 'queued',
    notBefore: now,
  }
}

const minuteMs = 60_000

/**
 * Since when its customer waits, in ms since 1970, brought forward by five minutes for each degree of distress, and by four
 * for each power of ten of those who read along.
 */
export function urgencyOf({ waitingSince, distress, human, replyTo }: Conversation, now: number): number {
  const readers = replyTo?.visibility === 'direct' ? 0 : Math.log10(1 + (human.reach ?? 0))
  return Math.max(0, Math.round((waitingSince ?? now) - minuteMs * (5 * distress + 4 * readers)))
}

export function factsOf(view: View): Facts {
  const facts = view.get<Facts>(keyOf.facts)
  if (facts === null) throw new Error('an incident without facts')
  return facts
}

/** `rest`: in the moment of leaving the decision rests on everything it is judged by. */
export function reasonsAgainst(
  reply: Reply,
  conversation: Conversation,
  view: View,
  context: Context,
  rest: 'rest' | 'look',
): GateReason[] {
  const { channelId } = reply.to
  const sameness = context.sameness(channelId)
  return gate(reply, {
    conversation,
    // Nothing changes a message but what changes its conversation.
    target: targetOf(reply, view),
    facts: factsOf(view),
    // They change with the facts alone, on which the decision rests already.
    texts: view.peek<Texts>(keyOf.texts) ?? noTexts,
    writer: rosterOf(view, reply.writer.id),
    length: context.length(channelId, reply.text, reply.target.visibility),
    sameness,
    alike: alikeIn(reply, sameness, view, rest),
    now: context.now,
  })
}

function targetOf({ conversationId, target }: Reply, view: View): Message | null {
  const message = view.peek<Message>(keyOf.message(target.messageId))
  return message?.conversationId === conversationId ? message : null
}

/** Sets aside what the gate found and can be argued about, for this very text, beside what was set aside for it before. */
export function overridden(reply: Reply, reasons: readonly GateReason[], reason: string, context: Context): Reply {
  const seal = overrideSealOf(reply)
  const before = reply.override?.seal === seal ? reply.override.rules : []
  const rules = [...new Set([...before, ...reasons.map(({ rule }) => rule)])]
  const { actor, now } = context
  return { ...reply, override: { by: named(actor), at: now, reason, rules, seal } }
}

/** A reply as the board shows it. */
export function markOf(reply: Reply, at: number): ReplyMark {
  const { id, conversationId, writer, state, epoch, level, review, partner, wordings, to, target } = reply
  return {
    id,
    conversationId,
    writer,
    state,
    reason: reasonOf(reply),
    setbacks: setbacksOf(reply),
    reasons: 'reasons' in reply ? reply.reasons : [],
    at,
    epoch,
    level,
    review,
    notBefore: 'notBefore' in reply ? reply.notBefore : null,
    reviewing: reply.state === 'in-review' ? reply.reviewing : null,
    approvedBy: reply.approval?.by ?? null,
    edited: reply.original !== null,
    partner,
    wordings,
    concerns: reply.concerns.length,
    sampled: reply.sample !== null && reply.sample.verdict === null,
    channelId: to.channelId,
    visibility: target.visibility,
    link: reply.state === 'sent' ? reply.link : null,
  }
}

function reasonOf(reply: Reply): string | null {
  if (reply.state === 'returned') return reply.correction.note
  return 'reason' in reply ? reply.reason : (lastSetbackOf(reply)?.sentence ?? null)
}

function setbacksOf(reply: Reply): Setback[] {
  if ('setbacks' in reply) return reply.setbacks
  const last = lastSetbackOf(reply)
  return last === null ? [] : [last]
}

/** Why its channel put off what waits, or brought back what was sent. */
function lastSetbackOf(reply: Reply): Setback | null {
  if (reply.state === 'queued') return reply.setback
  return reply.state === 'sent' ? (reply.bounced?.setback ?? null) : null
}

type More = { responder?: Responder | null; bench?: Bench; override?: string }

export function tell(
  type: ReplyTold,
  conversation: Conversation,
  reply: Reply,
  { actor, now }: Context,
  { responder, ...more }: More = {},
): Told {
  const by = actor.id === muster.id ? null : named(actor)
  return { type, at: now, by, conversation, reply: markOf(reply, now), ...(responder && { responder }), ...more }
}
