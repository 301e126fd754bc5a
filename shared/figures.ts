import { z } from 'zod'
import { Identifier } from './identifier.ts'
import { Cursor } from './position.ts'

const amount = z.number().int().nonnegative()
const share = z.number().nonnegative().nullable()

/** How long customers whose first reply left waited for it, in ms, from when their conversation opened. */
export const FirstReplies = z.object({
  /** How many customers got their first reply. */
  count: amount,
  /** By nearest rank; null when nobody got a first reply. */
  medianMs: share,
  p90Ms: share,
})
export type FirstReplies = z.infer<typeof FirstReplies>

/** What one minute counted, and how things stood when it ended; the minute that still runs: how they stand now. */
export const SeriesMinute = z.object({
  /** When the minute began, ms since 1970. */
  at: amount,
  /** Messages of customers. */
  arrivals: amount,
  /** Replies that left and were accepted. */
  replies: amount,
  /** Conversations with an unanswered message. */
  backlog: amount,
  /** For how long the oldest of them had waited, in ms; 0 when nobody waited. */
  oldestMs: amount,
  firstReplies: FirstReplies,
  /** People who hold a claim. */
  answering: amount,
  /** People who joined and hold none. */
  others: amount,
})
export type SeriesMinute = z.infer<typeof SeriesMinute>

/** The figures of an incident, minute by minute without gaps, as its log tells them up to `at`. */
export const IncidentSeries = z.object({
  at: Cursor,
  /** The server's clock when the log was read, ms since 1970. */
  asOf: amount,
  /** The oldest first. They begin with the incident, and end now, or with the last entry once it is resolved. */
  minutes: z.array(SeriesMinute),
  /** Over all these minutes. */
  firstReplies: FirstReplies,
})
export type IncidentSeries = z.infer<typeof IncidentSeries>

/** What became of the replies that were begun with one wording. */
export const WordingUsage = z.object({
  /** Handed in. */
  used: amount,
  /** Held back by the gate in the moment of leaving. */
  held: amount,
  /** Returned by a reviewer. */
  returned: amount,
  /** Changed by the reviewer who approved them. */
  edited: amount,
  /** Answers after which the customer wrote again. */
  cameBack: amount,
})
export type WordingUsage = z.infer<typeof WordingUsage>

/** How an incident's wordings fare, as its log tells it up to `at`. A wording nobody used is not in it. */
export const IncidentUsage = z.object({ at: Cursor, wordings: z.record(Identifier, WordingUsage) })
export type IncidentUsage = z.infer<typeof IncidentUsage>
