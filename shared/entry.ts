import { z } from 'zod'
import { Alert } from './alert.ts'
import { Conversation, Visibility } from './conversation.ts'
import { Identifier, Instant, Person } from './identifier.ts'
import { Facts, Incident, Responder, Wording } from './incident.ts'
import { GateReason } from './refusal.ts'
import { Reviewing } from './reply.ts'
import { Setback } from './setback.ts'
import { StatusUpdate } from './status-page.ts'
import { Bench, Level } from './training.ts'
import { Jam, Pipes } from './weather.ts'

/** A reply as the board shows it: without its text. */
export const ReplyMark = z.object({
  id: Identifier,
  conversationId: Identifier,
  writer: Person,
  state: z.enum([
    'submitted',
    'in-review',
    'queued',
    'sending',
    'sent',
    'uncertain',
    'held',
    'failed',
    'returned',
    'recalled',
  ]),
  reason: z.string().nullable(),
  /** What screens say of `reason` in their own language. */
  setbacks: z.array(Setback),
  reasons: z.array(GateReason),
  at: Instant,
  epoch: z.number().int().nonnegative(),
  level: Level,
  review: z.enum(['none', 'level', 'spot', 'asked']),
  /** When it may be reviewed or sent; until then its writer can take it back. Null once that is past. */
  notBefore: Instant.nullable(),
  /** Who has its review, under which fence and until when. */
  reviewing: Reviewing.nullable(),
  /** Who approved it, and whether they changed it. */
  approvedBy: Person.nullable(),
  edited: z.boolean(),
  partner: Person.nullable(),
  wordings: z.array(Identifier),
  /** How many concerns of the gate it was sent to a reviewer with. */
  concerns: z.number().int().nonnegative(),
  /** It was sent, and nobody has looked at it yet who should. */
  sampled: z.boolean(),
  /** By which channel it leaves, and who can read it there. */
  channelId: Identifier,
  visibility: Visibility,
  /** Its address in its network, once it was sent. */
  link: z.string().nullable(),
})
export type ReplyMark = z.infer<typeof ReplyMark>

const told = { at: Instant, by: Person.nullable() }

/**
 * What a change tells the room. Each carries the touched records as they now are, so that putting an entry's records is
 * idempotent: a screen that applies one twice, or over a newer snapshot, ends where the log ends.
 */
export const Told = z.discriminatedUnion('type', [
  z.object({
    ...told,
    type: z.literal('incident/declared'),
    incident: Incident,
    facts: Facts,
    wordings: z.array(Wording),
  }),
  z.object({
    ...told,
    type: z.enum(['incident/surged', 'incident/changed', 'incident/resolved']),
    incident: Incident,
  }),
  z.object({ ...told, type: z.literal('incident/handed-over'), incident: Incident, responder: Responder }),
  z.object({
    ...told,
    type: z.enum([
      'responder/joined',
      'responder/appointed',
      'responder/moved',
      'responder/paused',
      'responder/briefed',
      'facts/acknowledged',
    ]),
    responder: Responder,
  }),
  z.object({ ...told, type: z.literal('responder/thanked'), responder: Responder, text: z.string() }),
  /** By the incident's own rules where nobody is named; else by somebody, for this reason. */
  z.object({
    ...told,
    type: z.literal('responder/levelled'),
    responder: Responder,
    from: Level,
    reason: z.string().nullable(),
  }),
  z.object({ ...told, type: z.literal('facts/published'), incident: Incident, facts: Facts }),
  z.object({ ...told, type: z.literal('wording/published'), incident: Incident, facts: Facts, wording: Wording }),
  z.object({
    ...told,
    type: z.literal('wording/retracted'),
    incident: Incident,
    facts: Facts,
    wordingId: Identifier,
  }),
  z.object({ ...told, type: z.literal('wording/proposed'), wording: Wording }),
  z.object({ ...told, type: z.literal('wording/declined'), wordingId: Identifier }),
  z.object({
    ...told,
    type: z.enum([
      'message/arrived',
      'message/edited',
      'message/deleted',
      /** It, and others of this conversation, can be answered again as its channel can send, or no more can as it cannot. */
      'message/opened',
      'message/closed',
    ]),
    conversation: Conversation,
    messageId: Identifier,
  }),
  /** `goneId` is no conversation any more: all that was in it is in this one. */
  z.object({ ...told, type: z.literal('conversation/merged'), conversation: Conversation, goneId: Identifier }),
  /** `replyIds`: those of its replies that went along with the other. */
  z.object({
    ...told,
    type: z.literal('conversation/parted'),
    conversation: Conversation,
    other: Conversation,
    replyIds: z.array(Identifier),
  }),
  /** Done without a reply from here. */
  z.object({
    ...told,
    type: z.literal('conversation/settled'),
    conversation: Conversation,
    how: z.enum(['elsewhere', 'needless']),
    note: z.string().nullable(),
  }),
  /** A channel has read nothing for longer than its objective, or has caught up again. */
  z.object({
    ...told,
    type: z.enum(['channel/lagging', 'channel/caught-up']),
    channelId: Identifier,
    name: z.string(),
    lagMs: z.number().int().nonnegative(),
  }),
  /** Replies by these lanes leave too late: fewer are begun. Those that `slowed` and `freed` were not, or were, before. */
  z.object({
    ...told,
    type: z.literal('pipes/changed'),
    pipes: Pipes,
    slowed: z.array(Jam).max(200),
    freed: z.array(Jam).max(200),
  }),
  z.object({ ...told, type: z.enum(['alert/raised', 'alert/cleared']), alert: Alert }),
  z.object({
    ...told,
    type: z.enum([
      'status/proposed',
      'status/approved',
      'status/declined',
      'status/outdated',
      'status/sending',
      'status/waiting',
      'status/published',
      'status/failed',
      'status/uncertain',
      'status/settled',
    ]),
    update: StatusUpdate,
  }),
  z.object({
    ...told,
    type: z.enum([
      'conversation/claimed',
      'conversation/renewed',
      'conversation/released',
      'conversation/lapsed',
      'conversation/handed-over',
      'conversation/tagged',
      'conversation/looked',
      'conversation/unseen',
      'question/asked',
      'question/answered',
      'pair/asked',
      'pair/joined',
      'pair/left',
    ]),
    conversation: Conversation,
  }),
  z.object({
    ...told,
    type: z.enum([
      'reply/submitted',
      'reply/recalled',
      'review/claimed',
      'review/renewed',
      'review/released',
      'review/lapsed',
      'review/approved',
      'review/returned',
      'reply/queued',
      'reply/sending',
      'reply/sent',
      'reply/uncertain',
      'reply/held',
      'reply/failed',
      'reply/settled',
      'reply/bounced',
      'gate/overridden',
      'reply/sampled',
      'reply/judged',
    ]),
    conversation: Conversation,
    reply: ReplyMark,
    /** Its writer, where something about them changed: their replies, their record. */
    responder: Responder.optional(),
    /** Who reviews and how fast, where that changed. */
    bench: Bench.optional(),
    /** Why rules of the gate were set aside. */
    override: z.string().optional(),
  }),
])
export type Told = z.infer<typeof Told>

/** One line of a room's log. */
export type Entry = Told & { seq: number }
