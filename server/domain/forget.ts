import { addressId } from './address.ts'
import type { Quarantined, Sighting, WaitingArrival } from './company.ts'
import {
  type CompanyTold,
  type Context,
  change,
  type Decision,
  mostListed,
  type PutRecord,
  type View,
} from './decision.ts'
import { wentAfter } from './human.ts'
import { company } from './indexes.ts'

/** Its sender or its network took a message away, whether it was seen or is still to come. */
export type Forget = { id: string; type: 'message/forget'; messageId: string; at: number }

/** Answers with the incident that has it. */
export function forget({ messageId, at }: Forget, view: View, context: Context): Decision {
  const former = view.get<Sighting>(company.sighting(messageId))
  const incidentId = former?.incidentId ?? null
  if (former?.deletedAt !== undefined) return { type: 'unchanged', answer: { incidentId } }
  const { put, tell } = forgotten(messageId, at, view, context)
  return change(put, tell, { incidentId })
}

/** `at`: when the account went; what it wrote later, having come back, stays. */
export type Gone = { id: string; type: 'human/gone'; channelId: string; address: string; at: number }

/** Nothing of a gone account waits for an incident or for somebody to read it. `left` says whether there is more. */
export function gone(command: Gone, view: View, context: Context): Decision {
  const { at } = command
  const account = addressId(command)
  const key = company.gone(account)
  const goneAt = view.get<{ goneAt: number }>(key)?.goneAt ?? null
  const keys = view.list(company.keptOf(account))
  view.need(keys)
  const doomed = keys.filter(each => writtenUntil(view.peek<WaitingArrival | Quarantined>(each), at))
  const ids = new Set(doomed.map(each => each.slice(each.indexOf('/') + 1)))
  view.need([...ids].flatMap(id => [company.sighting(id), company.arrival(id), company.quarantine(id)]))
  const all = [...ids].map(id => forgotten(id, at, view, context))
  const mark: PutRecord[] = goneAt === null || goneAt < at ? [{ key, value: { goneAt: at } }] : []
  if (mark.length === 0 && all.length === 0) return { type: 'unchanged', answer: { left: false } }
  return change(
    [...mark, ...all.flatMap(({ put }) => put)],
    all.flatMap(({ tell }) => tell),
    { left: keys.length === mostListed && doomed.length > 0 },
  )
}

function writtenUntil(kept: WaitingArrival | Quarantined | null, at: number): boolean {
  return kept !== null && wentAfter({ goneAt: at }, kept.arrival?.sentAt ?? kept.arrivedAt)
}

function forgotten(
  messageId: string,
  deletedAt: number,
  view: View,
  { now }: Context,
): { put: PutRecord[]; tell: CompanyTold[] } {
  const key = company.sighting(messageId)
  const incidentId = view.get<Sighting>(key)?.incidentId ?? null
  const [arrival, quarantine] = [company.arrival(messageId), company.quarantine(messageId)]
  const kept = [arrival, quarantine].filter(each => view.get(each) !== null)
  return {
    put: [
      { key, value: { incidentId, deletedAt } satisfies Sighting },
      ...kept.map(each => ({ key: each, value: null })),
    ],
    tell: kept.includes(quarantine) ? [{ type: 'quarantine/discarded', at: now, by: null, subject: messageId }] : [],
  }
}
