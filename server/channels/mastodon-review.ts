import type { Received } from './channel.ts'
import { editedAt } from './mastodon-arrival.ts'
import { editedOf, type MastodonNotices, type Read } from './mastodon-notices.ts'

/** Of what came this much before the newest may still appear for the first time: servers number before they store. */
const lateMs = 600_000
/** A busy account fills pages between two reviews: all is looked through that may have been stored since the last one. */
const storedLateMs = 60_000
/** Most posts that are asked for one by one in one review. */
const mostAsked = 10
const mostKnown = 1_000
const smallPage = 20

type Known = { statusId: string; accountId: string; address: string; editedAt: number | null; at: number }

/**
 * What Mastodon tells nobody, or only who listens in that moment: a post that was changed or taken away, and one that was
 * numbered before the place that was read to and stored after it. Found by looking at the newest page again.
 */
export class MastodonReview {
  readonly #known = new Map<string, Known>()
  #reviewedAt: number

  constructor(openedAt: number) {
    this.#reviewedAt = openedAt
  }

  /** Whether this notification was handed on before. */
  knows(id: string): boolean {
    return this.#known.has(id)
  }

  note({ id, at, status, received }: Read): void {
    if (id === null || status === null || received?.type !== 'arrival') return
    const { address } = received.arrival.from
    this.#putLast(id, { statusId: status.id, accountId: status.account.id, address, editedAt: editedAt(status), at })
    const [oldest] = this.#known.keys()
    if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest)
  }

  /** What the newest page shows that was not told yet, each as it is found; it counts as told once the next is asked for. */
  async *changes(notices: MastodonNotices, domain: string, since: number, now: number): AsyncGenerator<Received> {
    const page = await notices.newest(this.#reviewedAt - storedLateMs)
    const from = Math.max(since, (page.at(-1)?.at ?? 0) - lateMs)
    for (const read of page) {
      yield* this.#changesOf(read, domain, from)
      this.note(read)
    }
    yield* this.#missing(page, notices, now)
    this.#reviewedAt = now
  }

  #changesOf(read: Read, domain: string, from: number): Received[] {
    const known = this.#known.get(read.id ?? '')
    const before = known === undefined ? null : known.editedAt
    const edited = read.status !== null && editedAt(read.status) !== before ? editedOf(read.status, domain) : null
    // After a start nothing is known yet: it may have been changed meanwhile, and what is told again does no harm.
    const missed = known === undefined && read.at >= from ? read.received : null
    return [missed, edited].filter(told => told !== null)
  }

  /** Of those that the page should show and does not, the ones that are gone. */
  async *#missing(page: readonly Read[], notices: MastodonNotices, now: number): AsyncGenerator<Received> {
    const shown = new Set(page.map(({ id }) => id))
    // A page that is not full pushed nothing out.
    const begins = page.length < smallPage ? Number.NEGATIVE_INFINITY : (page[0]?.at ?? 0)
    const missing = [...this.#known].filter(([id, { at }]) => at > begins && !shown.has(id)).slice(0, mostAsked)
    for (const [id, known] of missing) {
      // Whatever becomes of asking about it, the others come first the next time.
      this.#putLast(id, known)
      const fate = await notices.fateOf(known.statusId, known.accountId)
      if (fate.type === 'deleted') yield { type: 'deleted', externalId: known.statusId, at: now }
      if (fate.type === 'account-gone') yield { type: 'account-gone', address: known.address, at: now }
      if (fate.type !== 'unsaid') this.#known.delete(id)
    }
  }

  #putLast(id: string, known: Known): void {
    this.#known.delete(id)
    this.#known.set(id, known)
  }
}
