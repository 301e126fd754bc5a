import type { Arrival } from '../channels/channel.ts'
import type { PutRecord, View } from './decision.ts'
import { fingerprint } from './fingerprint.ts'
import { keyOf } from './indexes.ts'

/** What marks a message as seen whichever account of ours it reached; null where another account was reached by it before. */
export function firstSight({ everywhere }: Arrival, messageId: string, view: View): PutRecord[] | null {
  if (!everywhere) return []
  const key = keyOf.copy(fingerprint('copy', everywhere))
  const first = view.get<{ messageId: string }>(key)
  if (first === null) return [{ key, value: { messageId } }]
  return first.messageId === messageId ? [] : null
}
