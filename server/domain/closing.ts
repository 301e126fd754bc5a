import type { Closed } from '@muster/shared/closed.ts'
import type { Conversation, Message } from '@muster/shared/conversation.ts'
import type { Sighting, WaitingArrival } from './company.ts'
import { type Context, change, type Decision, type PutRecord, type View } from './decision.ts'
import { existing } from './human.ts'
import { company, keyOf } from './indexes.ts'
import { putMessages } from './numbering.ts'
import { messagesOf, standing } from './standing.ts'

/** Its channel says that a message can no more be answered: a reply goes to another that waits, where one can be. */
export function closedAt(
  messageId: string,
  closed: Closed,
  former: Conversation,
  view: View,
): { conversation: Conversation; put: PutRecord[] } {
  const before = messagesOf(former, view)
  const after = before.map(message => {
    return message.id === messageId && message.deletedAt === null ? { ...message, closed } : message
  })
  const { distress, signs } = former
  return { conversation: { ...standing(former, after), distress, signs }, put: putMessages(after, before, view) }
}

/** `at`: when that was seen, by its network's clock; what its sender made of it later stands. */
type Closing<T> = { id: string; type: T; messageId: string; closed: Closed; at: number }
export type Close = Closing<'message/close'>

/** The same before anybody tried. */
export function close({ messageId, closed, at }: Close, view: View, context: Context): Decision {
  const message = view.get<Message | { id: string }>(keyOf.message(messageId))
  const stays = message === null || !('conversationId' in message) || message.deletedAt !== null
  if (stays || (message.editedAt ?? -1) > at) return { type: 'unchanged', answer: {} }
  const { conversation, put } = closedAt(messageId, closed, existing(message.conversationId, view), view)
  return change(
    [...put, { key: keyOf.conversation(conversation.id), value: conversation }],
    [{ type: 'message/edited', at: context.now, by: null, conversation, messageId }],
  )
}

export type Shut = Closing<'message/shut'>

/** The same of what waits for an incident. Answers with the one that has it. */
export function shut({ messageId, closed, at }: Shut, view: View): Decision {
  const incidentId = view.get<Sighting>(company.sighting(messageId))?.incidentId ?? null
  const key = company.arrival(messageId)
  const waiting = view.get<WaitingArrival>(key)
  if (waiting === null || (waiting.editedAt ?? -1) > at) return { type: 'unchanged', answer: { incidentId } }
  return change([{ key, value: { ...waiting, arrival: { ...waiting.arrival, closed } } }], [], { incidentId })
}
