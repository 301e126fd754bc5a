import { z } from 'zod'
import { Closed } from './closed.ts'
import { Sign, signs } from './distress.ts'
import { Identifier, Instant, Person } from './identifier.ts'

/** A customer, as one channel knows them. */
export const Human = z.object({
  channelId: Identifier,
  address: z.string().max(320),
  name: z.string().max(200),
  /** What people call them there, where the address is an id that only programs read. */
  handle: z.string().max(320).optional(),
  /** How many people read what they write in public, as far as the channel says. */
  reach: z.number().int().nonnegative().nullable(),
  /** Who they provably are, the same over every channel that can prove it: "did:…", "mailto:…", "acct:…"; null where nothing is proved. */
  identity: z.string().max(400).nullable(),
})
export type Human = z.infer<typeof Human>

/** Who can read a message. What was written to us alone is never answered in public. */
export const Visibility = z.enum(['public', 'unlisted', 'followers', 'direct'])
export type Visibility = z.infer<typeof Visibility>

/** The message that a reply would answer. */
export const ReplyTarget = z.object({
  messageId: Identifier,
  number: z.number().int().positive(),
  visibility: Visibility,
})
export type ReplyTarget = z.infer<typeof ReplyTarget>

/** Two people on one claim: `suggested` was asked first, `partner` came. Null again when they went. */
export const Pair = z.object({
  askedAt: Instant,
  suggested: Person.nullable(),
  partner: Person.nullable(),
})
export type Pair = z.infer<typeof Pair>

/**
 * A responder's exclusive right to answer: a lease that ends by itself at `until`, and a fence that every act of the
 * holder must carry. While `replyId` is set a reply is on its way: the lease stands still until it was sent or came back.
 */
export const Claim = z.object({
  holder: Person,
  fence: z.number().int().positive(),
  until: Instant,
  claimedAt: Instant,
  replyId: Identifier.nullable(),
  /** Its holder was gated when they took it: what they write will stand before the reviewers. */
  supervised: z.boolean(),
  /** A reviewer returned what they wrote: it is theirs to correct, whatever becomes of their level. */
  correcting: z.boolean(),
  pair: Pair.nullable(),
})
export type Claim = z.infer<typeof Claim>

/** What a holder asks the leads without giving the conversation away. */
export const Question = z.object({
  by: Person,
  text: z.string(),
  at: Instant,
  answer: z.object({ by: Person, text: z.string(), at: Instant }).nullable(),
})
export type Question = z.infer<typeof Question>

/** All messages of one human in one incident; the thing that is claimed, and a row of the board. */
export const Conversation = z.object({
  id: Identifier,
  /** To whom a reply would go: whoever wrote the newest message that can be answered. */
  human: Human,
  /** Everybody who is this one human, as each channel knows them, in the order in which they came. */
  humans: z.array(Human).min(1).max(20),
  /** Null where nothing that waits can be answered; `closed` then says why. */
  replyTo: ReplyTarget.nullable(),
  closed: Closed.nullable(),
  subject: z.string().nullable(),
  /** The beginning of the newest message, for the board. */
  preview: z.string(),
  openedAt: Instant,
  lastMessageAt: Instant,
  /** When the oldest unanswered message arrived; null when nothing is owed. */
  waitingSince: Instant.nullable(),
  /** How many messages the customer wrote; they are numbered from 1. */
  messages: z.number().int().nonnegative(),
  /** The number of the last message a reply answered. */
  answeredThrough: z.number().int().nonnegative(),
  replies: z.number().int().nonnegative(),
  /** The number of the last message somebody had on their screen. */
  lookedThrough: z.number().int().nonnegative(),
  /** When it was announced that nobody has looked at what waits here; null when there is no such alarm. */
  unseenAlarmAt: Instant.nullable(),
  /** Ids of topics: those whose words it holds, or as somebody tagged it. */
  topics: z.array(Identifier).max(20),
  /** How badly this customer fares, from 0, by what and how often they wrote. */
  distress: z.number().int().min(0).max(3),
  /** By what that is seen, in all they wrote that waits. */
  signs: z.array(Sign).max(signs.length),
  question: Question.nullable(),
  /** In which language the customer writes, ISO 639-1; null where that cannot be told. */
  language: z.string().nullable(),
  /** Which others say nearly the same as its newest message: the same id stands in all of them; null where it says nothing. */
  alike: Identifier.nullable(),
  /** The newest reply that was sent. */
  lastReplyId: Identifier.nullable(),
  /** The fence of the newest claim; 0 before the first. */
  fence: z.number().int().nonnegative(),
  claim: Claim.nullable(),
})
export type Conversation = z.infer<typeof Conversation>

export const Message = z.object({
  id: Identifier,
  conversationId: Identifier,
  /** Its place among this customer's messages in the conversation, from 1. */
  number: z.number().int().positive(),
  channelId: Identifier,
  /** The network's own id, e.g. a mail's Message-ID. */
  externalId: z.string().max(998),
  from: Human,
  subject: z.string().nullable(),
  text: z.string(),
  /** What the sender wrote anew, without quotes and signatures; null where that is all of it, or cannot be told. */
  trimmed: z.string().nullable(),
  /** False when the text was longer than what is kept to show, or parts of the original were left out. */
  whole: z.boolean(),
  visibility: Visibility,
  /** Its address in its network; null where it has none. */
  link: z.string().max(2_000).nullable(),
  closed: Closed.nullable(),
  /** See Conversation. */
  alike: Identifier.nullable(),
  /** What its channel needs to answer it; nobody else reads it. At most 4 KB of JSON. */
  anchor: z.record(z.string(), z.unknown()),
  sentAt: Instant.nullable(),
  arrivedAt: Instant,
  /** When its sender last changed it; null while it is as it came. */
  editedAt: Instant.nullable(),
  /** When its sender or its network took it away: then nothing of its text is kept. */
  deletedAt: Instant.nullable(),
})
export type Message = z.infer<typeof Message>

/** What its holder wrote so far; stays when the claim ends. */
/** In characters, with what was brought to it. */
export const longestDraft = 20_000

export const Draft = z.object({
  conversationId: Identifier,
  writer: Person,
  fence: z.number().int().positive(),
  epoch: z.number().int().nonnegative(),
  text: z.string().max(longestDraft),
  /**
   * What was drafted for a conversation that was merged into this one, and under which guidance, until who holds this one
   * has it in their text.
   */
  brought: z.object({ text: z.string().max(longestDraft), epoch: z.number().int().nonnegative() }).optional(),
  savedAt: Instant,
})
export type Draft = z.infer<typeof Draft>
