import type { IncidentCommand } from '@muster/shared/command.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { type Context, type Decision, refuse, type View } from './decision.ts'
import { giveBack } from './give-back.ts'
import { knownIncident } from './incident.ts'
import { keyOf } from './indexes.ts'
import { tooLate } from './refusals.ts'
import { conversationOf } from './report.ts'
import { isOwn } from './review.ts'
import { leads } from './roster.ts'

/** By whoever wrote it, alone or with somebody, or by a lead, as long as no channel has had it. */
export function recall(
  command: Extract<IncidentCommand, { type: 'reply/recall' }>,
  view: View,
  context: Context,
): Decision {
  const incident = knownIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const reply = view.get<Reply>(keyOf.reply(command.replyId))
  if (reply === null || !(isOwn(reply, context.actor.id) || leads(view, context.actor))) {
    return refuse(notFound('own-reply'))
  }
  if (reply.state === 'recalled') return { type: 'unchanged', answer: {} }
  const inHouse = reply.state === 'submitted' || reply.state === 'in-review' || reply.state === 'queued'
  if (!inHouse || reply.mayHaveArrived) return refuse(tooLate)
  return giveBack(reply, conversationOf(reply, view), { state: 'recalled' }, view, context)
}
