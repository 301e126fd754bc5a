import type { IncidentCommand } from '@muster/shared/command.ts'
import { overridable } from '@muster/shared/overridable.ts'
import type { GateReason, Refusal } from '@muster/shared/refusal.ts'
import type { Approval, Correction, Reply } from '@muster/shared/reply.ts'
import { seated } from './bench.ts'
import { type Change, type Context, change, type Decision, merged, refuse, type View } from './decision.ts'
import { stops } from './gate.ts'
import { common, giveBack } from './give-back.ts'
import { knownIncident, named, rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { levelled, type Reviewed, reviewed, type Verdict } from './level.ts'
import { gateRefused, guidanceChanged, notAllowed, ownReply } from './refusals.ts'
import { factsOf, overridden, reasonsAgainst, tell } from './reply.ts'
import { conversationOf } from './report.ts'
import { type InReview, isOwn, repliesIn, underReview } from './review.ts'
import { leads } from './roster.ts'
import { keysToSay } from './said.ts'
import { sealOf } from './seal.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>
type Approve = Pick<Of<'review/approve'>, 'replyId' | 'fence' | 'epoch' | 'text' | 'override'>

/** As it was written, or as the reviewer made it: that very text leaves, under the guidance the reviewer has read. */
export function approve(command: Of<'review/approve'>, view: View, context: Context): Decision {
  const approved = approvedOne(command, view, context)
  return 'refusal' in approved ? refuse(approved.refusal) : approved
}

/** Each by itself; refused whole only where it is none. */
export function approveSeveral(command: Of<'review/approve-several'>, view: View, context: Context): Decision {
  needAll(
    command.replies.map(({ replyId }) => replyId),
    view,
  )
  const changes: Change[] = []
  const approved: string[] = []
  const refused: { replyId: string; refusal: Refusal }[] = []
  for (const { replyId, fence } of command.replies) {
    const text = view.peek<Reply>(keyOf.reply(replyId))?.text ?? ''
    const one = approvedOne({ replyId, fence, text, epoch: command.epoch }, view, context)
    if ('refusal' in one) {
      refused.push({ replyId, refusal: one.refusal })
      continue
    }
    view.lay(one.put)
    changes.push(one)
    approved.push(replyId)
  }
  const [first] = refused
  if (approved.length === 0 && first !== undefined) return refuse(first.refusal)
  return merged(changes, { approved, refused })
}

/** All that many verdicts rest on, read in three goes and not in three for each. */
function needAll(ids: readonly string[], view: View): void {
  view.need(ids.map(keyOf.reply))
  const replies = repliesIn(ids, view)
  const about = ({ conversationId, writer, target }: Reply) => [
    keyOf.conversation(conversationId),
    keyOf.message(target.messageId),
    keyOf.responder(writer.id),
  ]
  view.need([...replies.flatMap(about), ...replies.flatMap(keysToSay)])
}

function approvedOne(command: Approve, view: View, context: Context): Change | { refusal: Refusal } {
  const incident = knownIncident(view)
  if ('refusal' in incident) return incident
  const under = underReview(command, view, context)
  if ('refusal' in under) return under
  if (isOwn(under.reply, context.actor.id)) return { refusal: ownReply }
  const facts = factsOf(view)
  if (command.epoch !== facts.epoch) return { refusal: guidanceChanged(facts) }
  const conversation = conversationOf(under.reply, view)
  const wish = sealed(command, under.reply, context)
  const reasons = stops(reasonsAgainst(wish, conversation, view, context, 'look'))
  const judged = setAside(command, wish, reasons, view, context)
  if ('refusal' in judged) return judged
  const { reply } = judged
  const { put, responder, bench, more } = recorded(
    reply.original === null ? 'approved' : 'edited',
    under.reply,
    view,
    context,
  )
  const { override } = reply
  return change(
    [{ key: keyOf.reply(reply.id), value: reply }, ...put],
    [
      tell('review/approved', conversation, reply, context, { responder, bench }),
      ...(override === null || override.by.id !== context.actor.id
        ? []
        : [tell('gate/overridden', conversation, reply, context, { override: override.reason })]),
      ...more,
    ],
    { replyId: reply.id },
  )
}

/** With the reviewer's seal on what shall leave. What was set aside before holds on where the text stayed. */
function sealed(
  { text, epoch }: Approve,
  former: InReview,
  { actor, now }: Context,
): Extract<Reply, { state: 'queued' }> {
  const original = text === former.text ? null : former.text
  const reply = { ...common(former), text, epoch, original, state: 'queued' as const, notBefore: now }
  const approval: Approval = { by: named(actor), at: now, seal: sealOf(reply) }
  return { ...reply, approval }
}

function setAside(
  { override }: Approve,
  reply: Reply,
  reasons: readonly GateReason[],
  view: View,
  context: Context,
): { reply: Reply } | { refusal: Refusal } {
  if (reasons.length === 0) return { reply }
  const arguable = reasons.every(({ rule }) => overridable.includes(rule))
  if (!override || !arguable) return { refusal: gateRefused([...reasons]) }
  if (!leads(view, context.actor)) return { refusal: notAllowed(context.actor.role, 'gate/override') }
  return { reply: overridden(reply, reasons, override.reason, context) }
}

/** To its writer with a note and comments, the claim and the text: theirs to correct. */
export function returnReply(command: Of<'review/return'>, view: View, context: Context): Decision {
  const incident = knownIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const under = underReview(command, view, context)
  if ('refusal' in under) return refuse(under.refusal)
  const { reply } = under
  const { note } = command
  const comments = command.comments
    .filter(({ from, to }) => from < to && to <= reply.text.length)
    .toSorted((one, other) => one.from - other.from)
  const correction: Correction = { by: named(context.actor), at: context.now, note, comments }
  const back = giveBack(reply, conversationOf(reply, view), { state: 'returned', correction }, view, context)
  const { put, responder, bench, more } = recorded('returned', reply, view, context)
  const tell = back.tell.map(told => ({ ...told, ...(responder && { responder }), bench }))
  return { ...back, put: [...back.put, ...put], tell: [...tell, ...more], answer: { replyId: reply.id } }
}

/** What a decision says of its writer, and of how fast its reviewer is. */
function recorded(verdict: Verdict, reply: InReview, view: View, context: Context) {
  const writer = rosterOf(view, reply.writer.id)
  const after: Reviewed | null = writer === null ? null : reviewed(writer, verdict, view, context)
  const { bench, put } = seated(context.actor.id, reply.reviewing.claimedAt, view, context.now)
  const records = after === null ? [] : [{ key: keyOf.responder(after.responder.id), value: after.responder }]
  return { put: [put, ...records], responder: after?.responder ?? null, bench, more: levelled(after, context) }
}
