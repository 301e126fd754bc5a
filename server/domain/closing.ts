import type { Closed } from '@muster/shared/closed.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { PutRecord, View } from './decision.ts'
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
