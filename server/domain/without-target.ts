import type { Conversation, Message, Visibility } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { Context, PutRecord, View } from './decision.ts'
import { closedReason, wordsOf } from './gate-reason.ts'
import { giveBack } from './give-back.ts'
import { keyOf } from './indexes.ts'
import { gone } from './refusals.ts'
import { aimAt, targetAmong } from './target.ts'

type Touched = { id: string | null; put: PutRecord[]; tell: readonly Told[] }

const nothing: Touched = { id: null, put: [], tell: [] }
const rising: readonly Visibility[] = ['direct', 'followers', 'unlisted', 'public']

/**
 * What becomes of a reply on its way when the message it was to stand under is gone. It goes to another that it answers, where
 * one remains that no more people can read; what was approved for the other is to be read again. Else it goes back to its
 * writer. What may have arrived, or is being sent, is past that.
 */
export function withoutTarget(
  conversation: Conversation,
  replies: readonly Reply[],
  messages: readonly Message[],
  view: View,
  context: Context,
): { conversation: Conversation; reply: Touched } {
  const reply = replies.find(({ id }) => id === conversation.claim?.replyId)
  const stays = reply === undefined || reply.mayHaveArrived || !inHouse.has(reply.state)
  if (stays || !isGone(reply.target.messageId, messages)) return { conversation, reply: nothing }
  const target = another(reply, conversation, messages)
  view.get(keyOf.reply(reply.id))
  if (target !== null) {
    const { human } = aimAt(target, conversation)
    const moved: Reply = { ...reply, to: human, target: { messageId: target.id, visibility: target.visibility } }
    return { conversation, reply: { id: reply.id, put: [{ key: keyOf.reply(reply.id), value: moved }], tell: [] } }
  }
  const reasons = [closedReason(gone)]
  const why = { state: 'held' as const, reason: wordsOf(reasons), setbacks: [], reasons }
  const back = giveBack(reply, conversation, why, view, context)
  const key = keyOf.conversation(conversation.id)
  const returned = back.put.find(each => each.key === key)?.value as Conversation
  const put = back.put.filter(each => each.key !== key)
  return { conversation: returned, reply: { id: reply.id, put, tell: back.tell as Told[] } }
}

const inHouse: ReadonlySet<Reply['state']> = new Set<Reply['state']>(['submitted', 'in-review', 'queued'])

function isGone(id: string, messages: readonly Message[]): boolean {
  return messages.some(message => message.id === id && message.deletedAt !== null)
}

function another({ answers, target, to }: Reply, conversation: Conversation, messages: readonly Message[]) {
  const { after, through } = answers
  const others = messages.filter(({ number, visibility, channelId }) => {
    return number > after && number <= through && channelId === to.channelId && !wider(visibility, target.visibility)
  })
  return targetAmong(others, conversation)
}

function wider(one: Visibility, other: Visibility): boolean {
  return rising.indexOf(one) > rising.indexOf(other)
}
