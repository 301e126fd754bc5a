import { z } from 'zod'
import { Closed } from './closed.ts'
import { Conflict } from './conflict.ts'
import { Defect } from './defect.ts'
import { Person } from './identifier.ts'
import { Facts } from './incident.ts'
import { Issue } from './issue.ts'
import { NotFound } from './not-found.ts'
import { JamReason } from './weather.ts'

/** What the gate looks at. */
export const GateRule = z.enum([
  'claim',
  'epoch',
  'empty',
  'blank',
  'must-not-say',
  'must-not-match',
  'wording',
  'commitment',
  'alike',
  'length',
  'review',
  'style',
  'closed',
])
export type GateRule = z.infer<typeof GateRule>

/**
 * One thing the gate found, with a sentence that says what to do. `stop` keeps the reply from leaving, `warn` does not.
 * `values` are what the sentence is filled with, so that a screen can say it in its own language; `from` and `to` are the
 * range of the text it is about, in UTF-16 units, where it is about a part.
 */
export const GateReason = z.object({
  rule: GateRule,
  weight: z.enum(['stop', 'warn']),
  sentence: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  from: z.number().int().nonnegative().optional(),
  to: z.number().int().nonnegative().optional(),
  /** Where nobody can be answered: why. */
  closed: Closed.optional(),
})
export type GateReason = z.infer<typeof GateReason>

/** Every expected no. `sentence` is for the person: what happened, whether their text is safe, what to do. */
export const Refusal = z.discriminatedUnion('code', [
  z.object({ code: z.literal('not-allowed'), sentence: z.string() }),
  NotFound,
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
  /** A lead has set them to watch. */
  z.object({ code: z.literal('observing'), sentence: z.string() }),
  /** Whoever is new waits until reviewers can keep up; `waitMs`: how long a reply would wait for one now. */
  z.object({ code: z.literal('reviewers-busy'), sentence: z.string(), waitMs: z.number().int() }),
  /** The review ended or somebody else has it. */
  z.object({ code: z.literal('review-lost'), sentence: z.string(), holder: Person.nullable() }),
  z.object({ code: z.literal('own-reply'), sentence: z.string() }),
  z.object({ code: z.literal('nothing-to-review'), sentence: z.string() }),
  z.object({ code: z.literal('too-late'), sentence: z.string() }),
  z.object({ code: z.literal('nothing-waiting'), sentence: z.string() }),
  z.object({ code: z.literal('nothing-to-answer'), sentence: z.string() }),
  z.object({ code: z.literal('reply-on-its-way'), sentence: z.string() }),
  /** What waits there cannot be answered by its channel. */
  z.object({ code: z.literal('cannot-answer'), sentence: z.string(), closed: Closed }),
  /** Replies by this channel leave too late as it is; `leavesAt`: when one begun now would, null where nobody can tell. */
  z.object({
    code: z.literal('pipe-slowed'),
    sentence: z.string(),
    why: JamReason,
    leavesAt: z.number().int().nullable(),
  }),
  /** What was read again is no more readable than before, or there is nothing to read it by. */
  z.object({
    code: z.literal('left-in-quarantine'),
    sentence: z.string(),
    why: z.enum(['channel-off', 'source-gone', 'source-off', 'defect']),
    /** What is wrong with it, where that is why; else null. */
    defect: Defect.nullable(),
  }),
  z.object({ code: z.literal('incident-resolved'), sentence: z.string() }),
  z.object({ code: z.literal('guidance-changed'), sentence: z.string(), facts: Facts.nullable() }),
  z.object({ code: z.literal('gate'), sentence: z.string(), reasons: z.array(GateReason) }),
  Conflict,
])
export type Refusal = z.infer<typeof Refusal>

/** The answer to a command. `done` carries the position its entries reached and what the sender must know. */
export const Outcome = z.discriminatedUnion('type', [
  z.object({ type: z.literal('done'), seq: z.number().int(), answer: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal('refused'), refusal: Refusal }),
  z.object({ type: z.literal('invalid'), issues: z.array(Issue) }),
  z.object({
    type: z.literal('unavailable'),
    sentence: z.string(),
    reference: z.string(),
    /** Muster failed at this very command: giving it again will not help. */
    faulty: z.literal(true).optional(),
  }),
])
export type Outcome = z.infer<typeof Outcome>
