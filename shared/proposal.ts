import { z } from 'zod'
import { Alert } from './alert.ts'
import { Identifier, Instant, line, Person, prose } from './identifier.ts'
import { Severity } from './incident.ts'

/** Arrivals above what is usual: how many came in the last minute, and how many usually do. */
export const Spike = z.object({
  channels: z.array(Identifier).max(100),
  lastMinute: z.number().int().nonnegative(),
  usual: z.number().nonnegative(),
})
export type Spike = z.infer<typeof Spike>

/** An incident that something proposes, and a human declares or dismisses. */
export const Proposal = z.object({
  id: Identifier,
  title: line(120),
  severity: Severity,
  affected: prose(500),
  playbookId: Identifier.nullable(),
  cause: z.discriminatedUnion('type', [
    z.object({ type: z.literal('spike'), spike: Spike }),
    z.object({ type: z.literal('alert'), alert: Alert }),
  ]),
  madeAt: Instant,
  state: z.enum(['open', 'declared', 'dismissed']),
  /** What it became; null while it is open or was dismissed. */
  incidentId: Identifier.nullable(),
  decidedBy: Person.nullable(),
  decidedAt: Instant.nullable(),
})
export type Proposal = z.infer<typeof Proposal>
