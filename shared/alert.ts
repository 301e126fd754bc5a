import { z } from 'zod'
import { Identifier, Instant, line } from './identifier.ts'
import { Severity } from './incident.ts'

/** Where alerts come from: another system calls `/alerts/:sourceId`. */
export const AlertSource = z.object({
  id: Identifier,
  name: line(80),
  enabled: z.boolean(),
  kind: z.enum(['alertmanager', 'pagerduty', 'grafana']),
  /** Whether a human confirms first. */
  act: z.enum(['propose', 'declare']),
  /** What an incident is declared from; null: from the alert alone. */
  playbookId: Identifier.nullable(),
  severity: Severity,
})
export type AlertSource = z.infer<typeof AlertSource>

/** Written once, never read back: a bearer token (Alertmanager, Grafana), or the key its calls are signed with. */
export const AlertSecrets = z.object({
  token: z.string().min(16, 'expected at least 16 characters').max(300).optional(),
  signing: z.string().min(16, 'expected at least 16 characters').max(300).optional(),
})
export type AlertSecrets = z.infer<typeof AlertSecrets>

/** One alert, as its source tells it. `key` is the same while it is one trouble. */
export const Alert = z.object({
  sourceId: Identifier,
  key: z.string().max(500),
  title: z.string().max(200),
  detail: z.string().max(1_000),
  state: z.enum(['firing', 'cleared']),
  at: Instant,
  /** Where more is to be read; null where the source names no address. */
  link: z.string().max(2_000).nullable(),
})
export type Alert = z.infer<typeof Alert>
