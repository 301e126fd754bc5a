import type { ChannelRecord, ChannelSecrets, XSettings } from '@muster/shared/channel.ts'
import type { Visibility } from '@muster/shared/conversation.ts'
import type { Length } from '@muster/shared/length.ts'
import { inX } from '@muster/shared/length-x.ts'
import type { Trial } from '@muster/shared/trial.ts'
import type {
  Call,
  Called,
  Channel,
  Found,
  Health,
  Outgoing,
  Place,
  Received,
  Sent,
  Spending,
  Take,
} from './channel.ts'
import type { Surroundings } from './surroundings.ts'
import { defaultPace, type Pace, type XAccount, xAccount } from './x-account.ts'
import { XAuthors } from './x-authors.ts'
import { judgeCall, longestCall } from './x-call.ts'
import { XClient } from './x-client.ts'
import { XInbox } from './x-inbox.ts'
import { XKnown, XMeter } from './x-known.ts'
import { spendingOf } from './x-limits.ts'
import { XOutbox } from './x-outbox.ts'
import { XReader } from './x-reader.ts'
import { tryOut } from './x-trial.ts'

/** An account on X: what names, answers or quotes it and direct messages come in, and are answered where they stand. */
export class XChannel implements Channel {
  readonly kind = 'x'
  readonly counting = 'x'
  readonly idempotency = 'search'
  readonly id: string
  readonly longestCall: number | null
  readonly #account: XAccount
  readonly #client: XClient
  readonly #reader: XReader
  readonly #inbox: XInbox
  readonly #outbox: XOutbox

  constructor(
    record: ChannelRecord,
    settings: XSettings,
    secrets: ChannelSecrets,
    surroundings: Surroundings,
    pace: Pace = defaultPace,
  ) {
    this.id = record.id
    this.longestCall = settings.receive === 'webhook' ? longestCall : null
    this.#account = xAccount(record.id, settings, secrets, surroundings, pace)
    const client = new XClient(this.#account)
    const meter = new XMeter(surroundings)
    const reader = new XReader(this.#account, new XAuthors(this.#account, client, meter), meter)
    this.#client = client
    this.#reader = reader
    this.#inbox = new XInbox(this.#account, { client, reader, known: new XKnown(), meter })
    this.#outbox = new XOutbox(this.#account, client, meter)
  }

  receive(take: Take, place: Place, signal: AbortSignal): Promise<void> {
    return this.#inbox.receive(take, place, signal)
  }

  reread(raw: Uint8Array, externalId: string): Promise<Received> {
    return this.#reader.reread(raw, externalId)
  }

  send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    return this.#outbox.send(outgoing, signal)
  }

  find(outgoing: Outgoing, signal: AbortSignal): Promise<Found> {
    return this.#outbox.find(outgoing, signal)
  }

  length(text: string, visibility: Visibility): Length {
    return inX(text, visibility)
  }

  spending(text: string, visibility: Visibility): Spending {
    return spendingOf(this.#account, text, visibility)
  }

  probe(to: string | null, signal: AbortSignal): Promise<Trial[]> {
    return tryOut(this.#account, this.#client, to, signal)
  }

  async called(call: Call): Promise<Called> {
    const judged = judgeCall(call, this.#account.secrets.consumerSecret)
    if (judged.type === 'answer') return judged.called
    const received = await this.#reader.event(judged.body, AbortSignal.timeout(this.#account.pace.authorLimitMs))
    return { received, status: 200, body: {} }
  }

  health(): Health {
    return this.#inbox.health()
  }

  async close(): Promise<void> {
    this.#client.close()
  }
}
