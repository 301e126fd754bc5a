/** A message as a channel read it, before anybody decided anything about it. */
export type Arrival = {
  /** The network's own id, the same at every sight of the message. */
  externalId: string
  /** `reach`: how many people read what they write in public; null where the network does not say. */
  from: { address: string; name: string; reach: number | null }
  subject: string | null
  text: string
  whole: boolean
  /** ms since 1970, as the sender's network says; null where it says nothing usable. */
  sentAt: number | null
  /** The reply of ours (see `Outgoing.replyId`) that it provably answers. */
  answersReply: string | null
  /** Why no human waits for an answer to it (an auto-reply, a bounce, a list), null for a human's. */
  automatic: string | null
}

/** Something that came and cannot be read. `raw` (its first MB) is kept so that it can be looked at and tried again. */
export type Unreadable = { externalId: string; reason: string; raw: Uint8Array }

export type Received = { type: 'arrival'; arrival: Arrival } | { type: 'unreadable'; unreadable: Unreadable }

/**
 * Takes in what was received: resolves when it is stored, and only then may the network be told. Called in the order in
 * which things came, also before an earlier call resolved.
 */
export type Take = (received: Received) => Promise<void>

/** Where a channel got to. Opaque to everybody else; at most 4 KB of JSON. */
export type Watermark = Record<string, unknown>

/** A channel's saved place, so that it goes on where it was. */
export type Place = { load(): Promise<Watermark | null>; save(watermark: Watermark): Promise<void> }

export type Outgoing = {
  replyId: string
  /** The idempotency key: the same whenever this reply is sent, from whichever node. */
  key: string
  to: { address: string; name: string }
  subject: string | null
  text: string
  /** External ids of the customer's messages in this conversation, oldest first; the last is what is answered. */
  thread: readonly string[]
}

/**
 * `refused` says it did not go out: `again` whether it may later, `afterMs` from now at the soonest. `unknown` says that
 * nobody can tell: the network may have it.
 */
export type Sent =
  | { type: 'sent'; externalId: string }
  | { type: 'refused'; reason: string; again: boolean; afterMs: number | null }
  | { type: 'unknown'; reason: string }

/** What reading back found: `absent` only where the network would surely have shown it. */
export type Found = { type: 'sent'; externalId: string } | { type: 'absent' } | { type: 'unknown' }

export type Length = { used: number; longest: number | null; unit: 'characters' }

export type Health = { state: 'receiving' | 'connecting' | 'away' | 'off'; complaint: string | null }

/** One account through which customers write. */
export interface Channel {
  readonly id: string
  readonly kind: 'mail' | 'webhook'

  /** `native`: the network drops a second send of one key. `search`: `find` can tell. `none`: nobody can. */
  readonly idempotency: 'native' | 'search' | 'none'

  /** Receives until the signal aborts, through every loss of connection. Channels that are called (webhooks) only wait. */
  receive(take: Take, place: Place, signal: AbortSignal): Promise<void>

  /** Reads raw bytes again that were once unreadable. */
  reread(raw: Uint8Array, externalId: string): Promise<Received>

  /** Sends once; never retries by itself and never throws for anything the network does. */
  send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent>

  /** Looks for a reply that was sent under this key. */
  find(outgoing: Outgoing, signal: AbortSignal): Promise<Found>

  length(text: string): Length
  health(): Health
  close(): Promise<void>
}
