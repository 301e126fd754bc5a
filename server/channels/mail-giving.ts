import { setTimeout as pause } from 'node:timers/promises'
import type { ImapFlow } from 'imapflow'
import type { Mark } from './mail-mark.ts'
import { OtherMails } from './mail-others.ts'
import { areGone, isRefusal, type Listed, type RawMail, rawMails } from './mail-source.ts'

/** So often a mail is asked for alone before it is taken for one that its server withholds. */
const mostTries = 3

/** What became of mails that follow one another, up to the UID `upTo`; `withheld`: the one that its server does not give out. */
export type Given = { mails: RawMail[]; withheld: Listed | null; upTo: number }
type Pace = { longestMail: number; firstPauseMs: number }

/**
 * Has a server give out mails: a batch at once, or, where it refuses that or ends the connection, one by one. A mail that
 * is not given out, several times and each time right after another one was, is withheld. Many servers end the connection
 * instead of saying no, so how often a mail was asked for is remembered beyond it.
 */
export class MailGiving {
  readonly #pace: Pace
  readonly #others = new OtherMails()
  /** How often a mail was asked for alone and in vain, by UIDVALIDITY and UID. */
  readonly #tries = new Map<string, number>()
  /** The last mail of the batch in which a connection was lost. */
  #lostWith: Mark | null = null
  /** The connection on which the last mail that was asked for alone was given out. */
  #gaveOn: ImapFlow | null = null

  constructor(pace: Pace) {
    this.#pace = pace
  }

  /** Leaves out what somebody removed meanwhile. Throws where the server gives out nothing at all. */
  async *given(client: ImapFlow, batch: readonly Listed[], mark: Mark, signal: AbortSignal): AsyncGenerator<Given> {
    const mails = this.#wasLost(batch, mark) ? null : await this.#together(client, batch, mark)
    if (mails !== null) return yield { mails, withheld: null, upTo: batch.at(-1)?.uid ?? mark.uid }
    for (const mail of batch) yield await this.#apart(client, mail, mark, signal)
  }

  #wasLost(batch: readonly Listed[], mark: Mark): boolean {
    const lost = this.#lostWith
    return lost?.uidValidity === mark.uidValidity && (batch[0]?.uid ?? 0) <= lost.uid
  }

  /** Null where some are there and are not given out. */
  async #together(client: ImapFlow, batch: readonly Listed[], mark: Mark): Promise<RawMail[] | null> {
    try {
      const mails = await rawMails(client, batch, this.#pace.longestMail)
      const missing = batch.filter(({ uid }) => !mails.some(mail => mail.uid === uid))
      return (await areGone(client, missing)) ? mails : null
    } catch (error) {
      if (isRefusal(error)) return null
      this.#lostWith = { ...mark, uid: batch.at(-1)?.uid ?? mark.uid }
      throw error
    }
  }

  async #apart(client: ImapFlow, mail: Listed, mark: Mark, signal: AbortSignal): Promise<Given> {
    const key = `${mark.uidValidity}/${mail.uid}`
    for (let tries = this.#tries.get(key) ?? 0; tries < mostTries; tries++) {
      if (tries > 0) await pause(this.#pace.firstPauseMs * tries, null, { signal })
      const trouble = this.#gaveOn === client ? null : await this.#others.troubleWith(client, mail.uid)
      // Counted before it is asked for: where that ends the connection nothing comes after.
      if (trouble === null) this.#tries.set(key, tries + 1)
      const mails = await this.#alone(client, mail)
      if (mails.length > 0 || (await areGone(client, [mail]))) {
        this.#tries.delete(key)
        return { mails, withheld: null, upTo: mail.uid }
      }
      if (trouble !== null) throw trouble
    }
    const isGone = await areGone(client, [mail])
    return { mails: [], withheld: isGone ? null : mail, upTo: mail.uid }
  }

  async #alone(client: ImapFlow, mail: Listed): Promise<RawMail[]> {
    this.#gaveOn = null
    const mails = await rawMails(client, [mail], this.#pace.longestMail).catch(error => {
      if (!isRefusal(error)) throw error
      return []
    })
    if (mails.length > 0) this.#gaveOn = client
    return mails
  }
}
