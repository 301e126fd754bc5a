import type { Message } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { PutRecord, View } from './decision.ts'
import { keyOf } from './indexes.ts'

/** A conversation's messages in a new order; those up to a number are answered. */
export type Order = { conversationId: string; messages: readonly Message[]; answeredThrough: number }

export function numbered(messages: readonly Message[], conversationId: string, first = 1): Message[] {
  return messages.map((message, index) => {
    const number = first + index
    const stays = message.conversationId === conversationId && message.number === number
    return stays ? message : { ...message, conversationId, number }
  })
}

/** Those that are not what they were. */
export function putMessages(messages: readonly Message[], before: readonly Message[], view: View): PutRecord[] {
  const former = new Set(before)
  return messages.filter(message => !former.has(message)).map(message => put(keyOf.message(message.id), message, view))
}

/**
 * Replies answer the same messages under their new numbers. What was never sent answers nothing that was answered
 * otherwise meanwhile.
 */
export function renumbered(reply: Reply, before: readonly Message[], order: Order): Reply {
  const { conversationId, messages, answeredThrough } = order
  const { after, through } = reply.answers
  const ids = new Set(before.filter(({ number }) => number > after && number <= through).map(({ id }) => id))
  const numbers = messages.filter(({ id }) => ids.has(id)).map(({ number }) => number)
  const last = numbers.length === 0 ? Math.max(1, answeredThrough) : Math.max(...numbers)
  const first = numbers.length === 0 ? last - 1 : Math.min(...numbers) - 1
  const answers = { after: last > answeredThrough ? Math.max(first, answeredThrough) : first, through: last }
  const stays = reply.conversationId === conversationId && answers.after === after && answers.through === through
  return stays ? reply : { ...reply, conversationId, answers }
}

export function putReplies(replies: readonly Reply[], before: readonly Reply[], view: View): PutRecord[] {
  const former = new Set(before)
  return replies.filter(reply => !former.has(reply)).map(reply => put(keyOf.reply(reply.id), reply, view))
}

/** Up to which message somebody looked, in a new order: as far as everything was looked at, or answered. */
export function lookedIn({ messages, answeredThrough }: Order, looked: ReadonlySet<string>): number {
  const waiting = messages.filter(({ number }) => number > answeredThrough)
  const unseen = waiting.findIndex(({ id }) => !looked.has(id))
  return answeredThrough + (unseen < 0 ? waiting.length : unseen)
}

function put(key: string, value: unknown, view: View): PutRecord {
  view.get(key)
  return { key, value }
}
