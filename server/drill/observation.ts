import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry, ReplyMark } from '@muster/shared/entry.ts'
import type { Responder, Wording } from '@muster/shared/incident.ts'
import type { Wrong } from './wrongs.ts'

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

/** A reply as a network was handed it, whatever became of it. */
export type Handing = {
  channelId: string
  replyId: string
  at: number
  /** Its customer sees it from then on. */
  shown: boolean
  /** What whoever handed it in was told of that. */
  told: 'taken' | 'limited' | 'refused' | 'nothing'
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
  /** What they put into it that nobody may promise; null where there is no such thing. */
  wrong: Wrong | null
  accepted: boolean | null
  /** When they were told that it would leave, and when they were told so; left out where they were not. */
  forecast?: { leavesAt: number; toldAt: number }
}

/** A reviewer's yes as they gave it. `accepted` is null while no answer came. */
export type Approving = { replyId: string; person: string; epoch: number; text: string; accepted: boolean | null }

/** Somebody new was told to wait until reviewers can keep up; `waitMs`: how long a reply would have waited. */
export type ToldToWait = { person: string; at: number; waitMs: number }

/** Something tried on purpose that must be refused. */
export type Temptation = { kind: TemptationKind; person: string; accepted: boolean; answer: string }
export type TemptationKind =
  | 'forbidden words'
  | 'open blank'
  | 'old guidance'
  | 'old fence'
  | 'second publication'
  | 'promised time'
  | 'promised refund'
  | "yesterday's wording"
  | "another's text"
  | 'own override'
  | 'approval by a newcomer'
  | 'own approval'
  | 'approval under an old fence'
  | 'approval again'
  | 'approval under old guidance'
  | 'approval of a promise'

export type KnownWording = Pick<Wording, 'id' | 'text' | 'expiresAt'>
export type Guidance = { epoch: number; mustNotSay: readonly string[] }

/** One line of the log as an observer's screen was told it, with what the report needs of it. */
export type LogMark = {
  seq: number
  type: Entry['type']
  /** By the store's clock. */
  at: number
  /** Somebody did it, not Muster by itself. */
  byPerson: boolean
  conversation: Pick<Conversation, 'id' | 'fence' | 'claim'> | null
  reply: MarkedReply | null
  /** Somebody of the roster, as they are from this line on. */
  responder: Pick<Responder, 'id' | 'cohort' | 'level'> | null
  /** Guidance from this line on, where it changes. */
  guidance: Guidance | null
  /** A wording that can be used from this line on, or the id of one that no longer can. */
  wording: KnownWording | string | null
  messageId: string | null
}

export type MarkedReply = Pick<
  ReplyMark,
  'id' | 'state' | 'epoch' | 'review' | 'writer' | 'partner' | 'approvedBy' | 'notBefore'
>

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

/** What a new epoch stopped, as people were told it: texts they were writing, texts they sent, and yeses they gave. */
export type StoppedByEpoch = { drafts: number; submits: number; approvals: number }

/** Everything that simulated customers and clients saw of a run. The server's own counters are not among it. */
export type Observations = {
  posts: readonly Post[]
  shown: readonly Shown[]
  grants: readonly Grant[]
  submissions: readonly Submission[]
  approvings: readonly Approving[]
  temptations: readonly Temptation[]
  toldToWait: readonly ToldToWait[]
  stopped: Readonly<StoppedByEpoch>
  log: readonly LogMark[]
  /** Guidance when the log began. */
  guidance: Guidance & { wordings: readonly KnownWording[] }
  screens: readonly ScreenEnd[]
  read: readonly Read[]
  /** For each message id, when each sampled screen was told of it. */
  sights: ReadonlyMap<string, readonly number[]>
  /** ms from a claim's asking to its answer, on connections that held. */
  claimMs: readonly number[]
  refusals: Readonly<Record<string, number>>
  /** What the networks were handed; left out where the drill does not play them as they are. */
  handed?: readonly Handing[]
  /** Whether these kept their limits and were well otherwise. */
  isFair?: boolean
}

export function markOf(entry: Entry): LogMark {
  const { seq, type, at, by } = entry
  const guidance = 'facts' in entry ? { epoch: entry.facts.epoch, mustNotSay: entry.facts.mustNotSay } : null
  return {
    seq,
    type,
    at,
    byPerson: by !== null,
    conversation: 'conversation' in entry ? shortOf(entry.conversation) : null,
    reply: 'reply' in entry ? ofReply(entry.reply) : null,
    responder: 'responder' in entry && entry.responder ? ofResponder(entry.responder) : null,
    guidance,
    wording: wordingIn(entry),
    messageId: entry.type === 'message/arrived' ? entry.messageId : null,
  }
}

function shortOf({ id, fence, claim }: Conversation): LogMark['conversation'] {
  return { id, fence, claim }
}

function ofReply({ id, state, epoch, review, writer, partner, approvedBy, notBefore }: ReplyMark): MarkedReply {
  return { id, state, epoch, review, writer, partner, approvedBy, notBefore }
}

function ofResponder({ id, cohort, level }: Responder): LogMark['responder'] {
  return { id, cohort, level }
}

function wordingIn(entry: Entry): LogMark['wording'] {
  if (entry.type === 'wording/retracted') return entry.wordingId
  if (entry.type !== 'wording/published') return null
  const { id, text, expiresAt } = entry.wording
  return { id, text, expiresAt }
}
