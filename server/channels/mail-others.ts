import type { ImapFlow } from 'imapflow'
import { hasBeginning, isRefusal } from './mail-source.ts'

const askedAtOnce = 5

/** Whether a mailbox's server gives out mails at all: where it does not, no single one of them is to blame. */
export class OtherMails {
  /** The UIDs of those that were not given out either. */
  readonly #withheld = new Set<number>()

  /** What is wrong with a server that has other mails than this one and gives out none of them; else null. */
  async troubleWith(client: ImapFlow, uid: number): Promise<unknown> {
    const found = await client.search({ all: true }, { uid: true })
    if (!Array.isArray(found)) throw new Error('The mail server could not search the mailbox.')
    const others = found.filter(other => other !== uid)
    if (others.length === 0) return null
    const asked = others.filter(other => !this.#withheld.has(other)).slice(-askedAtOnce)
    const refusal = await this.#refusalOf(client, asked.toReversed())
    // Once all were asked for in vain each may be asked for again.
    if (refusal !== null && asked.length < askedAtOnce) this.#withheld.clear()
    return refusal
  }

  /** Null once one of them is given out. */
  async #refusalOf(client: ImapFlow, uids: readonly number[]): Promise<unknown> {
    let refusal: unknown = new Error('The mail server gives out none of the mails that it lists.')
    for (const uid of uids) {
      // Noted before it is asked for: where that ends the connection nothing comes after.
      this.#withheld.add(uid)
      const isGiven = await hasBeginning(client, uid).catch(error => {
        if (!isRefusal(error)) throw error
        refusal = error
        return false
      })
      if (!isGiven) continue
      this.#withheld.delete(uid)
      return null
    }
    return refusal
  }
}
