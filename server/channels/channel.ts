import type { ChannelKind } from '@muster/shared/channel.ts'
import type { Closed } from '@muster/shared/closed.ts'
import type { Complaint } from '@muster/shared/complaint.ts'
import type { Visibility } from '@muster/shared/conversation.ts'
import type { Defect } from '@muster/shared/defect.ts'
import type { Counting, Length } from '@muster/shared/length.ts'
import type { ReceivingState } from '@muster/shared/receiving-state.ts'
import type { Setback } from '@muster/shared/setback.ts'
import type { Trial } from '@muster/shared/trial.ts'

/** A message as a channel read it, before anybody decided anything about it. */
export type Arrival = {
  /** The network's own id, the same at every sight of the message. */
  externalId: string
  /**
   * `reach`: how many people read what they write in public; null where the network does not say. `identity`: who they
   * provably are over every channel ("did:…", "mailto:…", "acct:…"); left out where nothing is proved. `handle`: what people
   * call them there, where the address is an id that only programs read.
   */
  from: { address: string; name: string; handle?: string | undefined; reach: number | null; identity?: string | null }
  subject: string | null
  text: string
  /** What the sender wrote anew, without quotes and signatures; left out where that is all of it. */
  trimmed?: string | null
  whole: boolean
  /** Who can read it; left out: only we. */
  visibility?: Visibility
  /** Its address in its network. */
  link?: string | null
  /** Why it cannot be answered by this channel; left out where it can be. */
  closed?: Closed | null
  /** What this channel needs to answer it, at most 4 KB of JSON; nobody else reads it. */
  anchor?: Record<string, unknown>
  /** ms since 1970, as the sender's network says; null where it says nothing usable. */
  sentAt: number | null
  /** The reply of ours (see `Outgoing.replyId`) that it provably answers. */
  answersReply: string | null
  /** Why no human waits for an answer to it (an auto-reply, a bounce, a list), null for a human's. */
  automatic: string | null
  /** The same whichever of our accounts the message reached, where it may reach several; left out where the id is one account's own. */
  everywhere?: string | null
  /** Whether a machine may answer it: who wrote it is proved, and nothing speaks against it. */
  acknowledgeable?: boolean
}

/** Something that came and cannot be read. `raw` (its first MB) is kept so that it can be looked at and tried again. */
export type Unreadable = { externalId: string; defect: Defect; raw: Uint8Array }

/**
 * What comes from a network, in any order and as often as it likes. `at` is ms since 1970, by the network's clock where it
 * says; an edit is the whole message as it is now, so that it may come before the message itself.
 */
export type Received =
  | { type: 'arrival'; arrival: Arrival }
  | { type: 'edited'; arrival: Arrival; at: number }
  | { type: 'deleted'; externalId: string; at: number }
  /** It can no more be answered; nothing else of it is known to have changed. That it can be again is an edit. */
  | { type: 'closed'; externalId: string; closed: Closed; at: number }
  /** An account is gone or was taken down: nothing it wrote may be kept. */
  | { type: 'account-gone'; address: string; at: number }
  /** A reply of ours came back: it reached nobody. */
  | { type: 'bounced'; replyId: string; externalId: string; setback: Setback; at: number }
  | { type: 'unreadable'; unreadable: Unreadable }

/** What is no message: what became of one, of an account, or of a reply of ours. */
export type Heard = Exclude<Received, { arrival: Arrival } | { type: 'unreadable' }>

/**
 * Takes in what was received: resolves when it is stored, and only then may the network be told. Called in the order in
 * which things came, also before an earlier call resolved.
 */
export type Take = (received: Received) => Promise<void>

/** Where a channel got to. Opaque to everybody else; at most 4 KB of JSON. */
export type Watermark = Record<string, unknown>

/** The message that is answered, as its channel told it. */
export type Answered = {
  externalId: string
  visibility: Visibility
  anchor: Record<string, unknown>
  /** The address of who wrote it. */
  address: string
}

/** A message that a channel brought and that still waits, as it was last told of it; times are ms since 1970. */
export type Owed = Answered & { closed: Closed | null; sentAt: number | null; editedAt: number | null }

/**
 * What is kept for a channel between two starts: its saved place, so that it goes on where it was, and what of its messages
 * still waits, the longest waiting first, so that it can look what became of it meanwhile. That is read as it is asked for.
 */
export type Place = {
  load(): Promise<Watermark | null>
  save(watermark: Watermark): Promise<void>
  owed(): AsyncIterable<Owed>
}

export type Outgoing = {
  replyId: string
  /** The idempotency key: the same whenever this reply is sent, from whichever node. */
  key: string
  to: { address: string; name: string }
  subject: string | null
  text: string
  /** ISO 639-1; null where it cannot be told. */
  language: string | null
  /** When it was handed in, ms since 1970: what its network shows from before that is not it. */
  submittedAt: number
  /** When it was last tried before, by whichever node, ms since 1970; null where it was not. It may be under way since. */
  triedAt: number | null
  /** Null where nothing is answered: a test. */
  answering: Answered | null
  /** External ids of the customer's messages in this conversation, oldest first; the last is what is answered. */
  thread: readonly string[]
}

