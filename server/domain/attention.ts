import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Incident } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { lives } from './claim.ts'
import { type Context, change, type Decision, refuse, type View } from './decision.ts'
import { keyOf } from './indexes.ts'
import { tell } from './telling.ts'

/** A conversation once its messages up to this number were on somebody's screen. */
export function lookedAt(conversation: Conversation, through: number): Conversation {
  const lookedThrough = Math.max(conversation.lookedThrough, Math.min(through, conversation.messages))
  const silent = lookedThrough <= conversation.answeredThrough
  return { ...conversation, lookedThrough, unseenAlarmAt: silent ? conversation.unseenAlarmAt : null }
}

export function look(
  command: Extract<IncidentCommand, { type: 'conversation/look' }>,
  view: View,
  context: Context,
): Decision {
  const conversation = view.get<Conversation>(keyOf.conversation(command.conversationId))
  if (conversation === null) return refuse(notFound('conversation'))
  const looked = lookedAt(conversation, command.through)
  const over = view.peek<Incident>(keyOf.incident)?.state !== 'open'
  if (over || looked.lookedThrough === conversation.lookedThrough) return { type: 'unchanged', answer: {} }
  return change([{ key: keyOf.conversation(looked.id), value: looked }], [tell('conversation/looked', looked, context)])
}

/** `messages`: how many the customer had written; one more is another silence to judge. */
export type Unseen = { id: string; type: 'attention/unseen'; conversationId: string; messages: number }

/**
 * Announces that nobody has looked at what waits here, once per silence. Not the same as unclaimed: what somebody has read
 * and left waits too, but is known. Comes too late where somebody looked meanwhile: then nothing changes.
 */
export function unseen(command: Unseen, view: View, context: Context): Decision {
  const conversation = view.get<Conversation>(keyOf.conversation(command.conversationId))
  const incident = view.peek<Incident>(keyOf.incident)
  if (conversation === null || incident === null) return { type: 'unchanged', answer: {} }
  const due = conversation.messages === command.messages && isUnseen(conversation, incident, context.now)
  if (!due) return { type: 'unchanged', answer: {} }
  const alarmed = { ...conversation, unseenAlarmAt: context.now }
  return change(
    [{ key: keyOf.conversation(alarmed.id), value: alarmed }],
    [tell('conversation/unseen', alarmed, context)],
  )
}

function isUnseen(conversation: Conversation, { state, policy }: Incident, now: number): boolean {
  const { waitingSince, lookedThrough, answeredThrough, unseenAlarmAt, claim } = conversation
  const quiet = lookedThrough <= answeredThrough && unseenAlarmAt === null && !lives(claim, now)
  return state === 'open' && quiet && waitingSince !== null && waitingSince + policy.unseenMs <= now
}
