import type { IncidentSeries } from '@muster/shared/figures.ts'
import { Looks } from './looks.svelte.ts'
import { seriesPath } from './path.ts'

const betweenMs = 5_000

/** An incident's figures over time, as long as somebody can see them. */
export function seriesOf(incidentId: string, minutes: number): Looks<IncidentSeries> {
  return new Looks(seriesPath(incidentId, minutes), betweenMs)
}
