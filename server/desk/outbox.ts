import type { Reply } from '@muster/shared/reply.ts'
import { lists } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'

export type Due = { incidentId: string; reply: Reply }

/** Looked at beyond what is wanted: some of those that wait are under way. */
const spare = 8

/**
 * Of the replies of one lane whose time has come the most urgent ones, of all these incidents. However many wait, few are
 * read: where more wait than are wanted, those that are due first and those that are most urgent. So the order is exact
 * unless more are put off, and more urgent, than are read.
 */
export async function mostUrgent(
  store: Store,
  incidentIds: readonly string[],
  lane: string,
  { now, wanted }: { now: number; wanted: number },
): Promise<Due[]> {
  const limit = wanted + spare
  const found = await Promise.all(incidentIds.map(id => dueIn(store, id, lane, now, limit)))
  return found.flat().toSorted(byUrgency)
}

async function dueIn(store: Store, incidentId: string, lane: string, now: number, limit: number): Promise<Due[]> {
  const page = { after: null, limit }
  const due = await store.list(incidentId, lists.outboxOf(lane), { ...page, upTo: now })
  const urgent =
    due.length < limit ? [] : await store.list(incidentId, lists.urgentIn(lane), { ...page, limit: 4 * limit })
  const replies = new Map([...due, ...urgent].map(({ key, stored }) => [key, stored.value as Reply]))
  return [...replies.values()]
    .filter(reply => reply.state === 'queued' && reply.notBefore <= now)
    .map(reply => ({ incidentId, reply }))
}

export function byUrgency({ reply: one }: Due, { reply: other }: Due): number {
  return one.urgency - other.urgency || (one.id < other.id ? -1 : 1)
}
