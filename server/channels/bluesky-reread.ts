import { type Defect, defectOf } from '@muster/shared/defect.ts'
import type { BlueskyDirect } from './bluesky-direct.ts'
import { sightOf } from './bluesky-post.ts'
import { LogEntry, Notification } from './bluesky-shape.ts'
import { receivedOf } from './bluesky-take.ts'
import type { Received } from './channel.ts'
import { failureOf } from './failure.ts'

const limitMs = 10_000

/** Reads again what could not be read once: a notice, or an entry of the log of direct messages. */
export async function rereadBluesky(direct: BlueskyDirect, raw: Uint8Array, externalId: string): Promise<Received> {
  const came = jsonOf(raw)
  const aside = (defect: Defect): Received => ({ type: 'unreadable', unreadable: { externalId, defect, raw } })
  if (LogEntry.safeParse(came).data?.$type.startsWith('chat.') !== true) {
    const notice = Notification.safeParse(came).data
    const received = receivedOf({ id: externalId, raw: came, sight: notice ? sightOf(notice, false) : null })
    return received.type === 'unreadable' ? aside(received.unreadable.defect) : received
  }
  try {
    const received = await direct.reread(came, AbortSignal.timeout(limitMs))
    return received === null || received.type === 'unreadable'
      ? aside(defectOf('nothing-to-answer', 'It is still no message.'))
      : received
  } catch (error) {
    const failure = failureOf(error, said => said)
    return aside(defectOf('not-looked-up', `It could not be looked up: ${failure.reason}`, { failure }))
  }
}

function jsonOf(raw: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(raw).toString())
  } catch {
    return null
  }
}
