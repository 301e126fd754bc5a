import { z } from 'zod'
import { Conversation } from './conversation.ts'
import { Identifier, Instant, Person } from './identifier.ts'
import { Facts, Incident, Responder, Wording } from './incident.ts'

/** A reply as the board shows it: without its text. */
export const ReplyMark = z.object({
  id: Identifier,
  conversationId: Identifier,
  writer: Person,
  state: z.enum(['queued', 'sending', 'sent', 'uncertain', 'held', 'failed']),
  reason: z.string().nullable(),
  at: Instant,
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
  z.object({ ...told, type: z.literal('facts/published'), incident: Incident, facts: Facts }),
  z.object({ ...told, type: z.literal('wording/published'), incident: Incident, facts: Facts, wording: Wording }),
  z.object({
    ...told,
    type: z.literal('wording/retracted'),
    incident: Incident,
    facts: Facts,
    wordingId: Identifier,
  }),
  z.object({ ...told, type: z.literal('message/arrived'), conversation: Conversation, messageId: Identifier }),
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
    ]),
    conversation: Conversation,
  }),
  z.object({
    ...told,
    type: z.enum([
      'reply/queued',
      'reply/sending',
      'reply/sent',
      'reply/uncertain',
      'reply/held',
      'reply/failed',
      'reply/settled',
    ]),
    conversation: Conversation,
    reply: ReplyMark,
    /** Its writer, once it was sent: one more of theirs. */
    responder: Responder.optional(),
  }),
])
export type Told = z.infer<typeof Told>

/** One line of a room's log. */
export type Entry = Told & { seq: number }
