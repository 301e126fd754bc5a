import type { Incident } from '@muster/shared/incident.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { View } from './decision.ts'
import { knownIncident } from './incident.ts'
import { incidentResolved } from './refusals.ts'

/** How long after an incident's end the public can still be told of it, in ms. */
export const afterwordMs = 12 * 3_600_000

/** The incident, while the public can be told of it. */
export function tellable(view: View, now: number): Incident | { refusal: Refusal } {
  const incident = knownIncident(view)
  if ('refusal' in incident || incident.resolvedAt === null || incident.resolvedAt > now - afterwordMs) return incident
  return { refusal: incidentResolved }
}
