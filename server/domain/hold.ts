import type { Conversation, Draft } from '@muster/shared/conversation.ts'
import type { Policy, Responder } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { mayBegin, needsBriefing, waitOf } from '@muster/shared/training-rules.ts'
import { lookedAt } from './attention.ts'
import { reviewLoad } from './bench.ts'
import { letGo, lives, newClaim } from './claim.ts'
import { type Context, change, type Decision, refuse, type View } from './decision.ts'
import { rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { jamOf } from './pipes.ts'
import { chosenInARow } from './queue.ts'
import {
  alreadyClaimed,
  notBriefed,
  observing,
  paused,
  pipeSlowed,
  replyOnItsWay,
  reviewersBusy,
  tooManyClaims,
} from './refusals.ts'
import { tell } from './telling.ts'

/** `next`: they took what they were given; `chosen`: they passed others over for it, if others wait longer. */
export type Road = 'next' | 'chosen'

const urgentDistress = 3

/** Gives a conversation to whoever asks, or says why not. Whoever claims has it on their screen. */
export function hold(conversation: Conversation, road: Road, policy: Policy, view: View, context: Context): Decision {
  const { actor, now } = context
  const own = conversation.claim?.holder.id === actor.id
  if (lives(conversation.claim, now)) {
    if (conversation.claim.replyId !== null) return refuse(replyOnItsWay)
    // Its own holder claiming again (a double click, a lost answer) is told what they hold.
    if (own) return { type: 'unchanged', answer: answerOf(conversation, view) }
    return refuse(alreadyClaimed(conversation.claim.holder))
  }
  const responder = rosterOf(view, actor.id)
  if (responder === null) return refuse(notFound('self'))
  const taken = takenBy(responder, { conversation, own, road }, policy, view, context)
  if ('refusal' in taken) return refuse(taken.refusal)
  const fence = conversation.fence + 1
  const claimed = { ...conversation, fence, claim: newClaim(responder, fence, now, policy.leaseMs) }
  const held = lookedAt(claimed, claimed.messages)
  return change(
    [
      { key: keyOf.conversation(held.id), value: held },
      { key: keyOf.responder(responder.id), value: taken },
      ...(own ? [] : letGo(conversation, view)),
    ],
    [tell('conversation/claimed', held, context)],
    // Nothing else tells them how many they have chosen in a row by now.
    { ...answerOf(held, view), choices: taken.choices },
  )
}

type Taking = { conversation: Conversation; own: boolean; road: Road }

/** Who takes it, once they have. What was their own and lapsed is theirs to take again: it is no choice and no more to hold. */
function takenBy(
  responder: Responder,
  { conversation, own, road }: Taking,
  policy: Policy,
  view: View,
  context: Context,
): Responder | { refusal: Refusal } {
  const { claimsPerPerson } = policy
  const unfit = whyUnfit(responder)
  if (unfit !== null) return { refusal: unfit }
  if (!own && responder.holding >= claimsPerPerson) return { refusal: tooManyClaims(claimsPerPerson) }
  const busy = own || responder.level !== 'gated' ? null : behindReviewers(policy, view, context)
  if (busy !== null) return { refusal: busy }
  const jammed = own || road === 'next' ? null : behindPipes(conversation, view, context)
  if (jammed !== null) return { refusal: jammed }
  const chosen = road === 'next' ? { choices: 0 } : chosenInARow(conversation, responder, policy, view, context)
  if (own) return 'choices' in chosen && chosen.choices === 0 ? { ...responder, choices: 0 } : responder
  return 'refusal' in chosen ? chosen : { ...responder, ...chosen, holding: responder.holding + 1 }
}

function whyUnfit(responder: Responder): Refusal | null {
  if (responder.paused) return paused
  if (responder.level === 'observer') return observing
  return needsBriefing(responder) ? notBriefed : null
}

/** Nobody begins by choice what would leave too late, but for who fares worst. */
function behindPipes(conversation: Conversation, view: View, { now }: Context): Refusal | null {
  const jam = conversation.distress >= urgentDistress ? null : jamOf(conversation, view)
  return jam === null ? null : pipeSlowed(jam, now)
}

/** Whoever is new begins with a customer only where a reviewer will have read the reply in time. */
function behindReviewers({ training }: Policy, view: View, { now }: Context): Refusal | null {
  const load = reviewLoad(view, now)
  return mayBegin(load, training) ? null : reviewersBusy(waitOf(load), load.reviewers)
}

function answerOf(conversation: Conversation, view: View): Record<string, unknown> {
  const draft = view.peek<Draft>(keyOf.draft(conversation.id))
  return { conversation, draft }
}
