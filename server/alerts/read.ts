import type { Alert, AlertSource } from '@muster/shared/alert.ts'
import { type Issue, issuesOf } from '@muster/shared/issue.ts'
import type { z } from 'zod'
import { AlertGroup, alertOfGroup } from './alertmanager.ts'
import { alertOfIncident, PagerDutyCall, PagerDutyIncident, stateOf } from './pagerduty.ts'

/** `field` names what of the body is wrong. */
export type Broken = { type: 'broken' } & Issue
type Read = { type: 'alerts'; alerts: Alert[] } | Broken

/** Reads the body of a call that was proved. A call that is about something else brings no alert. */
export function readAlerts({ id: sourceId, kind }: AlertSource, body: Buffer, now: number): Read {
  const given = jsonOf(body)
  if (kind === 'pagerduty') return readPagerDuty(sourceId, given, now)
  const group = AlertGroup.safeParse(given)
  if (!group.success) return broken(group.error)
  return { type: 'alerts', alerts: [{ sourceId, ...alertOfGroup(group.data, now) }] }
}

function readPagerDuty(sourceId: string, given: unknown, now: number): Read {
  const call = PagerDutyCall.safeParse(given)
  if (!call.success) return broken(call.error)
  const state = stateOf(call.data)
  if (state === null) return { type: 'alerts', alerts: [] }
  const incident = PagerDutyIncident.safeParse(call.data.event.data)
  if (!incident.success) return broken(incident.error, 'event.data')
  return { type: 'alerts', alerts: [{ sourceId, ...alertOfIncident(call.data, incident.data, state, now) }] }
}

function broken(error: z.ZodError, within = ''): Broken {
  const [{ field, ...issue } = { field: '', expected: 'expected JSON' }] = issuesOf(error, '')
  return { type: 'broken', field: [within, field].filter(Boolean).join('.') || 'body', ...issue }
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}
