import type { Conversation, Question } from '@muster/shared/conversation.ts'

export type Asked = Conversation & { question: Question }

/** Questions nobody has answered yet, the oldest first. */
export function openQuestions(conversations: Iterable<Conversation>): Asked[] {
  const asked: Asked[] = []
  for (const conversation of conversations) if (isOpen(conversation)) asked.push(conversation)
  return asked.sort((one, other) => one.question.at - other.question.at || byId(one, other))
}

function isOpen(conversation: Conversation): conversation is Asked {
  return conversation.question !== null && conversation.question.answer === null
}

/** As many of those who wait as asked for, the longest first: found in one pass, for a queue may hold thousands. */
export function longestWaiting(conversations: Iterable<Conversation>, number: number): Conversation[] {
  const longest: Conversation[] = []
  for (const conversation of conversations) {
    if (conversation.waitingSince === null) continue
    const last = longest.at(-1)
    if (longest.length === number && last && byWaiting(last, conversation) <= 0) continue
    longest.push(conversation)
    longest.sort(byWaiting)
    longest.length = Math.min(longest.length, number)
  }
  return longest
}

/**
 * Conversations with something at which nobody has looked for too long, held or not, the longest first. The announced
 * alarm counts, and what this screen can tell before it comes.
 */
export function unseenOf(conversations: Iterable<Conversation>, unseenMs: number, now: number): Conversation[] {
  const unseen: Conversation[] = []
  for (const conversation of conversations) if (isUnseen(conversation, unseenMs, now)) unseen.push(conversation)
  return unseen.sort(byWaiting)
}

function isUnseen(conversation: Conversation, unseenMs: number, now: number): boolean {
  if (conversation.unseenAlarmAt !== null) return true
  const since = unseenSince(conversation)
  return since !== null && now - since >= unseenMs
}

/** Since when something stands there unlooked at, as far as the record tells; null when everything was looked at. */
export function unseenSince(conversation: Conversation): number | null {
  const { waitingSince, messages, answeredThrough, lookedThrough, lastMessageAt } = conversation
  if (waitingSince === null || lookedThrough >= messages) return null
  return lookedThrough <= answeredThrough ? waitingSince : lastMessageAt
}

function byWaiting(one: Conversation, other: Conversation): number {
  return (one.waitingSince ?? 0) - (other.waitingSince ?? 0) || byId(one, other)
}

function byId(one: Conversation, other: Conversation): number {
  return one.id < other.id ? -1 : 1
}
