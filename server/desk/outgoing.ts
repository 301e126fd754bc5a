import type { Message } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { Answered, Outgoing } from '../channels/channel.ts'
import { lists } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'
import { all } from './picture.ts'

/** A reply as its channel needs it to send it or to look for it. */
export async function outgoingOf(
  store: Store,
  incidentId: string,
  reply: Reply,
  { triedAt, languageOf }: Pick<Outgoing, 'triedAt'> & { languageOf: (text: string) => string | null },
): Promise<Outgoing> {
  const messages = await all<Message>(store, incidentId, lists.messagesOf(reply.conversationId))
  const through = messages.filter(({ number }) => number <= reply.answers.through)
  const target = through.find(({ id }) => id === reply.target.messageId) ?? null
  const others = through.filter(({ id, channelId, deletedAt }) => {
    return id !== target?.id && channelId === reply.to.channelId && deletedAt === null
  })
  // What is answered stands last, whatever came after it.
  const thread = [...others, ...(target === null ? [] : [target])]
  return {
    replyId: reply.id,
    key: reply.id,
    to: { address: reply.to.address, name: reply.to.name },
    subject: target?.subject ?? null,
    text: reply.text,
    language: languageOf(reply.text),
    submittedAt: reply.submittedAt,
    triedAt,
    answering: target === null ? null : answeredBy(target),
    thread: thread.map(({ externalId }) => externalId),
  }
}

function answeredBy({ externalId, visibility, anchor, from }: Message): Answered {
  return { externalId, visibility, anchor, address: from.address }
}
