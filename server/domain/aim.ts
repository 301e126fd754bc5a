import type { Conversation, Message } from '@muster/shared/conversation.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { View } from './decision.ts'
import { keyOf } from './indexes.ts'
import { cannotAnswer, nothingToAnswer } from './refusals.ts'
import { messagesAfter } from './standing.ts'
import { aimAmong, aimAt } from './target.ts'

type Wish = { through: number; messageId?: string | undefined }

/**
 * The conversation aimed at the message that a reply goes to: the one its writer chose, else the newest they saw that can be
 * answered. Who can read the reply follows from that message.
 */
export function aimOf(
  { through, messageId }: Wish,
  conversation: Conversation,
  view: View,
): Conversation | { refusal: Refusal } {
  const { answeredThrough, replyTo, closed } = conversation
  if (through <= answeredThrough) return { refusal: closed?.why === 'gone' ? cannotAnswer(closed) : nothingToAnswer }
  const chosen = messageId === undefined ? null : view.peek<Message>(keyOf.message(messageId))
  if (messageId !== undefined) return aimedAt(chosen, through, conversation)
  const fresh = replyTo !== null && replyTo.number > answeredThrough && replyTo.number <= through
  if (fresh) return conversation
  const seen = messagesAfter(answeredThrough, conversation, view).filter(({ number }) => number <= through)
  const aimed = { ...conversation, ...aimAmong(seen, conversation) }
  return aimed.replyTo === null ? { refusal: cannotAnswer(aimed.closed) } : aimed
}

function aimedAt(
  message: Message | null,
  through: number,
  conversation: Conversation,
): Conversation | { refusal: Refusal } {
  const { id, answeredThrough } = conversation
  const waits = message?.conversationId === id && message.number > answeredThrough && message.number <= through
  if (!waits) return { refusal: nothingToAnswer }
  const open = message.closed === null && message.deletedAt === null
  return open ? { ...conversation, ...aimAt(message, conversation) } : { refusal: cannotAnswer(message.closed) }
}
