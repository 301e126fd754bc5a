import type { Conversation, Message } from '@muster/shared/conversation.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { Owed } from '../channels/channel.ts'
import { company, lists } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'
import { all } from './picture.ts'

/** In these stands whoever waits; what is being sent is looked at as it leaves. */
const waiting = [lists.waiting, lists.unanswerable, lists.leases]
const atOnce = 100

/** What a channel brought and nobody has answered yet, in whatever is open: the longest waiting first, read as it is asked for. */
export async function* owedBy(store: Store, channelId: string): AsyncGenerator<Owed> {
  for (const { id } of await all<Incident>(store, company.room, company.openIncidents)) {
    for (const list of waiting) {
      for await (const conversation of recordsOf<Conversation>(store, id, list)) {
        if (conversation.humans.some(human => human.channelId === channelId)) {
          yield* owedIn(store, id, conversation, channelId)
        }
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

async function* recordsOf<T>(store: Store, room: string, list: string): AsyncGenerator<T> {
  let after: { score: number; key: string } | null = null
  for (;;) {
    const page: Awaited<ReturnType<Store['list']>> = await store.list(room, list, { after, limit: atOnce })
    for (const { stored } of page) yield stored.value as T
    const last = page.at(-1)
    if (last === undefined || page.length < atOnce) return
    after = { score: last.score, key: last.key }
  }
}
