import type { Incident } from '@muster/shared/incident.ts'
import type { PutRecord, View } from './decision.ts'
import { company } from './indexes.ts'

/** An incident that an alert of this source declared, nobody asked. */
type Declared = { sourceId: string; incidentId: string; at: number }
/** Those of the last hour, of all sources. */
export type DeclaredByAlerts = { declared: readonly Declared[] }

const anHour = 3_600_000
/** Of each source. */
const mostInAnHour = 3

/**
 * What is remembered where an alert may declare an incident; null where it may only propose one. A storm of alerts is one
 * outage more often than it is many, and customers who write meanwhile must not be spread over as many rooms.
 */
export function declaring(next: Declared, view: View): PutRecord | null {
  const key = company.declaredByAlerts
  const kept = view.get<DeclaredByAlerts>(key)?.declared ?? []
  const lately = kept.filter(({ at }) => next.at - at < anHour)
  const own = lately.filter(({ sourceId }) => sourceId === next.sourceId)
  if (own.length >= mostInAnHour || isUnderWay(lately, view) || isOneOpen(view)) return null
  return { key, value: { declared: [...lately, next] } satisfies DeclaredByAlerts }
}

/** The company does not know the incident yet: it is about to be declared. */
function isUnderWay(lately: readonly Declared[], view: View): boolean {
  const keys = lately.map(({ incidentId }) => company.incident(incidentId))
  view.need(keys)
  return keys.some(key => view.peek(key) === null)
}

function isOneOpen(view: View): boolean {
  const keys = view.list(company.openIncidents)
  view.need(keys)
  return keys.some(key => {
    const incident = view.peek<Incident>(key)
    return incident?.state === 'open' && !incident.drill
  })
}
