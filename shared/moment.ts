import { z } from 'zod'
import { Identifier, Instant, Person } from './identifier.ts'
import { Setback } from './setback.ts'

/** One line of an incident's timeline: who did what, when. `detail` holds what the line's sentence is filled with. */
export const Moment = z.object({
  id: Identifier,
  type: z.string(),
  at: Instant,
  /** Null where Muster itself did it. */
  by: Person.nullable(),
  detail: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string()), z.array(Setback)]),
  ),
})
export type Moment = z.infer<typeof Moment>

/** The newest first; `next` continues where this page ends, null at the beginning of the incident. */
export type TimelinePage = { moments: Moment[]; next: string | null }
