import { z } from 'zod'
import { Person } from './identifier.ts'
import { Facts } from './incident.ts'

/** One thing the gate found, with a sentence that says what to do. */
export const GateReason = z.object({
  rule: z.enum(['epoch', 'blank', 'must-not-say', 'length', 'empty', 'claim']),
  sentence: z.string(),
})
export type GateReason = z.infer<typeof GateReason>

/** Every expected no. `sentence` is for the person: what happened, whether their text is safe, what to do. */
export const Refusal = z.discriminatedUnion('code', [
  z.object({ code: z.literal('not-allowed'), sentence: z.string() }),
  z.object({ code: z.literal('not-found'), sentence: z.string() }),
  z.object({ code: z.literal('already-claimed'), sentence: z.string(), holder: Person }),
  z.object({ code: z.literal('claim-lost'), sentence: z.string(), holder: Person.nullable() }),
  z.object({ code: z.literal('too-many-claims'), sentence: z.string() }),
  z.object({ code: z.literal('oldest-first'), sentence: z.string(), waitingSince: z.number().int() }),
  z.object({ code: z.literal('paused'), sentence: z.string() }),
  z.object({ code: z.literal('not-briefed'), sentence: z.string() }),
  /** `name` is who cannot take it or has it now; null where nobody does. */
  z.object({
    code: z.literal('not-handed-over'),
    sentence: z.string(),
    why: z.enum(['gone', 'held', 'answering', 'paused', 'unbriefed', 'full']),
    name: z.string().nullable(),
  }),
  z.object({ code: z.literal('nothing-waiting'), sentence: z.string() }),
  z.object({ code: z.literal('nothing-to-answer'), sentence: z.string() }),
  z.object({ code: z.literal('reply-on-its-way'), sentence: z.string() }),
  z.object({ code: z.literal('incident-resolved'), sentence: z.string() }),
  z.object({ code: z.literal('guidance-changed'), sentence: z.string(), facts: Facts.nullable() }),
  z.object({ code: z.literal('gate'), sentence: z.string(), reasons: z.array(GateReason) }),
  z.object({ code: z.literal('conflict'), sentence: z.string() }),
])
export type Refusal = z.infer<typeof Refusal>

/** The answer to a command. `done` carries the position its entries reached and what the sender must know. */
export const Outcome = z.discriminatedUnion('type', [
  z.object({ type: z.literal('done'), seq: z.number().int(), answer: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal('refused'), refusal: Refusal }),
  z.object({ type: z.literal('invalid'), issues: z.array(z.object({ field: z.string(), expected: z.string() })) }),
  z.object({
    type: z.literal('unavailable'),
    sentence: z.string(),
    reference: z.string(),
    /** Muster failed at this very command: giving it again will not help. */
    faulty: z.literal(true).optional(),
  }),
])
export type Outcome = z.infer<typeof Outcome>
