import type { Conversation, Message } from '@muster/shared/conversation.ts'
import { mostListed, type View } from './decision.ts'
import { calm, distressAmong } from './distress.ts'
import { lists } from './indexes.ts'
import { gone } from './refusals.ts'
import { aimAmong } from './target.ts'

const longestPreview = 160

/** What its sender wrote anew. */
export function wordsOf({ trimmed, text }: Pick<Message, 'trimmed' | 'text'>): string {
  return trimmed ?? text
}

/** How it begins, for the board. */
export function previewOf(message: Pick<Message, 'trimmed' | 'text'>): string {
  return wordsOf(message).slice(0, longestPreview)
}

/** A conversation's messages by number: all of them, or of a very long one the newest and the first that wait. */
export function messagesOf(conversation: Conversation, view: View): Message[] {
  const list = lists.messagesOf(conversation.id)
  const { messages, answeredThrough } = conversation
  if (messages <= mostListed) return read(view.list(list), view)
  const keys = [...view.list(list, answeredThrough + 1), ...view.list(list, messages - mostListed + 1)]
  return read([...new Set(keys)], view)
}

/** The first of a conversation's messages after this number. */
export function messagesAfter(number: number, { id }: Pick<Conversation, 'id'>, view: View): Message[] {
  return read(view.list(lists.messagesOf(id), number + 1), view).filter(message => message.number > number)
}

/** Nothing is decided by a message alone: whatever changes one changes its conversation. */
function read(keys: readonly string[], view: View): Message[] {
  view.need(keys)
  const messages = keys.flatMap(key => view.peek<Message>(key) ?? [])
  return messages.toSorted((one, other) => one.number - other.number)
}

/** A conversation as its messages now have it: what was said, what waits, and where a reply goes. */
export function standing(former: Conversation, messages: readonly Message[]): Conversation {
  const waiting = messages.filter(({ number }) => number > former.answeredThrough)
  const kept = messages.filter(({ deletedAt }) => deletedAt === null)
  const newest = kept.at(-1)
  const owed = waiting.filter(({ deletedAt }) => deletedAt === null)
  return {
    ...former,
    ...(owed.length > 0 ? aimAmong(owed, former) : aimAtRest(former, kept)),
    subject: messages[0]?.number === 1 ? (kept[0]?.subject ?? null) : former.subject,
    preview: newest === undefined ? '' : previewOf(newest),
    alike: newest?.alike ?? null,
    lastMessageAt: newest?.arrivedAt ?? former.lastMessageAt,
    waitingSince: oldestOf(owed),
    ...distressAmong(owed.map(wordsOf)),
  }
}

/** Where nothing waits, whatever was answered last stays the place, as long as it is there. */
function aimAtRest(former: Conversation, kept: readonly Message[]): Pick<Conversation, 'human' | 'replyTo' | 'closed'> {
  const { human, replyTo, closed } = former
  if (replyTo === null) return { human, replyTo, closed }
  const there = kept.find(({ id }) => id === replyTo.messageId)
  if (there === undefined) return { human, replyTo: null, closed: gone }
  return { human, replyTo: { ...replyTo, number: there.number }, closed }
}

function oldestOf(messages: readonly Message[]): number | null {
  return messages.length === 0 ? null : Math.min(...messages.map(({ arrivedAt }) => arrivedAt))
}

/** A conversation once everything up to this message was answered, by a reply or another way. */
export function answeredUpTo(former: Conversation, through: number, view: View): Conversation {
  const answered = { ...former, answeredThrough: through }
  if (former.messages <= through) return { ...answered, waitingSince: null, ...calm }
  const waiting = messagesAfter(through, former, view)
  // Whoever is still not answered fares no better for it.
  return { ...answered, ...aimAmong(waiting, answered), waitingSince: oldestOf(waiting) }
}
