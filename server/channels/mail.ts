import { createHash } from 'node:crypto'
import type { ChannelRecord, ChannelSecrets, MailSettings } from '@muster/shared/channel.ts'
import { inCharacters, type Length } from '@muster/shared/length.ts'
import type {
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
  Trial,
} from './channel.ts'
import { wordsOf } from './concealment.ts'
import { defaultPace, type MailAccount, mailAccount, type Pace } from './mail-account.ts'
import { replyAmong, replyMark, replyMessageId } from './mail-identity.ts'
import { MailInbox } from './mail-inbox.ts'
import { writeLetter } from './mail-letter.ts'
import { sendLetter } from './mail-outbox.ts'
import type { ReadMail } from './mail-parse.ts'
import { MailReader } from './mail-reader.ts'
import { findSent } from './mail-sent.ts'
import type { RawMail } from './mail-source.ts'
import type { Surroundings } from './surroundings.ts'

/** Of an unreadable mail at most this much is kept to look at. Its id then says that it is a beginning. */
const keptBytes = 1_000_000
const beginning = 'beginning-'
const dayMs = 86_400_000

/** A mailbox that customers write to: read over IMAP, answered over SMTP. */
export class MailChannel implements Channel {
  readonly kind = 'mail'
  readonly counting = 'characters'
  readonly longestCall = null
  readonly idempotency = 'search'
  readonly id: string
  readonly #account: MailAccount
  readonly #inbox: MailInbox
  readonly #reader: MailReader

  constructor(
    record: ChannelRecord,
    settings: MailSettings,
    secrets: ChannelSecrets,
    surroundings: Surroundings,
    pace: Pace = defaultPace,
  ) {
    this.id = record.id
    this.#account = mailAccount(settings, secrets, surroundings, pace)
    this.#reader = new MailReader(pace.readLimitMs)
    this.#inbox = new MailInbox(this.#account, mail => this.#readRaw(mail))
  }

  receive(take: Take, place: Place, signal: AbortSignal): Promise<void> {
    return this.#inbox.receive(take, place, signal)
  }

  async reread(raw: Uint8Array, externalId: string): Promise<Received> {
    const received = await this.#read(raw)
    if (received.type === 'unreadable')
      return { type: 'unreadable', unreadable: { ...received.unreadable, externalId, raw } }
    if (received.type === 'arrival' && externalId.startsWith(beginning)) received.arrival.whole = false
    return received
  }

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const { settings, surroundings } = this.#account
    const { hmacKey, clock } = surroundings
    const letter = await writeLetter(outgoing, { address: settings.address, hmacKey, now: clock() })
    if (letter !== null) return await sendLetter(this.#account, letter, signal)
    const reason = `Mail cannot be sent to the address ${this.#account.conceal(outgoing.to.address)}.`
    return { type: 'refused', reason, again: false, afterMs: null }
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

  async probe(_to: string | null, _signal: AbortSignal): Promise<Trial[]> {
    return []
  }

  async called(): Promise<Called> {
    return { received: [], status: 404, body: { sentence: 'This channel is not called.' } }
  }

  health(): Health {
    return this.#inbox.health()
  }

  async close(): Promise<void> {
    await this.#reader.close()
  }

  async #readRaw({ raw, bytes }: RawMail): Promise<Received> {
    const { longestMail } = this.#account.pace
    if (bytes <= longestMail) return await this.#read(raw)
    return unreadable(raw, bytes, `It is longer than ${Math.floor(longestMail / 1024 / 1024)} MB (${bytes} bytes).`)
  }

  async #read(raw: Uint8Array): Promise<Received> {
    const { settings, surroundings } = this.#account
    const trustedServer = settings.trustedServer ?? null
    const answer = await this.#reader.read(raw, {
      ownAddress: settings.address,
      trustedServer,
      now: surroundings.clock(),
    })
    if (answer.type === 'unreadable') return unreadable(raw, raw.byteLength, answer.reason)
    return this.#received(answer.mail)
  }

  #received({ messageId, answers, bounce, ...mail }: ReadMail): Received {
    const { hmacKey, clock } = this.#account.surroundings
    const replyId = replyAmong(bounce?.returned ?? [], hmacKey)
    if (bounce !== null && replyId !== null) {
      const { externalId, sentAt } = mail
      return { type: 'bounced', replyId, externalId, reason: bounce.reason, at: sentAt ?? clock() }
    }
    const isOurs = messageId !== null && replyAmong([messageId], hmacKey) !== null
    const automatic = mail.automatic ?? (isOurs ? 'It is a copy of a reply of ours.' : null)
    return { type: 'arrival', arrival: { ...mail, automatic, answersReply: replyAmong(answers, hmacKey) } }
  }
}

/** `bytes` is the mail's whole size. */
function unreadable(raw: Uint8Array, bytes: number, reason: string): Received {
  const kept = raw.subarray(0, keptBytes)
  const hash = createHash('sha256').update(`${bytes}\n`).update(kept).digest('hex').slice(0, 32)
  const externalId = `${kept.byteLength < bytes ? beginning : 'raw-'}${hash}`
  return { type: 'unreadable', unreadable: { externalId, reason, raw: kept } }
}
