import type { ChannelRecord, ChannelSecrets, MailInbound, MailSettings } from '@muster/shared/channel.ts'
import { inCharacters, type Length } from '@muster/shared/length.ts'
import { setbackOf } from '@muster/shared/setback.ts'
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
import { wordsOf } from './concealment.ts'
import { defaultPace, type MailAccount, mailAccount, type Pace } from './mail-account.ts'
import { addressKeyOf, type Inbound } from './mail-caller.ts'
import { MailDoor } from './mail-door.ts'
import { replyMark, replyMessageId } from './mail-identity.ts'
import { MailInbox } from './mail-inbox.ts'
import { writeLetter } from './mail-letter.ts'
import { sendLetter } from './mail-outbox.ts'
import { probeMail } from './mail-probe.ts'
import { MailReading } from './mail-reading.ts'
import { findSent } from './mail-sent.ts'
import type { RawMail } from './mail-source.ts'
import { rereadWithheld, wasWithheld } from './mail-withheld.ts'
import { notCalled } from './not-called.ts'
import type { Surroundings } from './surroundings.ts'

const dayMs = 86_400_000

/** An address that customers write to: read over IMAP, or posted to us by a provider, or both; answered over SMTP. */
export class MailChannel implements Channel {
  readonly kind = 'mail'
  readonly counting = 'characters'
  readonly longestCall: number | null
  readonly idempotency = 'search'
  readonly id: string
  /** A server may look through a mail before it says whether it takes it. */
  readonly longestSendMs: number
  readonly #account: MailAccount
  /** Null where no mailbox is read. */
  readonly #inbox: MailInbox | null
  /** Null where nobody posts mails. */
  readonly #door: MailDoor | null
  readonly #inbound: Inbound | null
  readonly #reading: MailReading
  #waiting = false

  constructor(
    record: ChannelRecord,
    settings: MailSettings,
    secrets: ChannelSecrets,
    surroundings: Surroundings,
    pace: Pace = defaultPace,
  ) {
    this.id = record.id
    this.longestSendMs = pace.sendLimitMs
    this.#account = mailAccount(settings, secrets, surroundings, pace)
    this.#reading = new MailReading(this.#account)
    this.#inbox = settings.imap === null ? null : new MailInbox(this.#account, mail => this.#reading.mail(mail))
    this.#inbound = settings.inbound ? inboundOf(record, settings.inbound, secrets, surroundings) : null
    this.#door = this.#inbound === null ? null : new MailDoor(this.#inbound, this.#reading)
    this.longestCall = this.#door?.longestCall ?? null
  }

  async receive(take: Take, place: Place, signal: AbortSignal): Promise<void> {
    if (this.#inbox !== null) return await this.#inbox.receive(take, place, signal)
    this.#waiting = true
    if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
    this.#waiting = false
  }

  reread(raw: Uint8Array, externalId: string): Promise<Received> {
    const read = (mail: RawMail) => this.#reading.mail(mail)
    return wasWithheld(externalId)
      ? rereadWithheld(this.#account, read, { raw, externalId })
      : this.#reading.again(raw, externalId)
  }

  send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    return this.#send(outgoing, null, signal)
  }

  async acknowledge(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const { acknowledgement } = this.#account.settings
    if (acknowledgement) return await this.#send(outgoing, acknowledgement, signal)
    const setback = setbackOf('not-taken', 'This channel acknowledges nothing')
    return { type: 'refused', setback, again: false, afterMs: null }
  }

  async find({ replyId }: Outgoing, signal: AbortSignal): Promise<Found> {
    const { settings, surroundings, conceal } = this.#account
    try {
      const sent = await findSent(this.#account, replyMark(replyId, surroundings.hmacKey), signal)
      return sent
        ? { type: 'sent', externalId: replyMessageId(replyId, settings.address, surroundings.hmacKey) }
        : { type: 'unknown' }
    } catch (error) {
      surroundings.log('warn', 'sent mail could not be searched', {
        address: settings.address,
        reason: conceal(wordsOf(error)),
      })
      return { type: 'unknown' }
    }
  }

  length(text: string): Length {
    return inCharacters(text, null)
  }

  spending(): Spending {
    const { dailyLimit, address } = this.#account.settings
    if (!dailyLimit) return { limits: [], price: 0 }
    return { limits: [{ pool: `mail/${address}`, most: dailyLimit, perMs: dayMs, points: 1 }], price: 0 }
  }

  probe(to: string | null, signal: AbortSignal): Promise<Trial[]> {
    const inbound = this.#inbound === null ? null : { ...this.#inbound, channelId: this.id }
    return probeMail(this.#account, inbound, to, signal)
  }

  knows(head: Omit<Call, 'body' | 'now'>): boolean {
    return this.#door?.knows(head) ?? false
  }

  async called(call: Call): Promise<Called> {
    if (this.#door !== null) return await this.#door.called(call)
    return notCalled
  }

  health(): Health {
    if (this.#inbox !== null) return this.#inbox.health()
    return { state: this.#waiting ? 'receiving' : 'off', complaint: this.#door?.complaint() ?? null, currentAt: null }
  }

  async close(): Promise<void> {
    await this.#reading.close()
  }

  async #send(outgoing: Outgoing, automatic: MailSettings['acknowledgement'], signal: AbortSignal): Promise<Sent> {
    const { settings, surroundings } = this.#account
    const { hmacKey, clock } = surroundings
    const sender = { address: settings.address, hmacKey, now: clock(), automatic: automatic ?? null }
    const letter = await writeLetter(outgoing, sender)
    if (letter !== null) return await sendLetter(this.#account, letter, signal)
    const setback = setbackOf('no-address', this.#account.conceal(outgoing.to.address))
    return { type: 'refused', setback, again: false, afterMs: null }
  }
}

function inboundOf(
  { id }: ChannelRecord,
  provider: MailInbound,
  { inboundKey = '' }: ChannelSecrets,
  { hmacKey }: Surroundings,
): Inbound {
  return { provider, key: inboundKey, addressKey: addressKeyOf(id, hmacKey) }
}
