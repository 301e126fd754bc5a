import type { BlueskySettings, ChannelRecord, ChannelSecrets } from '@muster/shared/channel.ts'
import type { Visibility } from '@muster/shared/conversation.ts'
import { inBluesky } from '@muster/shared/graphemes.ts'
import type { Length } from '@muster/shared/length.ts'
import type { Trial } from '@muster/shared/trial.ts'
import { type BlueskyAccount, blueskyAccount, defaultPace, type Pace } from './bluesky-account.ts'
import { BlueskyDirectOutbox } from './bluesky-direct-outbox.ts'
import { BlueskyInbox } from './bluesky-inbox.ts'
import { BlueskyOutbox } from './bluesky-outbox.ts'
import { probeBluesky } from './bluesky-probe.ts'
import { rereadBluesky } from './bluesky-reread.ts'
import type { Called, Channel, Found, Health, Outgoing, Place, Received, Sent, Spending, Take } from './channel.ts'
import { notCalled } from './not-called.ts'
import type { Surroundings } from './surroundings.ts'

const fiveMinutesMs = 300_000
const hourMs = 3_600_000

/** An account on Bluesky: mentions, replies, quotes and direct messages in, each answered where it was written. */
export class BlueskyChannel implements Channel {
  readonly kind = 'bluesky'
  readonly counting = 'bluesky'
  /** A post is known by its key, a direct message only by reading its chat back. */
  readonly idempotency = 'search'
  readonly longestCall = null
  readonly id: string
  readonly #account: BlueskyAccount
  readonly #inbox: BlueskyInbox
  readonly #outbox: BlueskyOutbox
  readonly #directOutbox: BlueskyDirectOutbox

  constructor(
    record: ChannelRecord,
    settings: BlueskySettings,
    secrets: ChannelSecrets,
    surroundings: Surroundings,
    pace: Pace = defaultPace,
  ) {
    this.id = record.id
    this.#account = blueskyAccount(settings, secrets.password ?? '', surroundings, pace)
    this.#inbox = new BlueskyInbox(this.#account)
    this.#outbox = new BlueskyOutbox(this.#account)
    this.#directOutbox = new BlueskyDirectOutbox(this.#account)
  }

  receive(take: Take, place: Place, signal: AbortSignal): Promise<void> {
    return this.#inbox.receive(take, place, signal)
  }

  reread(raw: Uint8Array, externalId: string): Promise<Received> {
    return rereadBluesky(this.#inbox.direct, raw, externalId)
  }

  send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    return this.#outboxOf(outgoing).send(outgoing, signal)
  }

  find(outgoing: Outgoing, signal: AbortSignal): Promise<Found> {
    return this.#outboxOf(outgoing).find(outgoing, signal)
  }

  length(text: string, visibility: Visibility): Length {
    return inBluesky(text, visibility)
  }

  spending(_text: string, visibility: Visibility): Spending {
    const { service, handle } = this.#account.settings
    const account = `bluesky ${service} ${handle}`
    // Each reply is looked at before and sent: what its server allows all calls together.
    const calls = { pool: `${account} calls`, most: 3_000, perMs: fiveMinutesMs, points: 3 }
    if (visibility === 'direct') return { limits: [calls], price: 0 }
    const points = { pool: `${account} points`, points: 3 }
    const hourly = { ...points, most: 5_000, perMs: hourMs }
    return { limits: [hourly, { ...points, most: 35_000, perMs: 24 * hourMs }, calls], price: 0 }
  }

  probe(to: string | null, signal: AbortSignal): Promise<Trial[]> {
    return probeBluesky(this.#account, to, signal)
  }

  async called(): Promise<Called> {
    return notCalled
  }

  health(): Health {
    return this.#inbox.health()
  }

  async close(): Promise<void> {
    this.#account.session.close()
  }

  #outboxOf({ answering }: Outgoing): BlueskyOutbox | BlueskyDirectOutbox {
    return answering?.visibility === 'direct' ? this.#directOutbox : this.#outbox
  }
}
