import { z } from 'zod'
import { CompanyCommand } from './company-command.ts'
import { Identifier, Instant, line, prose } from './identifier.ts'
import { ForbiddenPatterns, Severity, Status, TopicChoice, Topics, WordingText, WordingTexts } from './incident.ts'
import { Comment, OverrideWish } from './reply.ts'
import { Role } from './role.ts'
import { PublicStatus } from './status-page.ts'
import { Level, Training } from './training.ts'

/** Chosen by the sender and kept when it sends again: a command acts once, and answers the same each time. */
const id = Identifier
const incidentId = Identifier
const conversationId = Identifier
const personId = Identifier
const fence = z.number().int().positive()
const epoch = z.number().int().nonnegative()

/** What people ask of an incident. */
export const IncidentCommand = z.discriminatedUnion('type', [
  z.object({
    id,
    type: z.literal('incident/declare'),
    title: line(120),
    severity: Severity,
    affected: prose(500),
    /** The first facts, epoch 1. */
    know: prose(4_000).default(''),
    maySay: prose(4_000).default(''),
    mustNotSay: z.array(line(120)).max(100).default([]),
    mustNotMatch: ForbiddenPatterns.optional(),
    example: prose(2_000).default(''),
    topics: Topics.default([]),
    wordings: WordingTexts.default([]),
    training: Training.optional(),
    channels: z.array(Identifier).max(100).default([]),
    /** The proposal it follows. */
    proposalId: Identifier.nullable().optional(),
  }),
  z.object({ id, type: z.literal('incident/surge'), incidentId, on: z.boolean() }),
  /** What is left out stays as it is. */
  z.object({
    id,
    type: z.literal('incident/change'),
    incidentId,
    title: line(120).optional(),
    severity: Severity.optional(),
    status: Status.optional(),
    affected: prose(500).optional(),
    topics: Topics.optional(),
    training: Training.optional(),
  }),
  z.object({ id, type: z.literal('incident/hand-over'), incidentId, personId }),
  z.object({ id, type: z.literal('incident/resolve'), incidentId }),
  z.object({ id, type: z.literal('incident/join'), incidentId }),
  /** The role somebody has in this incident; null gives them back their own. */
  z.object({ id, type: z.literal('responder/appoint'), incidentId, personId, role: Role.nullable() }),
  z.object({ id, type: z.literal('responder/move'), incidentId, personId, topics: TopicChoice }),
  z.object({ id, type: z.literal('responder/pause'), incidentId, personId, paused: z.boolean() }),
  /** How far somebody may go alone from now on. Downwards it takes the customers they have not answered from them. */
  z.object({
    id,
    type: z.literal('responder/level'),
    incidentId,
    personId,
    level: Level,
    reason: line(200).nullable().default(null),
  }),
  z.object({ id, type: z.literal('responder/thank'), incidentId, personId, text: line(200) }),
  /** They have read the facts of this epoch and answered what they were asked about them. */
  z.object({ id, type: z.literal('briefing/finish'), incidentId, epoch }),
  z.object({
    id,
    type: z.literal('facts/publish'),
    incidentId,
    /** The epoch the writer was looking at. */
    epoch,
    know: prose(4_000),
    maySay: prose(4_000),
    mustNotSay: z.array(line(120)).max(100),
    mustNotMatch: ForbiddenPatterns.optional(),
    example: prose(2_000).default(''),
    nextUpdateAt: Instant.nullable(),
  }),
  /** They have read the facts of this epoch. */
  z.object({ id, type: z.literal('facts/acknowledge'), incidentId, epoch }),
  z.object({ id, type: z.literal('wording/publish'), incidentId, epoch, wording: WordingText }),
  z.object({ id, type: z.literal('wording/retract'), incidentId, epoch, wordingId: Identifier }),
  /** Anybody who answers; nobody can use it before a lead publishes it under its id. */
  z.object({ id, type: z.literal('wording/propose'), incidentId, wording: WordingText }),
  z.object({ id, type: z.literal('wording/decline'), incidentId, wordingId: Identifier }),
  z.object({ id, type: z.literal('conversation/claim'), incidentId, conversationId }),
  z.object({
    id,
    type: z.literal('conversation/claim-several'),
    incidentId,
    conversationIds: z.array(Identifier).min(1).max(20),
  }),
  /** In these topics, if any waits there. */
  z.object({ id, type: z.literal('conversation/take-next'), incidentId, topics: TopicChoice.default([]) }),
  z.object({ id, type: z.literal('conversation/hand-over'), incidentId, conversationId, fence, personId }),
  z.object({ id, type: z.literal('conversation/tag'), incidentId, conversationId, topics: TopicChoice }),
  /** Messages up to this number were on somebody's screen. */
  z.object({
    id,
    type: z.literal('conversation/look'),
    incidentId,
    conversationId,
    through: z.number().int().positive(),
  }),
  /** Done without a reply from here, up to this message: answered another way, or nothing was asked. */
  z.object({
    id,
    type: z.literal('conversation/settle'),
    incidentId,
    conversationId,
    through: z.number().int().positive(),
    how: z.enum(['elsewhere', 'needless']),
    note: line(200).nullable().default(null),
  }),
  /** The other conversation is of the same human: its messages become part of the first. */
  z.object({ id, type: z.literal('conversation/merge'), incidentId, conversationId, otherId: Identifier }),
  /** Undoes a merge: what this address wrote becomes a conversation of its own, and stays apart. */
  z.object({
    id,
    type: z.literal('conversation/part'),
    incidentId,
    conversationId,
    channelId: Identifier,
    address: z.string().min(1).max(320),
  }),
  z.object({
    id,
    type: z.literal('status/propose'),
    incidentId,
    epoch,
    text: prose(4_000).trim().min(1, 'expected some text'),
    status: PublicStatus,
  }),
  /** By somebody else than who wrote it, for every status page that is switched on. */
  z.object({ id, type: z.literal('status/approve'), incidentId, updateId: Identifier, epoch }),
  z.object({ id, type: z.literal('status/decline'), incidentId, updateId: Identifier }),
  z.object({
    id,
    type: z.literal('status/settle'),
    incidentId,
    updateId: Identifier,
    pageId: Identifier,
    /** True: it was seen there. False: it was not; bring it again. */
    published: z.boolean(),
  }),
  z.object({
    id,
    type: z.literal('question/ask'),
    incidentId,
    conversationId,
    fence,
    text: prose(1_000).trim().min(1, 'expected a question'),
  }),
  z.object({
    id,
    type: z.literal('question/answer'),
    incidentId,
    conversationId,
    /** When the question that was read was asked: another may have taken its place. */
    askedAt: Instant,
    text: prose(2_000).trim().min(1, 'expected an answer'),
  }),
  z.object({ id, type: z.literal('conversation/renew'), incidentId, conversationId, fence }),
  z.object({ id, type: z.literal('conversation/release'), incidentId, conversationId, fence }),
  z.object({ id, type: z.literal('draft/save'), incidentId, conversationId, fence, epoch, text: prose(20_000) }),
  z.object({
    id,
    type: z.literal('reply/submit'),
    incidentId,
    conversationId,
    fence,
    epoch,
    text: prose(20_000),
    /** The number of the newest message the writer saw: the reply answers up to it. */
    through: z.number().int().positive(),
    /** The message it shall stand under; the newest that can be answered where nothing is said. */
    messageId: Identifier.optional(),
    /** Ids of the wordings that were put into it. */
    wordings: z.array(Identifier).max(20).optional(),
    /** Has a reviewer read it first, with what the gate found in it that can be argued about. */
    askReview: z.boolean().optional(),
    /** Sets aside what of the gate can be: for those who may. */
    override: OverrideWish.optional(),
  }),
  /** Takes back what has not left yet. */
  z.object({ id, type: z.literal('reply/recall'), incidentId, replyId: Identifier }),
  z.object({ id, type: z.literal('review/take-next'), incidentId }),
  z.object({ id, type: z.literal('review/claim'), incidentId, replyIds: z.array(Identifier).min(1).max(20) }),
  z.object({ id, type: z.literal('review/renew'), incidentId, replyId: Identifier, fence }),
  z.object({ id, type: z.literal('review/release'), incidentId, replyId: Identifier, fence }),
  z.object({
    id,
    type: z.literal('review/approve'),
    incidentId,
    replyId: Identifier,
    fence,
    /** The guidance the reviewer has read: under it the reply will leave. */
    epoch,
    /** What shall leave, as it stands on the reviewer's screen: theirs where it differs from what was written. */
    text: prose(20_000),
    override: OverrideWish.optional(),
  }),
  /** Each as it was read under that fence, by which its text stands still: the answer says of each. */
  z.object({
    id,
    type: z.literal('review/approve-several'),
    incidentId,
    epoch,
    replies: z
      .array(z.object({ replyId: Identifier, fence }))
      .min(1)
      .max(20),
  }),
  z.object({
    id,
    type: z.literal('review/return'),
    incidentId,
    replyId: Identifier,
    fence,
    note: prose(1_000).default(''),
    comments: z.array(Comment).max(50).default([]),
  }),
  z.object({
    id,
    type: z.literal('sample/judge'),
    incidentId,
    replyId: Identifier,
    good: z.boolean(),
    note: prose(1_000).default(''),
  }),
  /** The holder wishes for somebody beside them; Muster names whom to ask first. */
  z.object({ id, type: z.literal('pair/ask'), incidentId, conversationId, fence }),
  z.object({ id, type: z.literal('pair/join'), incidentId, conversationId, fence }),
  /** By either of the two. */
  z.object({ id, type: z.literal('pair/leave'), incidentId, conversationId, fence }),
  z.object({
    id,
    type: z.literal('reply/settle'),
    incidentId,
    replyId: Identifier,
    /** True: it was seen to have arrived. False: it did not; send it again. */
    arrived: z.boolean(),
  }),
])
export type IncidentCommand = z.infer<typeof IncidentCommand>

/** Everything a person may ask, through whichever door. */
export const Command = z.discriminatedUnion('type', [...IncidentCommand.options, ...CompanyCommand.options])
export type Command = z.infer<typeof Command>
