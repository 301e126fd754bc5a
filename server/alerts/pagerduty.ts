import type { Alert } from '@muster/shared/alert.ts'
import { z } from 'zod'
import { cut, oneLine } from '../channels/plain-text.ts'
import { linkOf, timeOf } from './alertmanager.ts'

/** What PagerDuty (webhooks V3) posts. Only the beginning and the end of an incident are looked at more closely. */
export const PagerDutyCall = z.object({
  event: z.object({ event_type: z.string(), occurred_at: z.string().default(''), data: z.unknown() }),
})
export type PagerDutyCall = z.infer<typeof PagerDutyCall>

const states: Record<string, Alert['state']> = {
  'incident.triggered': 'firing',
  'incident.reopened': 'firing',
  'incident.resolved': 'cleared',
}

const Named = z
  .object({ summary: z.string().default('') })
  .nullable()
  .default(null)
export const PagerDutyIncident = z.object({
  id: z.string().min(1).max(500),
  title: z.string().default(''),
  html_url: z.string().default(''),
  urgency: z.string().default(''),
  service: Named,
  priority: Named,
})
type PagerDutyIncident = z.infer<typeof PagerDutyIncident>

/** Null for what neither begins nor ends a trouble. */
export function stateOf({ event }: PagerDutyCall): Alert['state'] | null {
  return states[event.event_type] ?? null
}

export function alertOfIncident(
  { event }: PagerDutyCall,
  { id, title, html_url, urgency, service, priority }: PagerDutyIncident,
  state: Alert['state'],
  now: number,
): Omit<Alert, 'sourceId'> {
  const said = [service?.summary, priority?.summary, urgency && `urgency ${urgency}`].filter(Boolean).join(', ')
  return {
    key: id,
    title: oneLine(title, 200) || oneLine(service?.summary ?? '', 200) || 'An alert without a name',
    detail: cut(oneLine(said, 1_000), 1_000).text,
    state,
    at: timeOf(event.occurred_at) ?? now,
    link: linkOf(html_url),
  }
}
