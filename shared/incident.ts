import { z } from 'zod'
import { distinct, Identifier, Instant, line, Person, prose } from './identifier.ts'
import { Role } from './role.ts'
import { Cohort, Level, Readiness, TrackRecord, Training } from './training.ts'
import { defaultTraining } from './training-rules.ts'
import { wanted } from './wanted.ts'

export const Severity = z.enum(['sev1', 'sev2', 'sev3'])
export type Severity = z.infer<typeof Severity>

/** What one incident allows; copied from the defaults when it is declared. */
export const Policy = z.object({
  /** How long a claim lasts without work, in ms. */
  leaseMs: z.number().int().min(5_000).max(3_600_000),
  /** How many conversations one person may hold at a time. */
  claimsPerPerson: z.number().int().min(1).max(100),
  /** Who waits longer than this goes before what somebody would rather choose, in ms. */
  patienceMs: z.number().int().min(10_000).max(86_400_000),
  /** How many conversations one person may choose in a row while somebody waits longer than that. */
  choicesInARow: z.number().int().min(0).max(100),
  /** A message at which nobody has looked for this long raises an alarm, in ms. */
  unseenMs: z.number().int().min(10_000).max(86_400_000),
  /** Where a reply would leave later than this, fewer are begun, in ms. */
  leavingMs: z.number().int().min(60_000).max(86_400_000),
  training: Training,
})
export type Policy = z.infer<typeof Policy>

export const defaultPolicy: Policy = {
  leaseMs: 180_000,
  claimsPerPerson: 3,
  patienceMs: 600_000,
  choicesInARow: 3,
  unseenMs: 300_000,
  leavingMs: 1_200_000,
  training: defaultTraining,
}

/** What customers write about, told by the words they use; what a responder may choose to answer. */
export const Topic = z.object({
  id: Identifier,
  name: line(40),
  /** A message belongs to the topic when it holds one of these, whole, without regard to case. */
  words: z.array(line(60)).max(50),
})
export type Topic = z.infer<typeof Topic>

export const Topics = z.array(Topic).max(20).refine(distinct, wanted['each-once'])
/** Ids of topics; none means any. */
export const TopicChoice = z.array(Identifier).max(20)

/** How far the cause is known; whether the incident is over is its `state`. */
export const Status = z.enum(['investigating', 'identified', 'watching'])
export type Status = z.infer<typeof Status>

export const Incident = z.object({
  id: Identifier,
  title: line(120),
  severity: Severity,
  affected: prose(500),
  state: z.enum(['open', 'resolved']),
  status: Status,
  commander: Person,
  surge: z.boolean(),
  /** A drill runs the whole way but speaks to simulated customers only. */
  drill: z.boolean(),
  /** Ids of the channels it takes; empty means all that are not bound to another incident. */
  channels: z.array(Identifier).max(100),
  topics: Topics,
  /** The number of the current guidance. */
  epoch: z.number().int().nonnegative(),
  policy: Policy,
  declaredBy: Person,
  declaredAt: Instant,
  resolvedAt: Instant.nullable(),
})
export type Incident = z.infer<typeof Incident>

/** A pattern nobody's reply may match, in the syntax of RE2 and without regard to case, and why. */
export const ForbiddenPattern = z.object({ pattern: line(200), why: line(120) })
export type ForbiddenPattern = z.infer<typeof ForbiddenPattern>

export const ForbiddenPatterns = z.array(ForbiddenPattern).max(50)

/** What is known and what may be said, under one epoch. */
export const Facts = z.object({
  epoch: z.number().int().nonnegative(),
  know: prose(4_000),
  maySay: prose(4_000),
  /** Words and phrases nobody may send, compared without regard to case. */
  mustNotSay: z.array(line(120)).max(100),
  mustNotMatch: ForbiddenPatterns,
  /** How a good answer looks, for those who are new to it. */
  example: prose(2_000),
  nextUpdateAt: Instant.nullable(),
  publishedBy: Person,
  publishedAt: Instant,
})
export type Facts = z.infer<typeof Facts>

/** A language by its code of ISO 639-1. */
export const Language = z.string().regex(/^[a-z]{2}$/, wanted.language)

/** What somebody writes of a wording; a blank is a name in double square brackets: [[when]]. */
export const WordingText = z.object({
  id: Identifier,
  title: line(80),
  topic: Identifier.nullable(),
  text: prose(4_000).min(1, 'expected some text'),
  /** ISO 639-1; null where it fits any. */
  language: Language.nullable().default(null),
  /** The channel it was made for; null for any. */
  channelId: Identifier.nullable().default(null),
  /** From then on nobody can use it; null for as long as the incident lasts. */
  expiresAt: Instant.nullable().default(null),
})
export type WordingText = z.infer<typeof WordingText>

export const WordingTexts = z.array(WordingText).max(100).refine(distinct, wanted['each-once'])

/**
 * A text to begin an answer with, once a lead approved it. Publishing one approves it; that and retracting it raise the
 * epoch. What somebody proposed has no approval yet and is nobody's to use.
 */
export const Wording = WordingText.extend({
  epoch: z.number().int().nonnegative(),
  /** Who wrote it. */
  owner: Person,
  approvedBy: Person.nullable(),
  /** When it was published, or proposed. */
  publishedAt: Instant,
})
export type Wording = z.infer<typeof Wording>

/** A person in one incident's roster. */
export const Responder = z.object({
  id: Identifier,
  name: z.string(),
  team: z.string(),
  /** Their own role; `roleIn` says what they may do here. */
  role: Role,
  /** The role a commander of this incident gave them in it. */
  appointed: Role.nullable(),
  /** Came by a join link: their rights end with the incident. */
  guest: z.boolean(),
  cohort: Cohort,
  level: Level,
  record: TrackRecord,
  /** How far they had got before, as the company knew it when they came. */
  readiness: Readiness.nullable(),
  /** With whom they shared a draft, the newest last. */
  buddies: z.array(Identifier).max(20),
  joinedAt: Instant,
  /** How many conversations they hold: kept here so that a claim can be judged by it. */
  holding: z.number().int().nonnegative(),
  /** How many they chose themselves since they last took whoever waits longest. */
  choices: z.number().int().nonnegative(),
  /** How many of their replies were sent. */
  answered: z.number().int().nonnegative(),
  /** The topics they would rather answer. */
  topics: TopicChoice,
  /** A paused responder finishes what they hold and gets nothing new. */
  paused: z.boolean(),
  /** When they finished the briefing; null before. */
  briefedAt: Instant.nullable(),
  /** The newest epoch they said they have read. */
  acknowledged: z.number().int().nonnegative(),
})
export type Responder = z.infer<typeof Responder>
