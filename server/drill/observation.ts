import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry } from '@muster/shared/entry.ts'

/** One message of one customer, as the customer knows it. Times are ms since 1970 by the drill's clock. */
export type Post = {
  channelId: string
  externalId: string
  address: string
  text: string
  sentAt: number
  /** When a 2xx came; null while none has. */
  acknowledgedAt: number | null
  /** How often it was posted: again after no answer, or because its network delivers it twice. */
  times: number
  /** The status of an answer that forbids trying again. */
  refused: number | null
}

/** A reply as its customer saw it in the network. */
export type Shown = {
  channelId: string
  replyId: string
  address: string
  /** The external id of the message it stands under. */
  inReplyTo: string | null
  text: string
  at: number
}

/** A claim that somebody was told they hold. */
export type Grant = { person: string; conversationId: string; fence: number }

/** A reply somebody sent, and what they had in hand when they did. `accepted` is null while no answer came. */
export type Submission = {
  replyId: string
  person: string
  conversationId: string
  fence: number
  epoch: number
  text: string
  accepted: boolean | null
}

/** Something tried on purpose that must be refused. */
export type Temptation = { kind: TemptationKind; person: string; accepted: boolean; answer: string }
export type TemptationKind = 'forbidden words' | 'open blank' | 'old guidance' | 'old fence' | 'second publication'

/** One line of the log as an observer's screen was told it, with what the report needs of it. */
export type LogMark = {
  seq: number
  type: Entry['type']
  /** By the store's clock. */
  at: number
  conversation: Pick<Conversation, 'id' | 'fence' | 'claim'> | null
  replyId: string | null
  /** Guidance from this line on, where it changes. */
  guidance: { epoch: number; mustNotSay: readonly string[] } | null
  messageId: string | null
}

/** What became of one screen. */
export type ScreenEnd = {
  person: string
  /** Entries that were missing between two that came, on a connection that had not broken. */
  gaps: readonly string[]
  /** Where the picture differs from a fresh snapshot at the same position; null where it does not, or is not kept. */
  difference: string | null
}

/** A conversation as it was read over HTTP in the end. */
export type Read = {
  id: string
  channelId: string
  messages: readonly { id: string; externalId: string; channelId: string; number: number; text: string }[]
  replies: readonly { id: string; state: string }[]
}

/** Everything that simulated customers and clients saw of a run. The server's own counters are not among it. */
export type Observations = {
  posts: readonly Post[]
  shown: readonly Shown[]
  grants: readonly Grant[]
  submissions: readonly Submission[]
  temptations: readonly Temptation[]
  log: readonly LogMark[]
  /** Guidance when the log began. */
  guidance: { epoch: number; mustNotSay: readonly string[] }
  screens: readonly ScreenEnd[]
  read: readonly Read[]
  /** For each message id, when each sampled screen was told of it. */
  sights: ReadonlyMap<string, readonly number[]>
  /** ms from a claim's asking to its answer, on connections that held. */
  claimMs: readonly number[]
  refusals: Readonly<Record<string, number>>
}

export function markOf(entry: Entry): LogMark {
  const { seq, type, at } = entry
  const guidance = 'facts' in entry ? { epoch: entry.facts.epoch, mustNotSay: entry.facts.mustNotSay } : null
  return {
    seq,
    type,
    at,
    conversation: 'conversation' in entry ? shortOf(entry.conversation) : null,
    replyId: 'reply' in entry ? entry.reply.id : null,
    guidance,
    messageId: entry.type === 'message/arrived' ? entry.messageId : null,
  }
}

function shortOf({ id, fence, claim }: Conversation): LogMark['conversation'] {
  return { id, fence, claim }
}
