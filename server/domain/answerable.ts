import type { Conversation } from '@muster/shared/conversation.ts'

/** Whether anything that waits can be answered by its channel. */
export function isAnswerable({ replyTo, answeredThrough }: Pick<Conversation, 'replyTo' | 'answeredThrough'>): boolean {
  return replyTo !== null && replyTo.number > answeredThrough
}
