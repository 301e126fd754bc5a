import type { Message } from '@muster/shared/conversation.ts'
import type { Reply, SampledReply } from '@muster/shared/reply.ts'
import { lists } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'
import { all } from './picture.ts'

/** As many as anybody looks at in one sitting; who has looked at them gets the next. */
const mostSamples = 50

/** Sent replies somebody should look at, those sent first before the others, each with what its customer wrote. */
export async function samplesOf(store: Store, incidentId: string): Promise<SampledReply[]> {
  const page = await store.list(incidentId, lists.samples, { after: null, limit: mostSamples })
  return Promise.all(page.map(({ stored }) => sampled(store, incidentId, stored.value as SampledReply['reply'])))
}

async function sampled(store: Store, incidentId: string, reply: SampledReply['reply']): Promise<SampledReply> {
  const { after, through } = reply.answers
  const messages = await all<Message>(store, incidentId, lists.messagesOf(reply.conversationId), { from: after + 1 })
  return {
    reply,
    asked: messages.filter(({ number }) => number <= through).map(({ text }) => text),
    since: messages.filter(({ number }) => number > through).map(({ text }) => text),
    answeredBy: answerers(reply).map(({ name }) => name),
  }
}

/** Whoever had a hand in its words. */
function answerers({ writer, partner, approval }: Reply): Reply['writer'][] {
  return [writer, partner, approval?.by ?? null].filter(person => person !== null)
}
