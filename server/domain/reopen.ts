import type { Conversation, Message } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { mostListed, type PutRecord, type View } from './decision.ts'
import { worse } from './distress.ts'
import { repliesOf } from './merge.ts'
import { lookedIn, numbered, type Order, putMessages, putReplies, renumbered } from './numbering.ts'
import { messagesOf, standing } from './standing.ts'

/**
 * What a reply answered waits again, as it reached nobody; what was taken away meanwhile does not. Whatever others answered
 * after it stays answered. `reply` is it under the numbers its messages have now.
 */
export function reopened(
  former: Conversation,
  reply: Reply,
  view: View,
): { conversation: Conversation; reply: Reply; put: PutRecord[] } {
  // Nobody's history is that long but a machine's: what is not at hand is not put into another order.
  if (former.messages > mostListed) return { conversation: former, reply, put: [] }
  const before = messagesOf(former, view)
  const order = orderOf(former, reply, before)
  const looked = new Set(before.filter(({ number }) => number <= former.lookedThrough).map(({ id }) => id))
  const { answeredThrough } = order
  const again = standing({ ...former, answeredThrough, lookedThrough: lookedIn(order, looked) }, order.messages)
  const others = repliesOf(former.id, view).filter(({ id }) => id !== reply.id)
  return {
    conversation: { ...again, ...worse(again, former) },
    reply: renumbered(reply, before, order),
    put: [
      ...putMessages(order.messages, before, view),
      ...putReplies(
        others.map(each => renumbered(each, before, order)),
        others,
        view,
      ),
    ],
  }
}

function orderOf({ id, answeredThrough }: Conversation, { answers }: Reply, before: readonly Message[]): Order {
  const { after, through } = answers
  const isOwed = ({ number, deletedAt }: Message) => {
    return number > answeredThrough || (number > after && number <= through && deletedAt === null)
  }
  const answered = before.filter(message => !isOwed(message))
  const messages = numbered([...answered, ...before.filter(isOwed)], id)
  return { conversationId: id, messages, answeredThrough: answered.length }
}
