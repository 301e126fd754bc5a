import type { Owed, Place, Received } from './channel.ts'
import { editedAt } from './mastodon-arrival.ts'
import { editedOf, type MastodonNotices } from './mastodon-notices.ts'

/** Most posts that are asked for one by one each time. */
const mostAsked = 10

/** Whether posts that came in before anybody listened, and still wait, were changed or taken away: some at a time, once. */
export class MastodonOwed {
  readonly #notices: MastodonNotices
  readonly #domain: string
  #owed: AsyncIterator<Owed> | null

  constructor(notices: MastodonNotices, domain: string, place: Place) {
    this.#notices = notices
    this.#domain = domain
    this.#owed = place.owed()[Symbol.asyncIterator]()
  }

  /** What became of the next ones; nothing once all were looked at. */
  async changes(now: number): Promise<Received[]> {
    const changes: (Received | null)[] = []
    for (let asked = 0; asked < mostAsked && this.#owed !== null; asked++) {
      const next = await this.#owed.next()
      if (next.done === true) this.#owed = null
      else changes.push(await this.#changeOf(next.value, now))
    }
    return changes.filter(change => change !== null)
  }

  async #changeOf({ externalId, address, anchor, editedAt: known }: Owed, now: number): Promise<Received | null> {
    const account = typeof anchor.account === 'string' ? anchor.account : null
    const fate = await this.#notices.fateOf(externalId, account)
    switch (fate.type) {
      case 'there': {
        const { status } = fate
        return status === null || editedAt(status) === known ? null : editedOf(status, this.#domain)
      }
      case 'deleted':
        return { type: 'deleted', externalId, at: now }
      case 'account-gone':
        return { type: 'account-gone', address, at: now }
    }
  }
}
