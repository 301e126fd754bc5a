import type { ChannelRecord, ChannelSecrets, MastodonSettings } from '@muster/shared/channel.ts'
import type { Visibility } from '@muster/shared/conversation.ts'
import { defectOf } from '@muster/shared/defect.ts'
import type { Length } from '@muster/shared/length.ts'
import { inMastodon } from '@muster/shared/length-mastodon.ts'
import type { Trial } from '@muster/shared/trial.ts'
import type { Called, Channel, Found, Health, Outgoing, Place, Received, Sent, Spending, Take } from './channel.ts'
import { defaultPace, jsonOf, MastodonAccount, type Pace } from './mastodon-account.ts'
import { MastodonInbox } from './mastodon-inbox.ts'
import { sendLimits } from './mastodon-limits.ts'
import { readNotice } from './mastodon-notices.ts'
import { MastodonOutbox } from './mastodon-outbox.ts'
import { tryOut } from './mastodon-trial.ts'
import { notCalled } from './not-called.ts'
import type { Surroundings } from './surroundings.ts'

/** An account on a server that speaks Mastodon's API: what names it comes in, and is answered where it stands. */
export class MastodonChannel implements Channel {
  readonly kind = 'mastodon'
  readonly counting = 'mastodon'
  readonly idempotency = 'search'
  readonly longestCall = null
  readonly id: string
  readonly #account: MastodonAccount
  readonly #inbox: MastodonInbox
  readonly #outbox: MastodonOutbox

  constructor(
    record: ChannelRecord,
    settings: MastodonSettings,
    secrets: ChannelSecrets,
    surroundings: Surroundings,
    pace: Pace = defaultPace,
  ) {
    this.id = record.id
    this.#account = new MastodonAccount(settings, secrets, surroundings, pace)
    this.#inbox = new MastodonInbox(this.#account)
    this.#outbox = new MastodonOutbox(this.#account)
  }

  receive(take: Take, place: Place, signal: AbortSignal): Promise<void> {
    return this.#inbox.receive(take, place, signal)
  }

  async reread(raw: Uint8Array, externalId: string): Promise<Received> {
    const { received } = readNotice(jsonOf(Buffer.from(raw)), this.#account.domain)
    if (received?.type === 'arrival') return received
    const defect =
      received?.type === 'unreadable'
        ? received.unreadable.defect
        : defectOf('nothing-to-answer', 'It is not a post that names the account.')
    return { type: 'unreadable', unreadable: { externalId, defect, raw } }
  }

  send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    return this.#outbox.send(outgoing, signal)
  }

  find(outgoing: Outgoing, signal: AbortSignal): Promise<Found> {
    return this.#outbox.find(outgoing, signal)
  }

  length(text: string, visibility: Visibility): Length {
    return inMastodon(text, this.#account.longest, visibility)
  }

  spending(): Spending {
    return { limits: sendLimits(this.id), price: 0, words: `${this.id} words` }
  }

  probe(to: string | null, signal: AbortSignal): Promise<Trial[]> {
    return tryOut(this.#account, to, signal)
  }

  async called(): Promise<Called> {
    return notCalled
  }

  health(): Health {
    return this.#inbox.health()
  }

  async close(): Promise<void> {
    this.#account.close()
  }
}
