import { createHash } from 'node:crypto'
import type { Alert } from '@muster/shared/alert.ts'
import { z } from 'zod'
import { asText, cut, oneLine } from '../channels/plain-text.ts'

const Words = z.record(z.string(), z.string()).default({})

/** What Alertmanager (version 4) and Grafana post of a group of alerts; what else they say is left aside. */
export const AlertGroup = z.object({
  status: z.enum(['firing', 'resolved']),
  groupKey: z.string().min(1).max(10_000),
  groupLabels: Words,
  commonLabels: Words,
  commonAnnotations: Words,
  externalURL: z.string().default(''),
  alerts: z
    .array(
      z.object({
        status: z.enum(['firing', 'resolved']).default('firing'),
        labels: Words,
        annotations: Words,
        startsAt: z.string().default(''),
        endsAt: z.string().default(''),
        generatorURL: z.string().default(''),
      }),
    )
    .min(1, 'expected at least one alert'),
})
export type AlertGroup = z.infer<typeof AlertGroup>

/** A group is one trouble: it is over when all of it is. */
export function alertOfGroup(group: AlertGroup, now: number): Omit<Alert, 'sourceId'> {
  const { status, groupKey, alerts, externalURL } = group
  const firing = status === 'firing'
  const begun = alerts.filter(alert => alert.status === 'firing').map(({ startsAt }) => timeOf(startsAt))
  const ended = alerts.map(({ endsAt }) => timeOf(endsAt))
  const times = (firing ? begun : ended).filter(time => time !== null)
  return {
    key: groupKey.length <= 500 ? groupKey : createHash('sha256').update(groupKey).digest('base64url'),
    title: titleOf(group),
    detail: detailOf(group),
    state: firing ? 'firing' : 'cleared',
    at: times.length === 0 ? now : firing ? Math.min(...times) : Math.max(...times),
    link: linkOf(alerts[0]?.generatorURL ?? '') ?? linkOf(externalURL),
  }
}

function titleOf({ commonAnnotations, commonLabels, groupLabels, alerts }: AlertGroup): string {
  const [first] = alerts
  const names = [commonAnnotations.summary, commonLabels.alertname, first?.annotations.summary, first?.labels.alertname]
  const name = [...names, Object.values(groupLabels).join(' ')].find(each => oneLine(each ?? '', 200) !== '')
  return oneLine(name ?? '', 200) || 'An alert without a name'
}

function detailOf({ alerts, commonAnnotations }: AlertGroup): string {
  const descriptions = [commonAnnotations.description, ...alerts.map(({ annotations }) => annotations.description)]
  const told = [...new Set(descriptions.filter(each => each !== undefined))].slice(0, 10)
  const count = alerts.length === 1 ? [] : [`${alerts.length} alerts`]
  return cut(asText([...count, ...told].join('\n')), 1_000).text
}

/** An address that a screen may lead to; null for anything else. */
export function linkOf(address: string): string | null {
  return address.length <= 2_000 && URL.canParse(address) && /^https?:/i.test(address) ? address : null
}

/** ms since 1970; null where nothing is said (the year 1 stands for that). */
export function timeOf(instant: string): number | null {
  const time = Date.parse(instant)
  return Number.isNaN(time) || time <= 0 ? null : time
}
