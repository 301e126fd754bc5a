import type { Arrival } from '../channels/channel.ts'
import type { PutRecord, View } from './decision.ts'
import { fingerprint } from './fingerprint.ts'
import { keyOf } from './indexes.ts'

export function keysOfCopies({ everywhere }: Arrival): string[] {
  return everywhere ? [keyOf.copy(fingerprint('copy', everywhere))] : []
}

/** What marks a message as seen whichever account of ours it reached; null where another account was reached by it before. */
export function firstSight(arrival: Arrival, messageId: string, view: View): PutRecord[] | null {
  const [key] = keysOfCopies(arrival)
  if (key === undefined) return []
  const first = view.get<{ messageId: string }>(key)
  if (first === null) return [{ key, value: { messageId } }]
  return first.messageId === messageId ? [] : null
}
