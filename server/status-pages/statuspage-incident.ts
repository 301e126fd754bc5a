import type { Severity } from '@muster/shared/incident.ts'
import type { PublicStatus } from '@muster/shared/status-page.ts'
import { z } from 'zod'
import type { Publication } from './page.ts'

/** What is read of an incident of Statuspage: the rest may be as it likes. */
export const Incident = z.object({
  id: z.string().regex(/^[A-Za-z0-9]{1,40}$/),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  incident_updates: z
    .array(z.object({ status: z.string(), body: z.string().nullish(), created_at: z.string().nullish() }))
    .nullish(),
})
export type Incident = z.infer<typeof Incident>
export const Incidents = z.array(Incident)

export const Complaint = z.object({ error: z.union([z.string(), z.array(z.string())]) })

type ComponentStatus = 'operational' | 'degraded_performance' | 'partial_outage' | 'major_outage'

const outages: Record<Severity, ComponentStatus> = {
  sev1: 'major_outage',
  sev2: 'partial_outage',
  sev3: 'degraded_performance',
}

/** What is sent: the incident as it begins, or its next update. */
export function incidentOf(publication: Publication, components: readonly string[]): object {
  const { incident, status, text, externalId } = publication
  const state = componentStatus(status, incident.severity)
  return {
    incident: {
      ...(externalId === null && { name: incident.title }),
      status,
      body: text,
      metadata: { muster: markOf(publication) },
      ...(components.length > 0 && {
        component_ids: components,
        components: Object.fromEntries(components.map(id => [id, state])),
      }),
    },
  }
}

function componentStatus(status: PublicStatus, severity: Severity): ComponentStatus {
  if (status === 'resolved') return 'operational'
  return status === 'monitoring' ? 'degraded_performance' : outages[severity]
}

/** Updates come one after another, so that the mark of the last tells whether it is there. */
function markOf({ incident, updateId }: Publication): { incident: string; update: string } {
  return { incident: incident.id, update: updateId }
}

const Mark = z.object({ incident: z.string(), update: z.string() })

export function belongsTo({ metadata }: Incident, incidentId: string): boolean {
  return Mark.safeParse(metadata?.muster).data?.incident === incidentId
}

export function shows(incident: Incident, publication: Publication): boolean {
  const mark = Mark.safeParse(incident.metadata?.muster).data
  return belongsTo(incident, publication.incident.id) && mark?.update === publication.updateId
}

/** The same words, there since it was approved, without our mark: a clock may be a minute off. */
export function looksLike({ incident_updates }: Incident, { text, status, approvedAt }: Publication): boolean {
  return (incident_updates ?? []).some(
    update =>
      update.status === status &&
      update.body?.trim() === text.trim() &&
      !(Date.parse(update.created_at ?? '') < approvedAt - 60_000),
  )
}
