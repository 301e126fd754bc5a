import type { Conversation, Message } from '@muster/shared/conversation.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { Arrival } from '../channels/channel.ts'
import { type Context, change, type Decision, type View } from './decision.ts'
import { existing } from './human.ts'
import { keyOf } from './indexes.ts'
import { arrive, contentOf, messageIdOf } from './message.ts'
import { messagesOf, standing } from './standing.ts'
import { topicsAfter, topicsWith } from './topics.ts'

export type Edit = {
  id: string
  type: 'message/edit'
  channelId: string
  /** The whole message as it is now. */
  arrival: Arrival
  /** When it was changed, by its network's clock. */
  at: number
  language?: string | null
  alike?: string | null
  arrivedAt: number | null
  /** As of what arrives. */
  whileOpen?: boolean
}

/** What its sender made of it last stands, in whatever order that is heard; what came before its message is its message. */
export function edit(command: Edit, view: View, context: Context): Decision {
  const { channelId, arrival, at } = command
  const former = view.get<Message | { id: string }>(keyOf.message(messageIdOf(channelId, arrival.externalId)))
  if (former === null) return arrive({ ...command, type: 'message/arrive', editedAt: at }, view, context)
  const known = 'conversationId' in former && former.deletedAt === null && (former.editedAt ?? -1) < at
  if (!known) return { type: 'unchanged', answer: {} }
  const { visibility = former.visibility, link = former.link, anchor = former.anchor } = arrival
  const content = contentOf({ ...arrival, visibility, link, anchor })
  const message: Message = { ...former, ...content, alike: command.alike ?? null, editedAt: at }
  const conversation = edited(former, message, command.language ?? null, view)
  return change(
    [
      { key: keyOf.message(message.id), value: message },
      { key: keyOf.conversation(conversation.id), value: conversation },
    ],
    [{ type: 'message/edited', at: context.now, by: null, conversation, messageId: message.id }],
  )
}

function edited(before: Message, message: Message, language: string | null, view: View): Conversation {
  const former = existing(message.conversationId, view)
  const messages = messagesOf(former, view).map(each => (each.id === message.id ? message : each))
  const topics = view.peek<Incident>(keyOf.incident)?.topics ?? []
  const now = standing(former, messages)
  const first = message.number === 1 ? { subject: message.subject } : {}
  const kept = messages.filter(({ deletedAt }) => deletedAt === null)
  const left = topicsAfter(former.topics, [before], kept, topics)
  return { ...now, ...first, topics: topicsWith(left, message, topics), language: language ?? former.language }
}
