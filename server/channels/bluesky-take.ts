import { type Defect, defectOf } from '@muster/shared/defect.ts'
import type { BlueskyKnown } from './bluesky-known.ts'
import { arrivalOf, type Sight, whyClosed } from './bluesky-post.ts'
import type { Received, Take } from './channel.ts'
import { wordsOf } from './concealment.ts'

/** What came, and what was read of it: null where nothing could be. */
export type Came = { id: string; raw: unknown; sight: Sight | null }

/** Only once it is stored is it known; what could not be stored is read again. */
export async function takePost(known: BlueskyKnown, came: Came, take: Take): Promise<void> {
  const { id, sight } = came
  const received = receivedOf(came)
  await take(received)
  const why = sight === null ? null : (whyClosed(sight)?.why ?? null)
  const cid = received.type === 'unreadable' ? null : (sight?.ref.cid ?? null)
  known.add(id, { cid, why, searched: sight?.searched ?? false, missed: 0 })
}

export function receivedOf({ id, raw, sight }: Came): Received {
  try {
    if (sight !== null) return { type: 'arrival', arrival: arrivalOf(sight) }
    return unreadable(id, raw, defectOf('other-shape', 'It is no notice as Bluesky describes them.'))
  } catch (error) {
    const sentence = `It is no post as Bluesky describes them: ${wordsOf(error)}`.slice(0, 300)
    return unreadable(id, raw, defectOf('other-shape', sentence))
  }
}

export function unreadable(externalId: string, raw: unknown, defect: Defect): Received {
  const bytes = Buffer.from(JSON.stringify(raw)).subarray(0, 1_000_000)
  return { type: 'unreadable', unreadable: { externalId, defect, raw: bytes } }
}

/** Waits for all of them; throws where one could not be stored. */
export async function allTaken(taken: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(taken)
  const failed = results.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw new Error(`A message could not be stored: ${wordsOf(failed.reason)}`)
}
