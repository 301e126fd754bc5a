import type { IncidentCommand } from '@muster/shared/command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Claim, Conversation, Pair } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { may, roleIn } from '@muster/shared/permission.ts'
import { needsBriefing } from '@muster/shared/training-rules.ts'
import { underClaim } from './claim.ts'
import { type Context, change, type Decision, type PutRecord, refuse, type View } from './decision.ts'
import { named, openIncident, rosterOf } from './incident.ts'
import { keyOf, lists } from './indexes.ts'
import { alreadyClaimed } from './refusals.ts'
import { tell } from './telling.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>

const mostBuddies = 20

/** The holder wishes for somebody beside them. Whom to ask first is chosen so that buddies rotate; anybody may come. */
export function askPair(command: Of<'pair/ask'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const under = underClaim(command, view, context)
  if ('refusal' in under) return under.refusal
  if (under.claim.pair?.partner) return { type: 'unchanged', answer: {} }
  const suggested = suggestedFor(context.actor.id, view, context)
  const pair: Pair = { askedAt: context.now, suggested: suggested && named(suggested), partner: null }
  return paired(under, pair, [], 'pair/asked', context)
}

/**
 * Who has sat beside them least often of those who could: by preference somebody who needs no review themselves, then
 * whoever holds least; chance decides among equals.
 */
function suggestedFor(personId: string, view: View, { chance }: Context): Responder | null {
  const keys = view.list(lists.responders)
  view.need(keys)
  const buddies = rosterOf(view, personId)?.buddies ?? []
  const free = keys.flatMap(key => {
    const each = view.peek<Responder>(key)
    return each !== null && each.id !== personId && canCome(each) ? [each] : []
  })
  const rank = (each: Responder) => [
    each.level === 'gated' ? 1 : 0,
    buddies.filter(id => id === each.id).length,
    each.holding,
  ]
  const sorted = free.toSorted((one, other) => compare(rank(one), rank(other)))
  const [best] = sorted
  if (best === undefined) return null
  const equals = sorted.filter(each => compare(rank(each), rank(best)) === 0)
  return equals[Math.floor(chance * equals.length)] ?? best
}

function canCome(responder: Responder): boolean {
  const { paused, level } = responder
  return may(roleIn(responder), 'pair/join') && level !== 'observer' && !paused && !needsBriefing(responder)
}

function compare(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((value, place) => value !== other[place])
  return index < 0 ? 0 : (one[index] ?? 0) - (other[index] ?? 0)
}

/** Both write one draft from then on, and either may send it. */
export function joinPair(command: Of<'pair/join'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const { actor, now } = context
  const conversation = view.get<Conversation>(keyOf.conversation(command.conversationId))
  const claim = conversation?.claim ?? null
  if (conversation === null || claim === null || claim.fence !== command.fence || claim.until <= now) {
    return refuse(notFound('claim'))
  }
  const { pair } = claim
  if (claim.holder.id === actor.id) return refuse(conflict('pair-own', {}))
  if (pair?.partner?.id === actor.id) return { type: 'unchanged', answer: { conversation } }
  if (pair === null) return refuse(alreadyClaimed(claim.holder))
  if (pair.partner !== null)
    return refuse(conflict('pair-complete', { name: pair.partner.name, holder: claim.holder.name }))
  const self = rosterOf(view, actor.id)
  const holder = rosterOf(view, claim.holder.id)
  if (self === null) return refuse(notFound('self'))
  if (!canCome(self)) return refuse(conflict('pair-unable', {}))
  const buddies = [withBuddy(self, claim.holder.id), ...(holder === null ? [] : [withBuddy(holder, actor.id)])]
  return paired({ conversation, claim }, { ...pair, partner: named(actor) }, buddies, 'pair/joined', context)
}

function withBuddy(responder: Responder, id: string): PutRecord {
  const buddies = [...responder.buddies, id].slice(-mostBuddies)
  return { key: keyOf.responder(responder.id), value: { ...responder, buddies } }
}

export function leavePair(command: Of<'pair/leave'>, view: View, context: Context): Decision {
  const under = underClaim(command, view, context, 'pair')
  if ('refusal' in under) return under.refusal
  if (under.claim.pair === null) return { type: 'unchanged', answer: {} }
  return paired(under, null, [], 'pair/left', context)
}

function paired(
  { conversation, claim }: { conversation: Conversation; claim: Claim },
  pair: Pair | null,
  put: readonly PutRecord[],
  type: 'pair/asked' | 'pair/joined' | 'pair/left',
  context: Context,
): Decision {
  const changed = { ...conversation, claim: { ...claim, pair } }
  return change([{ key: keyOf.conversation(changed.id), value: changed }, ...put], [tell(type, changed, context)], {
    conversation: changed,
  })
}
