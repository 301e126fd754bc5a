import { z } from 'zod'
import type { Command } from './command.ts'
import type { Conversation, Draft, Message } from './conversation.ts'
import type { Entry, ReplyMark } from './entry.ts'
import { Identifier } from './identifier.ts'
import type { Facts, Incident, Responder, Wording } from './incident.ts'
import { Cursor } from './position.ts'
import type { Outcome, Refusal } from './refusal.ts'
import type { Reply } from './reply.ts'

/**
 * Raised with every change of a command, an entry or an event; a test compares the schemas' hash.
 * 1: claims, facts, replies.
 * 2: topics, wording, questions, briefing, the roster's work, unseen conversations, join links.
 */
export const protocolVersion = 2

/** What a responder must know of a channel. `longest` is the most a reply may have, by the channel's own count. */
export type ChannelMark = { id: string; name: string; kind: 'mail' | 'webhook'; longest: number | null }

/** What a screen starts from: the room's open picture at a position. Answered conversations stay until the incident ends. */
export type Snapshot = {
  at: Cursor
  incident: Incident
  facts: Facts
  wordings: Wording[]
  /** The channels that feed it, as whoever answers must know them. */
  channels: ChannelMark[]
  conversations: Conversation[]
  responders: Responder[]
  /** Replies that need somebody: uncertain, held and failed ones, and those on their way. */
  replies: ReplyMark[]
}

/** Everything about one conversation, for the person who opens it. */
export type ConversationDetail = {
  conversation: Conversation
  messages: Message[]
  replies: Reply[]
  draft: Draft | null
}

/** Who is here. `viewing` is the conversation on their screen. May be lost; never decides anything. */
export type Presence = { id: string; name: string; viewing: string | null; typing: boolean }

export const Watch = z.object({ incidentId: Identifier, cursor: Cursor.nullable() })
export type Watch = z.infer<typeof Watch>

export const PresenceReport = z.object({
  incidentId: Identifier,
  viewing: Identifier.nullable(),
  typing: z.boolean(),
})
export type PresenceReport = z.infer<typeof PresenceReport>

export type WatchAnswer =
  | { type: 'resumed'; at: Cursor; entries: Entry[]; present: Presence[] }
  | { type: 'reset'; snapshot: Snapshot; present: Presence[] }
  | Exclude<Outcome, { type: 'done' }>

/** Contiguous entries of a room: the first has seq `from`, the last `from + entries.length - 1`. */
export type Batch = { incidentId: string; era: string; from: number; entries: Entry[] }

/** Why a session is over. `farewell`: it ended with the incident its guest came for, and the sentence thanks them. */
export type Leave = { sentence: string; farewell?: true }

/** socket.io events from a screen to the server; the last argument is the acknowledgement. */
export type ScreenEvents = {
  watch: (watch: Watch, answer: (answer: WatchAnswer) => void) => void
  unwatch: (watch: { incidentId: string }) => void
  command: (command: Command, answer: (outcome: Outcome) => void) => void
  presence: (report: PresenceReport) => void
}

/** socket.io events from the server to a screen. */
export type ServerEvents = {
  entries: (batch: Batch) => void
  /** The room's position as the server knows it, every few seconds: a screen behind it with nothing coming has lost something. */
  top: (top: { incidentId: string; at: Cursor; now: number }) => void
  /** The screen must watch again: the room's history began anew. */
  reset: (reset: { incidentId: string }) => void
  presence: (change: { incidentId: string; here: Presence[]; gone: string[] }) => void
  /** An incident was declared, changed or ended: fetch the list again. */
  incidents: () => void
  'signed-out': (reason: Leave) => void
  /** The server ends this connection because of what came over it; the session still lives. */
  'cut-off': (reason: { sentence: string }) => void
}

export type { Refusal }
