import type { Conversation } from '@muster/shared/conversation.ts'
import type { Policy, Responder } from '@muster/shared/incident.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { isAnswerable } from './answerable.ts'
import { lives } from './claim.ts'
import type { Context, View } from './decision.ts'
import { keyOf } from './indexes.ts'
import { oldestFirst } from './refusals.ts'

type Waiting = Conversation & { waitingSince: number }

/** The first of these that still waits and is held by nobody, beginning `turn` of the way in. */
export function firstWaiting(ids: readonly string[], turn: number, view: View, now: number): Waiting | null {
  const begin = Math.floor(turn * ids.length)
  for (let step = 0; step < ids.length; step++) {
    const id = ids[(begin + step) % ids.length] as string
    const conversation = view.peek<Conversation>(keyOf.conversation(id))
    const free = conversation !== null && !lives(conversation.claim, now)
    // What nobody can answer waits elsewhere: it is settled, not taken.
    if (free && waits(conversation) && isAnswerable(conversation)) return conversation
  }
  return null
}

function waits(conversation: Conversation): conversation is Waiting {
  return conversation.waitingSince !== null
}

/**
 * How many somebody has chosen in a row once they choose this one, or why they may not. Whoever takes the one who waits
 * longest, by whatever road, has chosen none. While that one has waited longer than the incident's patience, nobody passes
 * it over more often in a row than the incident allows: so among people who answer, it is taken after a bounded number of
 * claims, however they like to choose (CL12).
 */
export function chosenInARow(
  conversation: Conversation,
  { choices }: Responder,
  { patienceMs, choicesInARow }: Policy,
  view: View,
  { queue, now }: Context,
): { choices: number } | { refusal: Refusal } {
  // What can only be settled is nobody's turn: it passes nobody over, and makes up for no one who was.
  if (waits(conversation) && !isAnswerable(conversation)) return { choices }
  const head = firstWaiting(queue.oldest, 0, view, now)
  const first = head === null || (waits(conversation) && conversation.waitingSince <= head.waitingSince)
  if (first) return { choices: 0 }
  const patient = head.waitingSince + patienceMs >= now
  return patient || choices < choicesInARow
    ? { choices: choices + 1 }
    : { refusal: oldestFirst(head.waitingSince, now) }
}
