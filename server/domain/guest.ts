import type { Incident } from '@muster/shared/incident.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { PersonRecord } from './access.ts'
import type { Actor, View } from './decision.ts'
import { company } from './indexes.ts'

/** What is left of a session that ended with its incident. */
export type Farewell = { farewell: string }

export const thanks: Farewell = {
  farewell: 'This incident has been resolved. Thank you for your help! Your right to answer has ended with it.',
}

/** The one incident somebody came to by a join link. Who was saved before there were guests lacks the field. */
export function guestOf({ incidentId }: Pick<PersonRecord, 'incidentId'>): string | null {
  return incidentId ?? null
}

/** A guest whose incident is resolved, as the company's copy of it tells: they have no right left. */
export function isFormerGuest(person: PersonRecord, view: View): boolean {
  const incidentId = guestOf(person)
  return incidentId !== null && view.get<Incident>(company.incident(incidentId))?.state !== 'open'
}

/** The refusal for a guest who asks for something of another incident, or of none; null for everybody else. */
export function beyondGuest(actor: Actor, incidentId: string | null, what: string): Refusal | null {
  if (actor.incidentId === null || actor.incidentId === incidentId) return null
  return {
    code: 'not-allowed',
    sentence: `You joined one incident as a guest, and "${what}" reaches beyond it. Nothing was changed; ask a lead.`,
  }
}
