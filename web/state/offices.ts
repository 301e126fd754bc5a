import type { Responder } from '@muster/shared/incident.ts'
import { roleIn } from '@muster/shared/permission.ts'
import type { Presence } from '@muster/shared/protocol.ts'

/** Who has which part in leading an incident; whoever commands it stands apart. */
export type Offices = { commanders: Responder[]; leads: Responder[]; reviewers: Responder[]; others: Responder[] }

export function officesOf(responders: Iterable<Responder>, commanderId: string): Offices {
  const offices: Offices = { commanders: [], leads: [], reviewers: [], others: [] }
  for (const responder of responders) {
    if (responder.id !== commanderId) officeOf(responder, offices)?.push(responder)
  }
  for (const people of Object.values(offices)) people.sort(byName)
  return offices
}

function officeOf(responder: Responder, offices: Offices): Responder[] | null {
  const role = roleIn(responder)
  if (role === 'commander') return offices.commanders
  if (role === 'lead') return offices.leads
  if (role === 'reviewer') return offices.reviewers
  return responder.appointed === null ? null : offices.others
}

/** Who may be given something in this incident: those who are here first, then by name. */
export function candidates(
  responders: Iterable<Responder>,
  present: ReadonlyMap<string, Presence>,
  may: (responder: Responder) => boolean,
): Responder[] {
  const away = ({ id }: Responder) => (present.has(id) ? 0 : 1)
  return [...responders].filter(may).sort((one, other) => away(one) - away(other) || byName(one, other))
}

function byName(one: Responder, other: Responder): number {
  return one.name.localeCompare(other.name) || (one.id < other.id ? -1 : 1)
}
