import type { Conversation, Message } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { type Change, type Context, change, type Decision, type View } from './decision.ts'
import { existing } from './human.ts'
import { keyOf, lists } from './indexes.ts'
import { lookedIn, numbered, type Order, putMessages, putReplies, renumbered } from './numbering.ts'
import { messagesOf, standing } from './standing.ts'
import { topicsAfter } from './topics.ts'
import { withoutTarget } from './without-target.ts'

export type Erase = { id: string; type: 'message/delete'; messageId: string; at: number }

/** Its sender or its network took it away: in whatever order that is heard, nothing of it is kept. */
export function erase({ messageId, at }: Erase, view: View, context: Context): Decision {
  const key = keyOf.message(messageId)
  const message = view.get<Message | { id: string; deletedAt?: number }>(key)
  if (message !== null && 'conversationId' in message && message.deletedAt === null) {
    return erased([message], at, view, context)
  }
  if (message?.deletedAt) return { type: 'unchanged', answer: {} }
  const automatic = keyOf.automatic(messageId)
  const kept = view.get(automatic) === null ? [] : [{ key: automatic, value: null }]
  return change([{ key, value: { id: messageId, deletedAt: at } }, ...kept], [])
}

/**
 * Some messages of one conversation. What of them waited is owed no more: it stands with what was answered, so that what is
 * counted as waiting waits.
 */
export function erased(doomed: readonly [Message, ...Message[]], at: number, view: View, context: Context): Change {
  const former = existing(doomed[0].conversationId, view)
  const before = messagesOf(former, view)
  const ids = new Set(doomed.map(({ id }) => id))
  // Of a very long conversation not every message is at hand.
  const farAway = doomed.filter(({ id }) => before.every(message => message.id !== id))
  const order = withoutThem(former, before, ids, at)
  const looked = new Set(before.filter(({ number }) => number <= former.lookedThrough).map(({ id }) => id))
  const topics = view.peek<Incident>(keyOf.incident)?.topics ?? []
  const kept = order.messages.filter(({ deletedAt }) => deletedAt === null)
  const left: Conversation = {
    ...standing({ ...former, answeredThrough: order.answeredThrough }, order.messages),
    ...(farAway.some(({ number }) => number === 1) && { subject: null }),
    topics: topicsAfter(former.topics, doomed, kept, topics),
    lookedThrough: lookedIn(order, looked),
  }
  const replies = unsent(former, view)
  const moved = replies.map(reply => renumbered(reply, before, order))
  const { conversation, reply } = withoutTarget(left, moved, order.messages, view, context)
  const blanked = [...order.messages, ...farAway.map(message => blank(message, at))]
  const told = doomed.map(({ id }): Told => {
    return { type: 'message/deleted', at: context.now, by: null, conversation, messageId: id }
  })
  const rest = moved.filter(({ id }) => id !== reply.id)
  return change(
    [
      { key: keyOf.conversation(conversation.id), value: conversation },
      ...putMessages(blanked, before, view),
      ...putReplies(rest, replies, view),
      ...reply.put,
    ],
    [...told, ...reply.tell],
  )
}

function withoutThem(former: Conversation, before: readonly Message[], ids: ReadonlySet<string>, at: number): Order {
  const { id, answeredThrough } = former
  const now = before.map(message => (ids.has(message.id) ? blank(message, at) : message))
  const waiting = now.filter(({ number }) => number > answeredThrough)
  const near = waiting.filter(({ number }, index) => number === answeredThrough + 1 + index)
  const gone = near.filter(({ deletedAt }) => deletedAt !== null)
  const moved = numbered([...gone, ...near.filter(({ deletedAt }) => deletedAt === null)], id, answeredThrough + 1)
  const messages = [...now.filter(({ number }) => number <= answeredThrough), ...moved, ...waiting.slice(near.length)]
  return { conversationId: id, messages, answeredThrough: answeredThrough + gone.length }
}

/** Who wrote it, when and where in the conversation stays: nothing of what it said. */
function blank(message: Message, at: number): Message {
  const nothing = { subject: null, text: '', trimmed: null, link: null, closed: null, alike: null, anchor: {} }
  return { ...message, ...nothing, deletedAt: at }
}

/** Replies to what still waited that were not sent, whatever became of them. */
function unsent({ id, answeredThrough, claim }: Conversation, view: View): Reply[] {
  const onItsWay = claim?.replyId ? [keyOf.reply(claim.replyId)] : []
  const keys = [...new Set([...view.list(lists.repliesOf(id)), ...onItsWay])]
  view.need(keys)
  const replies = keys.flatMap(key => view.peek<Reply>(key) ?? [])
  return replies.filter(({ state, answers }) => state !== 'sent' && answers.through > answeredThrough)
}
