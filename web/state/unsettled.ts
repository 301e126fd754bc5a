import type { Conversation } from '@muster/shared/conversation.ts'
import type { ReplyMark } from '@muster/shared/entry.ts'

const weights: Partial<Record<ReplyMark['state'], number>> = { uncertain: 0, failed: 1, held: 1 }
const weightOf = ({ state }: ReplyMark) => weights[state] ?? 2

/** Replies somebody must look at, uncertain ones first; a reply that came back no longer, once another took its place. */
export function unsettled(replies: Iterable<ReplyMark>, conversations: ReadonlyMap<string, Conversation>): ReplyMark[] {
  const newest = new Map<string, ReplyMark>()
  for (const reply of replies) {
    const former = newest.get(reply.conversationId)
    if (!former || former.at <= reply.at) newest.set(reply.conversationId, reply)
  }
  return [...newest.values()]
    .filter(reply => needsSomebody(reply, conversations.get(reply.conversationId)))
    .sort((one, other) => weightOf(one) - weightOf(other) || one.at - other.at)
}

function needsSomebody({ state }: ReplyMark, conversation: Conversation | undefined): boolean {
  if (state === 'uncertain') return true
  return (state === 'held' || state === 'failed') && conversation !== undefined && conversation.waitingSince !== null
}

/** Replies that wait to leave or are leaving. */
export function onTheirWay(replies: Iterable<ReplyMark>): number {
  let number = 0
  for (const { state } of replies) if (state === 'queued' || state === 'sending') number += 1
  return number
}
