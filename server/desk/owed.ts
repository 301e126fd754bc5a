import type { Conversation, Message } from '@muster/shared/conversation.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { Owed } from '../channels/channel.ts'
import { company, lists } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'
import { all, pagesOf } from './picture.ts'

/** In these stands whoever waits; what is being sent is looked at as it leaves. */
const waiting = [lists.waiting, lists.unanswerable, lists.leases]
const atOnce = 100

/** What a channel brought and nobody has answered yet, in whatever is open: the longest waiting first, read as it is asked for. */
export async function* owedBy(store: Store, channelId: string): AsyncGenerator<Owed> {
  for (const { id } of await all<Incident>(store, company.room, company.openIncidents)) {
    for (const list of waiting) {
      for await (const page of pagesOf<Conversation>(store, id, list, { atOnce })) {
        const brought = page.filter(({ humans }) => humans.some(human => human.channelId === channelId))
        for (const conversation of brought) yield* owedIn(store, id, conversation, channelId)
      }
    }
  }
}

async function* owedIn(
  store: Store,
  incidentId: string,
  { id, answeredThrough }: Conversation,
  channelId: string,
): AsyncGenerator<Owed> {
  const messages = await all<Message>(store, incidentId, lists.messagesOf(id), { from: answeredThrough + 1 })
  for (const message of messages) {
    if (message.channelId === channelId && message.deletedAt === null) yield owedOf(message)
  }
}

function owedOf({ externalId, visibility, anchor, from, closed, sentAt, editedAt }: Message): Owed {
  return { externalId, visibility, anchor, address: from.address, closed, sentAt, editedAt }
}
