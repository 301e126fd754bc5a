import { createHash } from 'node:crypto'
import { type Defect, defectOf } from '@muster/shared/defect.ts'
import type { Received } from './channel.ts'
import type { MailAccount } from './mail-account.ts'
import { replyAmong } from './mail-identity.ts'
import type { ReadMail } from './mail-parse.ts'
import { MailReader } from './mail-reader.ts'
import type { RawMail } from './mail-source.ts'
import type { Signed, Wrapping } from './mail-unwrap.ts'
import type { Answer } from './mail-worker.ts'

/** Of an unreadable mail at most this much is kept to look at. Its id then says that it is a beginning. */
const keptBytes = 1_000_000
const beginning = 'beginning-'

/** What a provider posted; `holds` where that is no mail: as it was set up, or at all. */
export type Opened =
  | { type: 'mail'; received: Received; signed: Signed | null }
  | { type: 'nothing'; reason: string; holds: 'no mail yet' | 'no mail' }

/** Raw mails, and what providers wrap them in, as what the channel received. */
export class MailReading {
  readonly #account: MailAccount
  readonly #reader: MailReader

  constructor(account: MailAccount) {
    this.#account = account
    this.#reader = new MailReader(account.pace.readLimitMs, account.pace.longestMail)
  }

  /** A mail of the mailbox, of which only the beginning was fetched where it is too long. */
  async mail({ raw, bytes }: Pick<RawMail, 'raw' | 'bytes'>): Promise<Received> {
    const { longestMail } = this.#account.pace
    if (bytes > longestMail) return unreadable(raw, bytes, tooLong(longestMail, bytes))
    const answer = await this.#ask(raw, null)
    if (answer.type === 'read') return this.#received(answer.mail)
    const defect = answer.type === 'unreadable' ? answer.defect : defectOf('unparsed', answer.reason)
    return unreadable(raw, raw.byteLength, defect)
  }

  /** What was kept of an unreadable mail, once more. */
  async again(raw: Uint8Array, externalId: string): Promise<Received> {
    const received = await this.mail({ raw: Buffer.from(raw), bytes: raw.byteLength })
    if (received.type === 'unreadable')
      return { type: 'unreadable', unreadable: { ...received.unreadable, externalId, raw } }
    if (received.type === 'arrival' && externalId.startsWith(beginning)) received.arrival.whole = false
    return received
  }

  async wrapped(body: Uint8Array, wrapping: Wrapping): Promise<Opened> {
    const answer = await this.#ask(body, wrapping)
    if (answer.type === 'read') return { type: 'mail', received: this.#received(answer.mail), signed: answer.signed }
    if (answer.type === 'nothing') return answer
    const { kept, defect, signed } = answer
    const raw = kept === null ? body : Buffer.from(kept.raw, 'base64')
    return { type: 'mail', received: unreadable(raw, kept?.bytes ?? body.byteLength, defect), signed }
  }

  close(): Promise<void> {
    return this.#reader.close()
  }

  #ask(raw: Uint8Array, wrapping: Wrapping | null): Promise<Answer> {
    const { settings, surroundings } = this.#account
    const trustedServer = settings.trustedServer ?? null
    return this.#reader.read(raw, { ownAddress: settings.address, trustedServer, now: surroundings.clock() }, wrapping)
  }

  #received({ messageId, answers, bounce, ...mail }: ReadMail): Received {
    const { hmacKey, clock } = this.#account.surroundings
    const replyId = replyAmong(bounce?.returned ?? [], hmacKey)
    if (bounce !== null && replyId !== null) {
      const { externalId, sentAt } = mail
      return { type: 'bounced', replyId, externalId, setback: bounce.setback, at: sentAt ?? clock() }
    }
    const isOurs = messageId !== null && replyAmong([messageId], hmacKey) !== null
    const automatic = mail.automatic ?? (isOurs ? 'It is a copy of a reply of ours.' : null)
    return { type: 'arrival', arrival: { ...mail, automatic, answersReply: replyAmong(answers, hmacKey) } }
  }
}

function tooLong(longest: number, bytes: number): Defect {
  const most = Math.floor(longest / 1024 / 1024)
  return defectOf('too-long', `It is longer than ${most} MB (${bytes} bytes).`, { most })
}

/** `bytes` is the mail's whole size. */
function unreadable(raw: Uint8Array, bytes: number, defect: Defect): Received {
  const kept = raw.subarray(0, keptBytes)
  const hash = createHash('sha256').update(`${bytes}\n`).update(kept).digest('hex').slice(0, 32)
  const externalId = `${kept.byteLength < bytes ? beginning : 'raw-'}${hash}`
  return { type: 'unreadable', unreadable: { externalId, defect, raw: kept } }
}
