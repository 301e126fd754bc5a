import { z } from 'zod'
import type { ChannelKind, Sameness } from './channel.ts'
import type { Command } from './command.ts'
import type { Conversation, Draft, Message } from './conversation.ts'
import type { Entry, ReplyMark } from './entry.ts'
import { Identifier } from './identifier.ts'
import type { Facts, Incident, Responder, Wording } from './incident.ts'
import type { Counting } from './length.ts'
import type { Likeness } from './likeness.ts'
import { Cursor } from './position.ts'
import type { Outcome, Refusal } from './refusal.ts'
import type { Reply } from './reply.ts'
import type { StatusUpdate } from './status-page.ts'
import type { Bench } from './training.ts'
import { wanted } from './wanted.ts'
import type { ChannelWeather, Pipes } from './weather.ts'

/**
 * Raised with every change of a command, an entry or an event; a test compares the schemas' hash.
 * 1: claims, facts, replies.
 * 2: topics, wording, questions, briefing, the roster's work, unseen conversations, join links.
 * 3: the gate's reasons, reviews, levels, pairs, samples, languages.
 * 4: networks, who can read what, one human over channels, weather, status updates, alerts.
 */
export const protocolVersion = 4

/** What a responder must know of a channel. `longest` is the most a reply may have, by the channel's own count. */
export type ChannelMark = {
  id: string
  name: string
  kind: ChannelKind
  counting: Counting
  longest: number | null
  sameness: Sameness | null
}

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
  /** Replies that need somebody: to be reviewed, looked at or settled, come back to their writer, and those on their way. */
  replies: ReplyMark[]
  bench: Bench
  pipes: Pipes
  /** Updates for the public, the newest 20, oldest first. */
  updates: StatusUpdate[]
}

/** Everything about one conversation, for the person who opens it. */
export type ConversationDetail = {
  conversation: Conversation
  messages: Message[]
  replies: Reply[]
  draft: Draft | null
  /** Other conversations that are perhaps of the same human, and why it seems so. */
  maybeSame: { conversation: Conversation; because: Likeness }[]
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

/**
 * What two people on one claim tell each other of their draft: updates of a Yjs document, base64. `ask` carries what one
 * already has (a state vector), `tell` what the other lacks; `here` where the cursor is. Passed on to the screens of these
 * two and to nobody else; may be lost, and asking again mends it.
 */
export const PairMessage = z.object({
  incidentId: Identifier,
  conversationId: Identifier,
  fence: z.number().int().positive(),
  kind: z.enum(['ask', 'tell', 'here']),
  payload: z
    .string()
    .max(48_000)
    .regex(/^[A-Za-z0-9+/=]*$/, wanted.base64),
})
export type PairMessage = z.infer<typeof PairMessage>

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
  pair: (message: PairMessage) => void
}

/** socket.io events from the server to a screen. */
export type ServerEvents = {
  entries: (batch: Batch) => void
  /** The room's position as the server knows it, every few seconds: a screen behind it with nothing coming has lost something. */
  top: (top: { incidentId: string; at: Cursor; now: number }) => void
  /** How the incident's channels are doing, whenever that changed and every few seconds while replies are held back. May be lost. */
  weather: (weather: { incidentId: string; at: number; channels: ChannelWeather[] }) => void
  /** The screen must watch again: the room's history began anew. */
  reset: (reset: { incidentId: string }) => void
  presence: (change: { incidentId: string; here: Presence[]; gone: string[] }) => void
  pair: (message: PairMessage & { from: string }) => void
  /** An incident was declared, changed or ended: fetch the list again. */
  incidents: () => void
  'signed-out': (reason: Leave) => void
  /** The server ends this connection because of what came over it; the session still lives. */
  'cut-off': (reason: { sentence: string }) => void
}

export type { Refusal }
