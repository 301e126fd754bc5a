import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation, Draft } from '@muster/shared/conversation.ts'
import type { Incident, Responder } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { overridable } from '@muster/shared/overridable.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { spotShareOf } from '@muster/shared/training-rules.ts'
import { aimOf } from './aim.ts'
import { reviewLoad } from './bench.ts'
import { underClaim } from './claim.ts'
import { type Context, change, type Decision, refuse, type View } from './decision.ts'
import { stillBrought } from './draft.ts'
import { stops } from './gate.ts'
import { openIncident, rosterOf } from './incident.ts'
import { keyOf, lists } from './indexes.ts'
import { gateRefused, guidanceChanged, notAllowed } from './refusals.ts'
import { factsOf, overridden, reasonsAgainst, tell, written } from './reply.ts'
import { isOwn } from './review.ts'
import { leads } from './roster.ts'

type Submit = Extract<IncidentCommand, { type: 'reply/submit' }>

/** Hands a reply in: to a reviewer where one must read it, else to leave. Below trusted it can be taken back for a while. */
export function submit(command: Submit, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const under = underClaim(command, view, context, 'pair')
  if ('refusal' in under) return under.refusal
  const writer = rosterOf(view, context.actor.id)
  if (writer === null) return refuse(notFound('self'))
  const { conversation, claim } = under
  const through = Math.min(command.through, conversation.messages)
  const aimed = aimOf({ ...command, through }, conversation, view)
  if ('refusal' in aimed) return refuse(aimed.refusal)
  const facts = factsOf(view)
  if (command.epoch !== facts.epoch) return refuse(guidanceChanged(facts))
  view.get(keyOf.reply(command.id))
  const draft = view.get<Draft>(keyOf.draft(conversation.id))
  const handed = written({ ...command, through }, aimed, writer, draft, context)
  const judged = passed(command, handed, reasonsAgainst(handed, conversation, view, context, 'look'), view, context)
  if ('refusal' in judged) return judged.refusal
  const reply = sentOn(command, judged.reply, { conversation, writer }, incident, view, context)
  const replying = { ...conversation, claim: { ...claim, replyId: reply.id } }
  const told = tell(reply.state === 'submitted' ? 'reply/submitted' : 'reply/queued', replying, reply, context)
  const { override } = reply
  return change(
    [
      { key: keyOf.reply(reply.id), value: reply },
      { key: keyOf.conversation(replying.id), value: replying },
      { key: keyOf.draft(replying.id), value: leftOf(draft, command.text) },
    ],
    override === null
      ? [told]
      : [told, tell('gate/overridden', replying, reply, context, { override: override.reason })],
    { replyId: reply.id, state: reply.state, notBefore: reply.notBefore, warnings: judged.warnings },
  )
}

/** What a merge brought and this reply does not say, for whoever has the conversation next. */
function leftOf(draft: Draft | null, text: string): Draft | null {
  const { brought } = stillBrought(draft, text)
  return draft === null || brought === undefined ? null : { ...draft, text: '', brought }
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
  { conversation, writer: { level, record } }: { conversation: Conversation; writer: Responder },
  { policy: { training } }: Incident,
  view: View,
  context: Context,
): Waiting {
  const { now, chance } = context
  const notBefore = now + (level === 'trusted' ? 0 : training.undoMs)
  const review = reviewOf()
  return { ...reply, review, notBefore, state: review === 'none' ? 'queued' : 'submitted' }

  function reviewOf(): Reply['review'] {
    if (level === 'gated' || level === 'observer') return 'level'
    if (askReview) return 'asked'
    if (level === 'trusted') return 'none'
    if (wasToBeReviewed(conversation, view, context)) return 'spot'
    return chance < spotShareOf(record, reviewLoad(view, now), training) ? 'spot' : 'none'
  }
}

/** What was drawn for a review stays drawn: taking it back and sending it again is no second draw. */
function wasToBeReviewed({ id, answeredThrough }: Conversation, view: View, { actor }: Context): boolean {
  const keys = view.list(lists.repliesOf(id))
  view.need(keys)
  return keys.some(key => {
    const former = view.peek<Reply>(key)
    if (former?.answers.after !== answeredThrough) return false
    // Chance spoke of the answer to these messages, whoever of the two sends it.
    return former.review === 'spot' || (former.review !== 'none' && isOwn(former, actor.id))
  })
}
