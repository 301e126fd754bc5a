import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Incident, Responder } from '@muster/shared/incident.ts'
import { overridable } from '@muster/shared/overridable.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { spotShareOf } from '@muster/shared/training-rules.ts'
import { reviewLoad } from './bench.ts'
import { underClaim } from './claim.ts'
import { type Context, change, type Decision, type PutRecord, refuse, type View } from './decision.ts'
import { stops } from './gate.ts'
import { openIncident, rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { gateRefused, guidanceChanged, notAllowed, notFound, nothingToAnswer } from './refusals.ts'
import { factsOf, overridden, reasonsAgainst, tell, written } from './reply.ts'
import { leads } from './roster.ts'
import { drawn } from './spot.ts'

type Submit = Extract<IncidentCommand, { type: 'reply/submit' }>

/** Hands a reply in: to a reviewer where one must read it, else to leave. Below trusted it can be taken back for a while. */
export function submit(command: Submit, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const under = underClaim(command, view, context, 'pair')
  if ('refusal' in under) return under.refusal
  const writer = rosterOf(view, context.actor.id)
  if (writer === null) return refuse(notFound("person in this incident's roster; join it first"))
  const { conversation, claim } = under
  const through = Math.min(command.through, conversation.messages)
  if (through <= conversation.answeredThrough) return refuse(nothingToAnswer)
  const facts = factsOf(view)
  if (command.epoch !== facts.epoch) return refuse(guidanceChanged(facts))
  const draft = written({ ...command, through }, conversation, writer, context)
  const judged = passed(command, draft, reasonsAgainst(draft, conversation, view, context, 'look'), view, context)
  if ('refusal' in judged) return judged.refusal
  const { reply, put } = sentOn(command, judged.reply, writer, incident, view, context)
  const replying = { ...conversation, claim: { ...claim, replyId: reply.id } }
  view.get(keyOf.reply(reply.id))
  view.get(keyOf.draft(conversation.id))
  const told = tell(reply.state === 'submitted' ? 'reply/submitted' : 'reply/queued', replying, reply, context)
  const { override } = reply
  return change(
    [
      { key: keyOf.reply(reply.id), value: reply },
      { key: keyOf.conversation(replying.id), value: replying },
      { key: keyOf.draft(replying.id), value: null },
      ...put,
    ],
    override === null
      ? [told]
      : [told, tell('gate/overridden', replying, reply, context, { override: override.reason })],
    { replyId: reply.id, state: reply.state, notBefore: reply.notBefore, warnings: judged.warnings },
  )
}

type Waiting = Extract<Reply, { state: 'queued' | 'submitted' }>
type Judged = { reply: Extract<Reply, { state: 'queued' }>; warnings: GateReason[] } | { refusal: Decision }

/** What can be argued about goes to a reviewer where its writer asks for one, and is set aside by whoever may. */
function passed(
  command: Submit,
  reply: Extract<Reply, { state: 'queued' }>,
  reasons: readonly GateReason[],
  view: View,
  context: Context,
): Judged {
  const against = stops(reasons).filter(({ rule }) => rule !== 'review')
  const warnings = reasons.filter(({ weight }) => weight === 'warn')
  const arguable = against.filter(({ rule }) => overridable.includes(rule))
  const refusal = { refusal: refuse(gateRefused([...against, ...warnings])) }
  if (against.length > arguable.length) return refusal
  const { override, askReview } = command
  if (override && !leads(view, context.actor)) {
    return { refusal: refuse(notAllowed(context.actor.role, 'gate/override')) }
  }
  if (override && arguable.length > 0) {
    return { reply: overridden(reply, arguable, override.reason, context) as typeof reply, warnings }
  }
  if (askReview) return { reply: { ...reply, concerns: arguable }, warnings }
  return arguable.length > 0 ? refusal : { reply, warnings }
}

function sentOn(
  { askReview }: Submit,
  reply: Extract<Reply, { state: 'queued' }>,
  { level, record }: Responder,
  { policy: { training } }: Incident,
  view: View,
  { now, chance }: Context,
): { reply: Waiting; put: PutRecord[] } {
  const notBefore = now + (level === 'trusted' ? 0 : training.undoMs)
  const going = (review: Reply['review'], put: PutRecord[] = []) => {
    const state = review === 'none' ? ('queued' as const) : ('submitted' as const)
    return { reply: { ...reply, review, notBefore, state }, put }
  }
  if (level === 'gated' || level === 'observer') return going('level')
  if (askReview) return going('asked')
  if (level === 'trusted') return going('none')
  const draw = drawn(reply.conversationId, reply.answers.through, view, chance)
  const share = spotShareOf(record, reviewLoad(view, now), training)
  return going(draw.chance < share ? 'spot' : 'none', draw.put)
}