/** What the network itself said of its limits in an answer: how many sends are left, and until when, ms since 1970. */
export type LimitTold = { left: number; resetsAt: number }

/**
 * `refused` says it did not go out: `again` whether it may later, `afterMs` from now at the soonest; `closed` where its
 * message can no more be answered. `limited`: the network takes nothing by this lane before `afterMs` is over, whatever the
 * reply. `accountWide`: that, and what was told, holds for every lane of the account. `unknown` says that nobody can tell:
 * the network may have it.
 */
export type Sent =
  | { type: 'sent'; externalId: string; link?: string | null; told?: LimitTold | null; accountWide?: boolean }
  | {
      type: 'refused'
      setback: Setback
      again: boolean
      afterMs: number | null
      limited?: boolean
      closed?: Closed | null
      told?: LimitTold | null
      accountWide?: boolean
    }
  | { type: 'unknown'; setback: Setback }

/** What reading back found: `absent` only where the network would surely have shown it. */
export type Found =
  | { type: 'sent'; externalId: string; link?: string | null }
  | { type: 'absent' }
  | { type: 'unknown' }

/**
 * A limit that its network documents: no more than `most` points within `perMs`, counted for everybody who shares `pool`
 * (an account, an app), where a send takes `points`. It starts anew all the time: any `perMs` in a row holds no more.
 */
export type SendLimit = { pool: string; most: number; perMs: number; points: number }

/**
 * What one send by a channel spends. `price` in millionths of a dollar. `words`: under which name all is kept that its network
 * says of its limits, the same for lanes of which it always speaks as one; left out where it speaks of this lane.
 */
export type Spending = { limits: readonly SendLimit[]; price: number; words?: string }

/**
 * `currentAt`: when it surely had read everything its network had, ms since 1970; null where nobody can tell, as with
 * channels that are called.
 */
export type Health = {
  state: ReceivingState
  complaint: Complaint | null
  currentAt: number | null
}

/** A call of another server to the channel's address, its bytes as they came. */
export type Call = {
  method: 'GET' | 'POST'
  query: Readonly<Record<string, string>>
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Buffer
  /** ms since 1970, by the store's clock. */
  now: number
}

/** What a call brought, and what is answered once all of it is stored. A call that proved nothing brings nothing. */
export type Called = { received: readonly Received[]; status: number; body: object }

/** One account through which customers write. */
export interface Channel {
  readonly id: string
  readonly kind: ChannelKind
  readonly counting: Counting

  /**
   * `native`: the network drops a second send of one key, for as long as a reply is tried at all. `search`: `find` can
   * tell. `none`: nobody can.
   */
  readonly idempotency: 'native' | 'search' | 'none'

  /** Why it can send nothing as it is set, so that nothing it brings can be answered; null where it can, left out where it always can. */
  readonly cannotSend?: Closed | null

  /** Receives until the signal aborts, through every loss of connection. Channels that are called (webhooks) only wait. */
  receive(take: Take, place: Place, signal: AbortSignal): Promise<void>

  /** Reads raw bytes again that were once unreadable. */
  reread(raw: Uint8Array, externalId: string): Promise<Received>

  /** How long one sending may take, in ms; left out: 15 seconds. */
  readonly longestSendMs?: number

  /** Sends once; never retries by itself and never throws for anything the network does. What is direct stays so. */
  send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent>

  /** Says to whoever wrote that it came, in words of its own, where its settings have some. The text handed over is none. */
  acknowledge?(outgoing: Outgoing, signal: AbortSignal): Promise<Sent>

  /** Looks for a reply that was sent under this key. */
  find(outgoing: Outgoing, signal: AbortSignal): Promise<Found>

  /** Of a reply to a message that those could read. */
  length(text: string, visibility: Visibility): Length

  /** The strictest of what its network documents. */
  spending(text: string, visibility: Visibility): Spending

  /**
   * Tries out what its settings say: signs in, reads, and sends a test where it harms nobody: to `to`, or to itself where that
   * is null. Changes nothing else; ends with the first step that fails.
   */
  probe(to: string | null, signal: AbortSignal): Promise<Trial[]>

  /** Longest body of a call to its address, in bytes; null where it is not called. */
  readonly longestCall: number | null

  /** Whether a call is worth reading, by its head alone. Left out where only its body proves who calls. */
  knows?(head: Omit<Call, 'body' | 'now'>): boolean

  /** Judges a call to its address. Nothing of the body is looked at before the caller has proved who they are. */
  called(call: Call): Promise<Called>

  health(): Health
  close(): Promise<void>
}
