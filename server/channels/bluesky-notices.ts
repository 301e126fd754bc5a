import { createHash } from 'node:crypto'
import { accountOf, type BlueskyAccount } from './bluesky-account.ts'
import { postsOf, profilesOf } from './bluesky-look.ts'
import { instantOf, type Sight, sightOf } from './bluesky-post.ts'
import { Notification, NotificationPage } from './bluesky-shape.ts'
import { allTaken, takePost } from './bluesky-take.ts'
import type { Take } from './channel.ts'

/** A notice takes its place by when its post says it was written: what comes late stands below what was read already. */
const overlapMs = 600_000
const deepMs = 86_400_000
const deepPages = 50
const mostPages = 2_000

/** `to`: how far back it must go; `deep`: how far it should, within bounds. */
type Walk = { to: number; deep: number }
type Page = { cursor: string | null; notices: unknown[] }

/**
 * Who mentions, answers or quotes the account. Notices are listed newest first, a page at a time: what is new is walked
 * back to, and then taken in from the oldest page on, so that after an outage nothing is left out, and a stop in the middle
 * loses nothing. Only places of pages are kept meanwhile, not what stands on them.
 */
export class BlueskyNotices {
  readonly #account: BlueskyAccount
  #deepAt = Number.NEGATIVE_INFINITY

  constructor(account: BlueskyAccount) {
    this.#account = account
  }

  /** Takes in what is new, and says page by page up to when it went. Times are in ms since 1970. */
  async look(
    mark: { notices: number; from: number },
    take: Take,
    reached: (mark: number) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const { surroundings, pace } = this.#account
    const now = surroundings.clock()
    const isDeep = now - this.#deepAt >= pace.deepMs
    const to = Math.max(mark.from, mark.notices - overlapMs)
    const deep = isDeep ? Math.max(mark.from, Math.min(to, now - deepMs)) : to
    let newest = mark.notices
    for await (const notices of this.#pages({ to, deep }, signal)) {
      await this.#takeIn(notices.filter(notice => (timeOf(notice) ?? now) >= deep).toReversed(), take, signal)
      // A post that says it comes from the future must not hide those of now.
      const seen = Math.min(now, Math.max(0, ...notices.map(notice => timeOf(notice) ?? 0)))
      if (seen <= newest) continue
      newest = seen
      await reached(newest)
    }
    if (isDeep) this.#deepAt = now
  }

  /** From the oldest on. The newest is read once: what comes meanwhile would push others off it, unseen. */
  async *#pages({ to, deep }: Walk, signal: AbortSignal): AsyncGenerator<unknown[]> {
    const newest = await this.#page(null, signal)
    const places: string[] = []
    let page = newest
    while (page.cursor !== null && places.length < mostPages) {
      const oldest = oldestOf(page.notices)
      if (oldest <= to && (oldest <= deep || places.length >= deepPages)) break
      places.push(page.cursor)
      page = await this.#page(page.cursor, signal)
    }
    if (places.length > 0) yield page.notices
    for (const place of places.slice(0, -1).toReversed()) yield (await this.#page(place, signal)).notices
    yield newest.notices
  }

  async #page(cursor: string | null, signal: AbortSignal): Promise<Page> {
    const query = { limit: '100', reasons: ['mention', 'reply', 'quote'], ...(cursor !== null && { cursor }) }
    const request = { method: 'GET', name: 'app.bsky.notification.listNotifications', query } as const
    const read = await this.#account.session.read(request, NotificationPage, signal)
    return { cursor: read.cursor === cursor ? null : (read.cursor ?? null), notices: read.notifications }
  }

  async #takeIn(notices: readonly unknown[], take: Take, signal: AbortSignal): Promise<void> {
    const { known } = this.#account
    const own = `at://${await accountOf(this.#account)}/`
    const named = notices.map(notice => ({ id: idOf(notice), raw: notice }))
    const fresh = new Map(
      named.filter(({ id }) => !known.has(id) && !id.startsWith(own)).map(({ id, raw }) => [id, raw]),
    )
    const sights = await this.#sights([...fresh.values()], signal)
    await allTaken([...fresh].map(([id, raw]) => takePost(known, { id, raw, sight: sights.get(id) ?? null }, take)))
  }

  /** A notice says nothing of who may reply, nor how many follow its author. */
  async #sights(notices: readonly unknown[], signal: AbortSignal): Promise<Map<string, Sight>> {
    const { session } = this.#account
    const read = notices.flatMap(notice => Notification.safeParse(notice).data ?? [])
    const addresses = read.map(({ uri }) => uri)
    const posts = await postsOf(session, addresses, signal)
    const writers = read.map(({ author }) => author.did)
    const people = await profilesOf(session, writers, signal)
    const sights = read.map(notice => {
      const author = { ...notice.author, ...people.get(notice.author.did) }
      return sightOf({ ...notice, author }, posts.get(notice.uri)?.viewer?.replyDisabled === true)
    })
    return new Map(sights.map(sight => [sight.ref.uri, sight]))
  }
}

function idOf(notice: unknown): string {
  const uri = typeof notice === 'object' && notice !== null && 'uri' in notice ? notice.uri : null
  if (typeof uri === 'string' && uri.length <= 1_000) return uri
  return `notice-${createHash('sha256').update(JSON.stringify(notice)).digest('hex').slice(0, 32)}`
}

function timeOf(notice: unknown): number | null {
  if (typeof notice !== 'object' || notice === null || !('indexedAt' in notice)) return null
  return instantOf(String(notice.indexedAt))
}

/** A page that shows nothing is followed by others all the same: what was filtered out leaves gaps. */
function oldestOf(notices: readonly unknown[]): number {
  return Math.min(...notices.map(notice => timeOf(notice) ?? Number.POSITIVE_INFINITY))
}
