import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Policy } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { type Change, type Context, type Decision, merged, refuse, type View } from './decision.ts'
import { hold, type Road } from './hold.ts'
import { openIncident, rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { jamOf } from './pipes.ts'
import { chosenInARow, firstWaiting } from './queue.ts'
import { nothingWaiting, pipeSlowed } from './refusals.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>

export function claim(command: Of<'conversation/claim'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  return holdOne(command.conversationId, 'chosen', incident.policy, view, context)
}

function holdOne(id: string, road: Road, policy: Policy, view: View, context: Context): Decision {
  const conversation = view.get<Conversation>(keyOf.conversation(id))
  return conversation === null ? refuse(notFound('conversation')) : hold(conversation, road, policy, view, context)
}

/**
 * In the wished topics, where somebody waits there and it is fair to choose; else whoever waits longest of all. Those whose
 * reply would leave too late are passed over, and refused where nobody else waits.
 */
export function takeNext(_: Of<'conversation/take-next'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const { policy } = incident
  const { inTopics, oldest, turn } = context.queue
  const wished = firstWaiting(inTopics, turn, view, context.now)
  if (wished !== null && isFair(wished, policy, view, context)) {
    return holdOne(wished.id, 'chosen', policy, view, context)
  }
  const next = firstWaiting(oldest, turn, view, context.now)
  return next === null ? refuse(nobodyToTake(view, context)) : holdOne(next.id, 'next', policy, view, context)
}

/** Nobody waits, or all who do would get their reply too late. */
function nobodyToTake(view: View, { queue, now }: Context): Refusal {
  const behind = firstWaiting(queue.behindPipes, 0, view, now)
  const jam = behind === null ? null : jamOf(behind, view)
  return jam === null ? nothingWaiting : pipeSlowed(jam, now)
}

function isFair(conversation: Conversation, policy: Policy, view: View, context: Context): boolean {
  const responder = rosterOf(view, context.actor.id)
  return responder === null || 'choices' in chosenInARow(conversation, responder, policy, view, context)
}

/** As many of them as may be, whoever waits longest first; refused only where it is none. */
export function claimSeveral(command: Of<'conversation/claim-several'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const changes: Change[] = []
  const claimed: Record<string, unknown>[] = []
  const refused: { conversationId: string; refusal: Refusal }[] = []
  for (const conversationId of longestFirst(command.conversationIds, view)) {
    const decision = holdOne(conversationId, 'chosen', incident.policy, view, context)
    if (decision.type === 'refused') refused.push({ conversationId, refusal: decision.refusal })
    else claimed.push(decision.answer)
    if (decision.type !== 'change') continue
    view.lay(decision.put)
    changes.push(decision)
  }
  const [first] = refused
  if (claimed.length === 0 && first !== undefined) return refuse(first.refusal)
  return merged(changes, { claimed, refused })
}

function longestFirst(ids: readonly string[], view: View): string[] {
  view.need([...ids.map(keyOf.conversation), ...ids.map(keyOf.draft)])
  const since = (id: string) => view.peek<Conversation>(keyOf.conversation(id))?.waitingSince ?? Number.MAX_SAFE_INTEGER
  return [...new Set(ids)].sort((one, other) => since(one) - since(other))
}
