import { setTimeout as pause } from 'node:timers/promises'
import { complaintOf } from '@muster/shared/complaint.ts'
import type { ImapFlow } from 'imapflow'
import type { Health, Place, Received, Take } from './channel.ts'
import { wordsOf } from './concealment.ts'
import { failureOf } from './failure.ts'
import { type MailAccount, openImap } from './mail-account.ts'
import { type Given, MailGiving } from './mail-giving.ts'
import { type Mark, openAtMark } from './mail-mark.ts'
import { newMails, type RawMail } from './mail-source.ts'
import { withheldMail } from './mail-withheld.ts'

/** A connection that lasted this long, or by which mail was taken in, ends a row of failures. */
const steadyMs = 60_000

type Intake = { take: Take; place: Place; signal: AbortSignal }
type Read = { uid: number; received: Received }

/**
 * Receives a mailbox's mail. One connection at a time goes through
 *
 *     connecting → read what is new → take it → save the mark → receiving: IDLE until news or the next poll ─┐
 *         ▲            ▲────────────────────────────────────────────────────────────────────────────────────┤
 *         └── away: a jittered pause that doubles ◄── whatever failed (network, sign-in, taking, saving) ◄──┘
 *
 * The mailbox is opened read-only: mail is neither marked nor deleted, and other programs may use it meanwhile. The mark
 * moves only past mails that were taken, so a crash in between shows them again; whoever takes knows them by their id.
 */
export class MailInbox {
  readonly #account: MailAccount
  readonly #read: (mail: RawMail) => Promise<Received>
  readonly #giving: MailGiving
  #health: Health = { state: 'off', complaint: null, currentAt: null }
  #awaySince: number | null = null
  #advanced = false

  constructor(account: MailAccount, read: (mail: RawMail) => Promise<Received>) {
    this.#account = account
    this.#read = read
    this.#giving = new MailGiving(account.pace)
  }

  health(): Health {
    return this.#health
  }

  async receive(take: Take, place: Place, signal: AbortSignal): Promise<void> {
    const { clock } = this.#account.surroundings
    this.#health = { ...this.#health, state: 'connecting', complaint: null }
    for (let failures = 0; !signal.aborted; failures++) {
      const begun = clock()
      this.#advanced = false
      await this.#connection({ take, place, signal }).catch(error => this.#failed(error, signal))
      if (this.#advanced || clock() - begun >= steadyMs) failures = 0
      await pause(this.#pauseAfter(failures), null, { signal }).catch(() => {})
    }
    this.#health = { ...this.#health, state: 'off', complaint: null }
  }

  async #connection(intake: Intake): Promise<void> {
    const client = await openImap(this.#account, intake.signal)
    try {
      const news = new News(client)
      let mark = await openAtMark(client, this.#account, intake.place)
      while (client.usable) {
        news.forget()
        const asked = this.#account.surroundings.clock()
        mark = await this.#readNew(client, mark, intake)
        this.#health = { state: 'receiving', complaint: null, currentAt: asked }
        this.#awaySince = null
        await idle(client, news, this.#account.pace.pollMs)
      }
      throw lostConnection()
    } finally {
      client.close()
    }
  }

  async #readNew(client: ImapFlow, from: Mark, intake: Intake): Promise<Mark> {
    // Ends IDLE, and lets a server that does not announce new mail say what it has.
    await answered(client.noop(), this.#account.pace.answerMs)
    let mark = from
    for (const batch of await newMails(client, mark)) {
      for await (const given of this.#giving.given(client, batch, mark, intake.signal)) {
        await this.#takeIn(await this.#received(client, given, mark), mark, intake)
        mark = { ...mark, uid: given.upTo }
        await intake.place.save(mark)
        this.#goOn()
      }
    }
    return mark
  }

  /** Something was taken in: the rest is on its way, however long that takes. */
  #goOn(): void {
    this.#advanced = true
    if (this.#health.state === 'receiving') return
    this.#health = { state: 'catching-up', complaint: null, currentAt: this.#health.currentAt }
  }

  async #received(client: ImapFlow, { mails, withheld }: Given, mark: Mark): Promise<Read[]> {
    const { settings, surroundings } = this.#account
    const received: Read[] = []
    for (const mail of mails) {
      // A channel that is told to stop need not read a whole batch first: it is seen again.
      if (!client.usable) throw lostConnection()
      received.push({ uid: mail.uid, received: await this.#read(mail) })
    }
    if (withheld === null) return received
    surroundings.log('warn', 'mail withheld by its server', { address: settings.address, uid: withheld.uid })
    return [{ uid: withheld.uid, received: withheldMail(withheld, mark, settings.mailbox) }]
  }

  /** Hands on a batch in its order, all at once; where some are not taken, saves the mark before the first of these. */
  async #takeIn(batch: Read[], mark: Mark, { take, place }: Intake): Promise<void> {
    const results = await Promise.allSettled(batch.map(({ received }) => take(received)))
    const failed = results.findIndex(({ status }) => status === 'rejected')
    const failure = results[failed]
    if (failure?.status !== 'rejected') return
    const taken = batch[failed - 1]
    if (taken !== undefined) await place.save({ ...mark, uid: taken.uid })
    throw new Error(`A mail could not be stored: ${wordsOf(failure.reason)}`)
  }

  #failed(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return
    const { settings, conceal, surroundings } = this.#account
    const failure = failureOf(error, conceal)
    surroundings.log('warn', 'mailbox away', { address: settings.address, reason: failure.reason })
    this.#awaySince ??= surroundings.clock()
    const complaint = complaintOf('unread', { place: settings.address, since: this.#awaySince, failure })
    this.#health = { state: 'away', complaint, currentAt: this.#health.currentAt }
  }

  #pauseAfter(failures: number): number {
    const { firstPauseMs, longestPauseMs } = this.#account.pace
    const jitter = 0.5 + this.#account.surroundings.random() / 2
    return Math.min(firstPauseMs * 2 ** failures, longestPauseMs) * jitter
  }
}

/** Under the code that ImapFlow has for it. */
function lostConnection(): Error {
  return Object.assign(new Error('The connection was lost.'), { code: 'NoConnection' })
}

/** Rejects where nothing is said for so long. */
async function answered(asked: Promise<unknown>, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lostConnection()), withinMs)
  })
  await Promise.race([asked, silence]).finally(() => clearTimeout(timer))
}

async function idle(client: ImapFlow, news: News, pollMs: number): Promise<void> {
  // Runs until the next command; what that finds wrong with the connection, this need not say too.
  client.idle().catch(() => {})
  await news.within(pollMs)
}

/** Whether the server said something since it was last asked. */
class News {
  #came = false
  #tell = () => {}

  constructor(client: ImapFlow) {
    for (const event of ['exists', 'close']) {
      client.on(event, () => {
        this.#came = true
        this.#tell()
      })
    }
  }

  forget(): void {
    this.#came = false
  }

  async within(ms: number): Promise<void> {
    if (this.#came) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#tell = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
