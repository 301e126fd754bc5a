import type { Arrival, Received } from '../channels/channel.ts'

/** A message as its sender wrote it, or as they changed it. */
type Written = Extract<Received, { arrival: Arrival }>

/** As it was received; for what was kept of it. */
export function writtenAs({ arrival, editedAt = null }: { arrival: Arrival; editedAt?: number | null }): Written {
  return editedAt === null ? { type: 'arrival', arrival } : { type: 'edited', arrival, at: editedAt }
}
