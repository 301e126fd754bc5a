import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Claim, Conversation, Draft } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Responder } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { type Context, change, type Decision, type PutRecord, refuse, type View } from './decision.ts'
import { stillBrought, wroteIt } from './draft.ts'
import { openIncident, rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { claimLost, replyOnItsWay } from './refusals.ts'
import { tell } from './telling.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>

/**
 * The life of a claim:
 *
 *     nobody ──claim──▶ held(fence + 1, until) ──renew, save──▶ held(until later)
 *       ▲                 │        │
 *       │◀──release───────┤        └──submit──▶ replying (the lease stands still)
 *       │◀──lapse─────────┤                       │ sent ──▶ nobody
 *       │   (until ≤ now, by the store's clock)   │ held, failed ──▶ held(until later)
 *       │                 └──hand over──▶ held by somebody else (fence + 1, until)
 *       └─────────────────────────────────────────┘
 *
 * Whether a claim still lives is judged when somebody decides by it. A sweeper announces lapses, nothing rests on it.
 */
export function lives(claim: Claim | null, now: number): claim is Claim {
  return claim !== null && (claim.replyId !== null || claim.until > now)
}

export function newClaim({ id, name, level }: Responder, fence: number, now: number, leaseMs: number): Claim {
  return {
    holder: { id, name },
    fence,
    until: now + leaseMs,
    claimedAt: now,
    replyId: null,
    supervised: level === 'gated',
    correcting: false,
    pair: null,
  }
}

/** What the holder of a claim, or either of a pair, does under it: the conversation, or the refusal an old fence gets. */
export function underClaim(
  command: { conversationId: string; fence: number },
  view: View,
  { actor, now }: Context,
  whose: 'holder' | 'pair' = 'holder',
): { conversation: Conversation; claim: Claim } | { refusal: Decision } {
  const conversation = view.get<Conversation>(keyOf.conversation(command.conversationId))
  if (conversation === null) return { refusal: refuse(notFound('conversation')) }
  const { claim: current } = conversation
  if (!lives(current, now)) return { refusal: refuse(claimLost(null)) }
  const own = current.holder.id === actor.id || (whose === 'pair' && current.pair?.partner?.id === actor.id)
  if (current.fence !== command.fence || !own) {
    return { refusal: refuse(claimLost(current.holder)) }
  }
  if (current.replyId !== null) return { refusal: refuse(replyOnItsWay) }
  return { conversation, claim: current }
}

export function renew(command: Of<'conversation/renew'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const under = underClaim(command, view, context, 'pair')
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
  context: Context,
): { put: PutRecord[]; tell: Told[]; until: number } | null {
  const until = context.now + leaseMs
  if (current.until >= until - leaseMs / 4) return null
  const renewed = { ...conversation, claim: { ...current, until } }
  return {
    put: [{ key: keyOf.conversation(renewed.id), value: renewed }],
    tell: [tell('conversation/renewed', renewed, context)],
    until,
  }
}

export function saveDraft(command: Of<'draft/save'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const under = underClaim(command, view, context, 'pair')
  if ('refusal' in under) return under.refusal
  const { actor, now } = context
  const renewal = renewalOf(under, incident.policy.leaseMs, context)
  const key = keyOf.draft(command.conversationId)
  const former = view.get<Draft>(key)
  const draft: Draft = {
    conversationId: command.conversationId,
    // Saving what somebody else wrote makes it nobody's own.
    writer: wroteIt(command.text, former) ?? { id: actor.id, name: actor.name },
    fence: command.fence,
    epoch: command.epoch,
    text: command.text,
    ...stillBrought(former, command.text),
    savedAt: now,
  }
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
  context: Context,
): Decision {
  const free = { ...conversation, claim: null }
  return change(
    [{ key: keyOf.conversation(free.id), value: free }, ...letGo(conversation, view)],
    [tell(type, free, context)],
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
