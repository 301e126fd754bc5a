import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { ReplyMark, Told } from '@muster/shared/entry.ts'
import type { Facts, Responder } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { underClaim } from './claim.ts'
import { type Context, change, type Decision, muster, refuse, type View } from './decision.ts'
import { gate } from './gate.ts'
import { named, openIncident } from './incident.ts'
import { keyOf } from './indexes.ts'
import { gateRefused, guidanceChanged, nothingToAnswer } from './refusals.ts'

type Submit = Extract<IncidentCommand, { type: 'reply/submit' }>
export type ReplyTold = Extract<Told, { reply: ReplyMark }>['type']

/** The reply's id is its command's: submitting again finds the same reply. */
export function submit(command: Submit, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const under = underClaim(command, view, context)
  if ('refusal' in under) return under.refusal
  const { conversation, claim } = under
  const through = Math.min(command.through, conversation.messages)
  if (through <= conversation.answeredThrough) return refuse(nothingToAnswer)
  const facts = factsOf(view)
  if (command.epoch !== facts.epoch) return refuse(guidanceChanged(facts))
  const reply = written(command, conversation, through, context)
  const reasons = reasonsAgainst(reply, conversation, facts, context)
  if (reasons.length > 0) return refuse(gateRefused(reasons))
  const replying = { ...conversation, claim: { ...claim, replyId: reply.id } }
  view.get(keyOf.reply(reply.id))
  view.get(keyOf.draft(conversation.id))
  return change(
    [
      { key: keyOf.reply(reply.id), value: reply },
      { key: keyOf.conversation(replying.id), value: replying },
      { key: keyOf.draft(replying.id), value: null },
    ],
    [tell('reply/queued', replying, reply, context)],
    { replyId: reply.id },
  )
}

function written(command: Submit, conversation: Conversation, through: number, { actor, now }: Context): Reply {
  return {
    id: command.id,
    conversationId: conversation.id,
    writer: named(actor),
    fence: command.fence,
    epoch: command.epoch,
    text: command.text,
    to: conversation.human,
    answers: { after: conversation.answeredThrough, through },
    submittedAt: now,
    attempts: 0,
    mayHaveArrived: false,
    state: 'queued',
    notBefore: now,
  }
}

export function factsOf(view: View): Facts {
  const facts = view.get<Facts>(keyOf.facts)
  if (facts === null) throw new Error('an incident without facts')
  return facts
}

export function reasonsAgainst(reply: Reply, conversation: Conversation, facts: Facts, { length }: Context) {
  const { text, epoch, fence, writer, to } = reply
  return gate({ text, epoch, fence, writerId: writer.id, length: length(to.channelId, text) }, conversation, facts)
}
/** A reply as the board shows it. */
export function markOf(reply: Reply, at: number): ReplyMark {
  const { id, conversationId, writer, state } = reply
  return { id, conversationId, writer, state, reason: 'reason' in reply ? reply.reason : null, at }
}

export function tell(
  type: ReplyTold,
  conversation: Conversation,
  reply: Reply,
  { actor, now }: Context,
  responder: Responder | null = null,
): Told {
  const by = actor.id === muster.id ? null : named(actor)
  return { type, at: now, by, conversation, reply: markOf(reply, now), ...(responder !== null && { responder }) }
}
