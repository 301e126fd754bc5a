import { paths } from '@muster/shared/endpoint.ts'
import type { ConversationDetail, Snapshot } from '@muster/shared/protocol.ts'
import type { Read } from './observation.ts'
import { headersOf, type Persona } from './responder.ts'

type Reader = { url: string; persona: Persona; incidentId: string }

const atOnce = 16

/** What a screen that is opened now would show. Throws where the server answers no. */
export function readSnapshot(reader: Reader): Promise<Snapshot> {
  return get<Snapshot>(reader, paths.snapshot.replace(':incidentId', reader.incidentId))
}

/** Every conversation with all its messages and replies, one by one, as a person would open them. */
export async function readConversations(reader: Reader, ids: readonly string[]): Promise<Read[]> {
  const left = ids.values()
  const read: Read[] = []
  const readOn = async () => {
    for (const id of left) {
      const path = paths.conversation.replace(':incidentId', reader.incidentId).replace(':conversationId', id)
      read.push(shortOf(await get<ConversationDetail>(reader, path)))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, readOn))
  return read
}

async function get<T>({ url, persona }: Reader, path: string): Promise<T> {
  const answer = await fetch(`${url}${path}`, { headers: headersOf(persona) })
  if (!answer.ok) throw new Error(`${path} answered with status ${answer.status}`)
  return (await answer.json()) as T
}

function shortOf({ conversation, messages, replies }: ConversationDetail): Read {
  return {
    id: conversation.id,
    channelId: conversation.human.channelId,
    messages: messages.map(({ id, externalId, channelId, number, text }) => ({
      id,
      externalId,
      channelId,
      number,
      text,
    })),
    replies: replies.map(({ id, state }) => ({ id, state })),
  }
}
