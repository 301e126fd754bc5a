import { type Closed, isOfChannel } from '@muster/shared/closed.ts'
import type { Conversation, Message } from '@muster/shared/conversation.ts'
import { type Context, change, type Decision, type View } from './decision.ts'
import { openIncident } from './incident.ts'
import { keyOf } from './indexes.ts'
import { messagesOf, standing } from './standing.ts'
import { aimAmong } from './target.ts'

/** A channel can send again (`closed` null), or no more can: of what it brought, these messages of one conversation. */
export type WayOut = {
  id: string
  type: 'messages/way-out'
  channelId: string
  conversationId: string
  messageIds: readonly string[]
  closed: Closed | null
}

/** Marks what can no more be answered and takes the mark off what can; nothing else of a message changes, and no claim. */
export function wayOut(command: WayOut, view: View, { now }: Context): Decision {
  const former = view.get<Conversation>(keyOf.conversation(command.conversationId))
  if (former === null || 'refusal' in openIncident(view)) return { type: 'unchanged', answer: {} }
  const marked = markedBy(command, view)
  const [newest] = marked.values()
  if (newest === undefined) return { type: 'unchanged', answer: {} }
  const messages = messagesOf(former, view).map(message => marked.get(message.id) ?? message)
  const { distress, signs } = former
  const conversation = { ...aimed(standing(former, messages), messages), distress, signs }
  const type = command.closed === null ? 'message/opened' : 'message/closed'
  return change(
    [
      { key: keyOf.conversation(conversation.id), value: conversation },
      ...[...marked.values()].map(message => ({ key: keyOf.message(message.id), value: message })),
    ],
    [{ type, at: now, by: null, conversation, messageId: newest.id }],
  )
}

/** As they are then, by id: but for those that went elsewhere, or are what they shall be, or are closed for a reason of their own. */
function markedBy({ channelId, conversationId, messageIds, closed }: WayOut, view: View): Map<string, Message> {
  const keys = messageIds.map(keyOf.message)
  view.need(keys)
  const messages = keys.flatMap(key => view.get<Message>(key) ?? [])
  const meant = messages.filter(message => {
    const here = message.conversationId === conversationId && message.channelId === channelId
    const other = closed === null ? message.closed !== null && isOfChannel(message.closed) : message.closed === null
    return here && other && message.deletedAt === null
  })
  return new Map(meant.map(message => [message.id, { ...message, closed }]))
}

/** Where nothing waits a conversation keeps what it said last: that it could not be answered is then no more true. */
function aimed(conversation: Conversation, messages: readonly Message[]): Conversation {
  const { waitingSince, closed } = conversation
  if (waitingSince !== null || closed === null || !isOfChannel(closed)) return conversation
  const kept = messages.filter(({ deletedAt }) => deletedAt === null)
  return { ...conversation, ...aimAmong(kept, conversation) }
}
