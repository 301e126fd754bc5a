import type { Conversation } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import { type Actor, muster } from './decision.ts'

type ConversationTold = Exclude<
  Extract<Told, { conversation: Conversation }>,
  { reply: unknown } | { messageId: string } | { goneId: string } | { other: Conversation } | { how: string }
>

/** A line of the log about a conversation; what Muster does by itself is nobody's. */
export function tell(
  type: ConversationTold['type'],
  conversation: Conversation,
  { actor: { id, name }, now }: { actor: Pick<Actor, 'id' | 'name'>; now: number },
): Told {
  return { type, at: now, by: id === muster.id ? null : { id, name }, conversation }
}
