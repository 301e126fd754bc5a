import type { BlueskyDirect } from './bluesky-direct.ts'
import { sightOf } from './bluesky-post.ts'
import { LogEntry, Notification } from './bluesky-shape.ts'
import { receivedOf } from './bluesky-take.ts'
import type { Received } from './channel.ts'
import { wordsOf } from './concealment.ts'

const limitMs = 10_000

/** Reads again what could not be read once: a notice, or an entry of the log of direct messages. */
export async function rereadBluesky(direct: BlueskyDirect, raw: Uint8Array, externalId: string): Promise<Received> {
  const came = jsonOf(raw)
  const aside = (reason: string): Received => ({ type: 'unreadable', unreadable: { externalId, reason, raw } })
  if (LogEntry.safeParse(came).data?.$type.startsWith('chat.') !== true) {
    const notice = Notification.safeParse(came).data
    const received = receivedOf({ id: externalId, raw: came, sight: notice ? sightOf(notice, false) : null })
    return received.type === 'unreadable' ? aside(received.unreadable.reason) : received
  }
  try {
    const received = await direct.reread(came, AbortSignal.timeout(limitMs))
    return received === null || received.type === 'unreadable' ? aside('It is still no message.') : received
  } catch (error) {
    return aside(`It could not be looked up: ${wordsOf(error)}`)
  }
}

function jsonOf(raw: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(raw).toString())
  } catch {
    return null
  }
}
