import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Claim, Conversation } from '@muster/shared/conversation.ts'
import type { Policy, Responder } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { may, roleIn } from '@muster/shared/permission.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { needsBriefing } from '@muster/shared/training-rules.ts'
import { letGo, lives, newClaim } from './claim.ts'
import { type Context, change, type Decision, refuse, type View } from './decision.ts'
import { openIncident, rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { notHandedOver, replyOnItsWay } from './refusals.ts'
import { leads } from './roster.ts'
import { tell } from './telling.ts'

type HandOver = Extract<IncidentCommand, { type: 'conversation/hand-over' }>

/** From its holder, or by whoever leads, to somebody else: a new claim under a new fence. The draft goes with it. */
export function handOverConversation(command: HandOver, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const given = givenBy(command, view, context)
  if ('refusal' in given) return refuse(given.refusal)
  const taker = rosterOf(view, command.personId)
  if (taker === null) return refuse(notFound('responder'))
  if (taker.id === given.claim.holder.id) return { type: 'unchanged', answer: {} }
  const refusal = reasonAgainst(taker, incident.policy)
  if (refusal !== null) return refuse(refusal)
  const fence = given.fence + 1
  const handed = { ...given, fence, claim: newClaim(taker, fence, context.now, incident.policy.leaseMs) }
  return change(
    [
      { key: keyOf.conversation(handed.id), value: handed },
      { key: keyOf.responder(taker.id), value: { ...taker, holding: taker.holding + 1 } },
      ...letGo(given, view),
    ],
    [tell('conversation/handed-over', handed, context)],
  )
}

function givenBy(
  { conversationId, fence }: HandOver,
  view: View,
  { actor, now }: Context,
): (Conversation & { claim: Claim }) | { refusal: Refusal } {
  const conversation = view.get<Conversation>(keyOf.conversation(conversationId))
  if (conversation === null) return { refusal: notFound('conversation') }
  const { claim } = conversation
  if (!lives(claim, now)) return { refusal: notHandedOver('gone', null) }
  const rightful = claim.holder.id === actor.id || leads(view, actor)
  if (!rightful || claim.fence !== fence) return { refusal: notHandedOver('held', claim.holder.name) }
  return claim.replyId === null ? { ...conversation, claim } : { refusal: replyOnItsWay }
}

function reasonAgainst(taker: Responder, { claimsPerPerson }: Policy): Refusal | null {
  const { name } = taker
  if (!may(roleIn(taker), 'conversation/claim') || taker.level === 'observer') return notHandedOver('answering', name)
  if (taker.paused) return notHandedOver('paused', name)
  if (needsBriefing(taker)) return notHandedOver('unbriefed', name)
  return taker.holding >= claimsPerPerson ? notHandedOver('full', name) : null
}
