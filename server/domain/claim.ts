import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Claim, Conversation, Draft } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Responder } from '@muster/shared/incident.ts'
import { type Context, change, type Decision, type PutRecord, refuse, type View } from './decision.ts'
import { openIncident, rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { alreadyClaimed, claimLost, notFound, nothingWaiting, replyOnItsWay, tooManyClaims } from './refusals.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>

/**
 * The life of a claim:
 *
 *     nobody ──claim──▶ held(fence + 1, until) ──renew, save──▶ held(until later)
 *       ▲                 │        │
 *       │◀──release───────┤        └──submit──▶ replying (the lease stands still)
 *       │◀──lapse─────────┘                       │ sent ──▶ nobody
 *       │   (until ≤ now, by the store's clock)   │ held, failed ──▶ held(until later)
 *       └─────────────────────────────────────────┘
 *
 * Whether a claim still lives is judged when somebody decides by it. A sweeper announces lapses, nothing rests on it.
 */
export function lives(claim: Claim | null, now: number): claim is Claim {
  return claim !== null && (claim.replyId !== null || claim.until > now)
}

export function claim(command: Of<'conversation/claim'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const conversation = view.get<Conversation>(keyOf.conversation(command.conversationId))
  if (conversation === null) return refuse(notFound('conversation'))
  return hold(conversation, incident.policy, view, context)
}

export function takeNext(_: Of<'conversation/take-next'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const next = context.candidates.find(id => {
    const conversation = view.peek<Conversation>(keyOf.conversation(id))
    return conversation !== null && conversation.waitingSince !== null && !lives(conversation.claim, context.now)
  })
  if (next === undefined) return refuse(nothingWaiting)
  const conversation = view.get<Conversation>(keyOf.conversation(next))
  if (conversation === null) return refuse(nothingWaiting)
  return hold(conversation, incident.policy, view, context)
}

function hold(
  conversation: Conversation,
  policy: { leaseMs: number; claimsPerPerson: number },
  view: View,
  { actor, now }: Context,
): Decision {
  const takesOver = conversation.claim?.holder.id === actor.id
  if (lives(conversation.claim, now)) {
    return takesOver && conversation.claim.replyId === null
      ? claimAgain(conversation, view)
      : refuse(conversation.claim.replyId === null ? alreadyClaimed(conversation.claim.holder) : replyOnItsWay)
  }
  const responder = rosterOf(view, actor.id)
  if (responder === null) return refuse(notFound("person in this incident's roster; join it first"))
  if (!takesOver && responder.holding >= policy.claimsPerPerson) return refuse(tooManyClaims(policy.claimsPerPerson))
  const fence = conversation.fence + 1
  const held = { ...conversation, fence, claim: newClaim(actor, fence, now, policy.leaseMs) }
  const put: PutRecord[] = [{ key: keyOf.conversation(held.id), value: held }]
  if (!takesOver) {
    put.push(countHolding(responder, 1), ...letGo(conversation, view))
  }
  return change(put, [tell('conversation/claimed', held, actor, now)], answerOf(held, view))
}

function newClaim(actor: { id: string; name: string }, fence: number, now: number, leaseMs: number): Claim {
  return { holder: { id: actor.id, name: actor.name }, fence, until: now + leaseMs, claimedAt: now, replyId: null }
}

/** Its own holder claiming again (a double click, a lost answer) is told what they hold. */
function claimAgain(conversation: Conversation, view: View): Decision {
  return { type: 'unchanged', answer: answerOf(conversation, view) }
}

function answerOf(conversation: Conversation, view: View): Record<string, unknown> {
  const draft = view.peek<Draft>(keyOf.draft(conversation.id))
  return { conversation, draft }
}

/** What the holder of a claim does under it: the conversation, or the refusal an old fence gets. */
export function underClaim(
  command: { conversationId: string; fence: number },
  view: View,
  { actor, now }: Context,
): { conversation: Conversation; claim: Claim } | { refusal: Decision } {
  const conversation = view.get<Conversation>(keyOf.conversation(command.conversationId))
  if (conversation === null) return { refusal: refuse(notFound('conversation')) }
  const { claim: current } = conversation
  if (!lives(current, now)) return { refusal: refuse(claimLost(null)) }
  if (current.fence !== command.fence || current.holder.id !== actor.id) {
    return { refusal: refuse(claimLost(current.holder)) }
  }
  if (current.replyId !== null) return { refusal: refuse(replyOnItsWay) }
  return { conversation, claim: current }
}

export function renew(command: Of<'conversation/renew'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const under = underClaim(command, view, context)
  if ('refusal' in under) return under.refusal
  const renewal = renewalOf(under, incident.policy.leaseMs, context)
  if (renewal === null) return { type: 'unchanged', answer: { until: under.claim.until } }
  return change(renewal.put, renewal.tell, { until: renewal.until })
}

/**
 * The lease made whole again, or null while more than three quarters of it are left: every screen hears of a renewal, and
 * a thousand people typing would drown the rest. A lease never shrinks, even when the store's clock jumps back.
 */
function renewalOf(
  { conversation, claim: current }: { conversation: Conversation; claim: Claim },
  leaseMs: number,
  { actor, now }: Context,
): { put: PutRecord[]; tell: Told[]; until: number } | null {
  const until = now + leaseMs
  if (current.until >= until - leaseMs / 4) return null
  const renewed = { ...conversation, claim: { ...current, until } }
  return {
    put: [{ key: keyOf.conversation(renewed.id), value: renewed }],
    tell: [tell('conversation/renewed', renewed, actor, now)],
    until,
  }
}

export function saveDraft(command: Of<'draft/save'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const under = underClaim(command, view, context)
  if ('refusal' in under) return under.refusal
  const { actor, now } = context
  const renewal = renewalOf(under, incident.policy.leaseMs, context)
  const draft: Draft = {
    conversationId: command.conversationId,
    writer: { id: actor.id, name: actor.name },
    fence: command.fence,
    epoch: command.epoch,
    text: command.text,
    savedAt: now,
  }
  const key = keyOf.draft(command.conversationId)
  view.get(key)
  return change([{ key, value: draft }, ...(renewal?.put ?? [])], renewal?.tell ?? [], {
    until: renewal?.until ?? under.claim.until,
  })
}

export function release(command: Of<'conversation/release'>, view: View, context: Context): Decision {
  const under = underClaim(command, view, context)
  if ('refusal' in under) return under.refusal
  return setFree(under.conversation, 'conversation/released', view, context)
}

export type Lapse = { id: string; type: 'claim/lapse'; conversationId: string; fence: number }

/** Announces that a lease has ended. Comes too late for a claim renewed or taken over since: then nothing changes. */
export function lapse(command: Lapse, view: View, context: Context): Decision {
  const conversation = view.get<Conversation>(keyOf.conversation(command.conversationId))
  const over = conversation?.claim?.fence === command.fence && !lives(conversation.claim, context.now)
  if (conversation === null || !over) return { type: 'unchanged', answer: {} }
  return setFree(conversation, 'conversation/lapsed', view, context)
}

function setFree(
  conversation: Conversation,
  type: 'conversation/released' | 'conversation/lapsed',
  view: View,
  { actor, now }: Context,
): Decision {
  const free = { ...conversation, claim: null }
  return change(
    [{ key: keyOf.conversation(free.id), value: free }, ...letGo(conversation, view)],
    [tell(type, free, actor, now)],
  )
}

/** The record that says its former holder holds one conversation fewer. */
export function letGo(conversation: Conversation, view: View): PutRecord[] {
  if (conversation.claim === null) return []
  const holder = rosterOf(view, conversation.claim.holder.id)
  return holder === null ? [] : [countHolding(holder, -1)]
}

function countHolding(responder: Responder, by: number): PutRecord {
  return { key: keyOf.responder(responder.id), value: { ...responder, holding: Math.max(0, responder.holding + by) } }
}

function tell(
  type: 'conversation/claimed' | 'conversation/renewed' | 'conversation/released' | 'conversation/lapsed',
  conversation: Conversation,
  actor: { id: string; name: string },
  at: number,
): Told {
  return { type, at, by: { id: actor.id, name: actor.name }, conversation }
}
