import { z } from 'zod'
import { Human } from './conversation.ts'
import { Identifier, Instant, Person } from './identifier.ts'

const written = {
  id: Identifier,
  conversationId: Identifier,
  writer: Person,
  fence: z.number().int().positive(),
  epoch: z.number().int().nonnegative(),
  text: z.string().max(20_000),
  to: Human,
  /** It answers the messages numbered `after` + 1 to `through`. */
  answers: z.object({ after: z.number().int().nonnegative(), through: z.number().int().positive() }),
  submittedAt: Instant,
  /** How often a worker took it up. */
  attempts: z.number().int().nonnegative(),
  /** An earlier sending got no answer, so the customer may see it already: until that is settled no other may replace it. */
  mayHaveArrived: z.boolean(),
}

/**
 * The life of a reply:
 *
 *     submit → queued → sending → sent
 *                ▲         ├────→ failed     refused for good: back to its writer
 *                │         ├────→ held       the gate refused it in the moment of leaving: back to its writer
 *                ├─────────┤  (refused for now: later again)
 *                └── uncertain ──→ sent      nobody can know: read back, or settled by a lead
 *
 * A reply that may have arrived is never held or failed, for its writer would answer a second time: it is uncertain.
 */
export const Reply = z.discriminatedUnion('state', [
  z.object({ ...written, state: z.literal('queued'), notBefore: Instant }),
  z.object({ ...written, state: z.literal('sending'), worker: z.string(), until: Instant }),
  z.object({ ...written, state: z.literal('sent'), sentAt: Instant, externalId: z.string() }),
  z.object({ ...written, state: z.literal('uncertain'), reason: z.string(), since: Instant }),
  z.object({ ...written, state: z.literal('held'), reason: z.string(), since: Instant }),
  z.object({ ...written, state: z.literal('failed'), reason: z.string(), since: Instant }),
])
export type Reply = z.infer<typeof Reply>
