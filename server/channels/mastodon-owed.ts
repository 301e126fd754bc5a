import type { Owed, Place, Received } from './channel.ts'
import { editedAt } from './mastodon-arrival.ts'
import { editedOf, type Fate, type MastodonNotices } from './mastodon-notices.ts'

/** Most posts that are asked for one by one each time. */
const mostAsked = 10

/**
 * Whether posts that came in before anybody listened, and still wait, were changed or taken away: some at a time, and each
 * until its server says it.
 */
export class MastodonOwed {
  readonly #notices: MastodonNotices
  readonly #domain: string
  #owed: AsyncIterator<Owed> | null
  /** Of which its server did not say what became of them. */
  readonly #unsaid: Owed[] = []

  constructor(notices: MastodonNotices, domain: string, place: Place) {
    this.#notices = notices
    this.#domain = domain
    this.#owed = place.owed()[Symbol.asyncIterator]()
  }

  /** What became of the next ones, each as it is found; nothing once all were looked at. */
  async *changes(now: number): AsyncGenerator<Received> {
    for (const owed of await this.#next()) {
      const fate = await this.#fateOf(owed)
      if (fate.type === 'unsaid') this.#unsaid.push(owed)
      else yield* this.#changesOf(owed, fate, now)
    }
  }

  /** Those that were never asked about go first. */
  async #next(): Promise<Owed[]> {
    const next: Owed[] = []
    while (next.length < mostAsked && this.#owed !== null) {
      const { done, value } = await this.#owed.next()
      if (done === true) this.#owed = null
      else next.push(value)
    }
    return [...next, ...this.#unsaid.splice(0, mostAsked - next.length)]
  }

  #fateOf({ externalId, anchor }: Owed): Promise<Fate> {
    return this.#notices.fateOf(externalId, typeof anchor.account === 'string' ? anchor.account : null)
  }

  #changesOf({ externalId, address, editedAt: known }: Owed, fate: Fate, now: number): Received[] {
    switch (fate.type) {
      case 'there': {
        const { status } = fate
        const edited = status === null || editedAt(status) === known ? null : editedOf(status, this.#domain)
        return edited === null ? [] : [edited]
      }
      case 'deleted':
        return [{ type: 'deleted', externalId, at: now }]
      case 'account-gone':
        return [{ type: 'account-gone', address, at: now }]
      case 'unsaid':
        return []
    }
  }
}
