import type { Incident } from '@muster/shared/incident.ts'
import type { PutRecord, View } from './decision.ts'
import { company } from './indexes.ts'

/** That an alert declared an incident; `alert`: the key of its record. */
type Declared = { sourceId: string; alert: string; at: number }
/** Those of the last hour, of all sources. */
export type DeclaredByAlerts = { declared: readonly Declared[] }

type Due = { due: string | null }

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

/** Whichever node does it: it is not done yet. */
function isUnderWay(lately: readonly Declared[], view: View): boolean {
  const keys = lately.map(({ alert }) => alert)
  view.need(keys)
  return keys.some(key => view.peek<Due>(key)?.due === 'declare')
}

function isOneOpen(view: View): boolean {
  const keys = view.list(company.openIncidents)
  view.need(keys)
  return keys.some(key => {
    const incident = view.peek<Incident>(key)
    return incident?.state === 'open' && !incident.drill
  })
}
