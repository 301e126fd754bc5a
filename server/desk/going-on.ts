import type { Conversation, Human } from '@muster/shared/conversation.ts'
import type { Arrival } from '../channels/channel.ts'
import { keysToHome } from '../domain/home.ts'
import type { Moved } from '../domain/human.ts'
import { keyOf } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'

/**
 * Of several incidents that would take a message, the first in which whoever wrote it goes on: they wait or are being
 * answered there, or it answers a reply that was sent from there. Null where they begin anew.
 */
export async function goingOnIn(
  store: Store,
  incidentIds: readonly string[],
  channelId: string,
  { from, answersReply }: Arrival,
): Promise<string | null> {
  const human: Human = { channelId, ...from, identity: from.identity ?? null }
  const goesOn = await Promise.all(incidentIds.map(id => isOneOf(store, id, human, answersReply)))
  return incidentIds.find((_, place) => goesOn[place]) ?? null
}

async function isOneOf(store: Store, incidentId: string, human: Human, answersReply: string | null): Promise<boolean> {
  const keys = keysToHome(human, answersReply)
  const { records } = await store.read(incidentId, keys)
  if (answersReply !== null && records[keys.indexOf(keyOf.reply(answersReply))]) return true
  const leads = records.flatMap(record => (record?.value as Lead | undefined)?.conversationId ?? [])
  const conversations = await Promise.all(leads.map(id => conversationAt(store, incidentId, id)))
  return conversations.some(found => found !== null && (found.waitingSince !== null || found.claim !== null))
}

type Lead = { conversationId: string | null }

/** Wherever it went, where it was merged into another. */
async function conversationAt(store: Store, incidentId: string, id: string): Promise<Conversation | null> {
  const { records } = await store.read(incidentId, [keyOf.conversation(id), keyOf.moved(id)])
  const [conversation, moved] = records
  if (conversation) return conversation.value as Conversation
  return moved ? conversationAt(store, incidentId, (moved.value as Moved).to) : null
}
