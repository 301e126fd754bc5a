import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { lookedAt } from './attention.ts'
import { letGo, lives } from './claim.ts'
import { type Context, change, type Decision, refuse, type View } from './decision.ts'
import { named, openIncident } from './incident.ts'
import { keyOf } from './indexes.ts'
import { afterReply } from './question.ts'
import { alreadyClaimed, replyOnItsWay } from './refusals.ts'
import { answeredUpTo } from './standing.ts'

type Settle = Extract<IncidentCommand, { type: 'conversation/settle' }>

/**
 * Done without a reply from here, by its holder, or by anybody who answers where nobody holds it. What the customer writes
 * next opens it again.
 */
export function settleConversation(command: Settle, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const { conversationId, how, note } = command
  const former = view.get<Conversation>(keyOf.conversation(conversationId))
  if (former === null) return refuse(notFound('conversation'))
  const { claim, messages, answeredThrough } = former
  if (claim !== null && claim.replyId !== null) return refuse(replyOnItsWay)
  if (lives(claim, context.now) && claim.holder.id !== context.actor.id) return refuse(alreadyClaimed(claim.holder))
  const through = Math.min(command.through, messages)
  if (through <= answeredThrough) return { type: 'unchanged', answer: {} }
  const answered = answeredUpTo(lookedAt(former, through), through, view)
  const conversation: Conversation = { ...answered, question: afterReply(former.question), claim: null }
  return change(
    [{ key: keyOf.conversation(conversationId), value: conversation }, ...letGo(former, view)],
    [{ type: 'conversation/settled', at: context.now, by: named(context.actor), conversation, how, note }],
  )
}
