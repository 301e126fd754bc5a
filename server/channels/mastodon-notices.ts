import { createHash } from 'node:crypto'
import { defectOf } from '@muster/shared/defect.ts'
import { z } from 'zod'
import type { Received } from './channel.ts'
import { type MastodonAccount, type Me, ServerAway } from './mastodon-account.ts'
import { arrivalOf, editedAt } from './mastodon-arrival.ts'
import { Account, Notice, NoticeStub, Status } from './mastodon-entities.ts'
import { oneLine } from './plain-text.ts'

const pageSize = 80
/** Most pages that are gone back when an account is read for the first time: 4,000 mentions. */
const mostPagesBack = 50
/** Most pages that are looked through again in one review: 1,600 mentions in two minutes. */
const mostPagesReviewed = 20
const List = z.array(z.unknown())

/** An entry of the account's notifications, read. `id` is null where it has none to go on from, `at` 0 where it has no time. */
export type Read = { id: string | null; at: number; status: Status | null; received: Received | null }

const Suspended = Account.pick({ suspended: true })

/** What became of a post: `status` as it is now, null where it is not in Mastodon's shape; `unsaid` where its server does not say. */
export type Fate =
  | { type: 'there'; status: Status | null }
  | { type: 'deleted' }
  | { type: 'account-gone' }
  | { type: 'unsaid' }

/** Reads the account's mentions. Without `include_filtered` its server would keep private ones from strangers back. */
export class MastodonNotices {
  readonly #account: MastodonAccount
  readonly #me: Me
  readonly #signal: AbortSignal

  constructor(account: MastodonAccount, me: Me, signal: AbortSignal) {
    this.#account = account
    this.#me = me
    this.#signal = signal
  }

  /** The page right after this notification, oldest first, and where the one after it begins; null at the end. */
  async after(id: string): Promise<{ read: Read[]; next: string } | null> {
    const { read, link } = await this.#page({ min_id: id })
    if (read.length === 0) return null
    const last = read.findLast(entry => entry.id !== null)
    const next = linked(link, 'prev', 'min_id') ?? last?.id ?? id
    return next === id ? null : { read, next }
  }

  /** The newest page and those before it, back to then, oldest first. */
  async newest(from: number): Promise<Read[]> {
    let read: Read[] = []
    let before: string | null = null
    for (let pages = 0; pages < mostPagesReviewed; pages++) {
      const page = await this.#page(before === null ? {} : { max_id: before })
      read = [...page.read, ...read]
      const first = page.read.find(({ at }) => at !== 0)
      before = linked(page.link, 'next', 'max_id') ?? page.read[0]?.id ?? null
      if (first === undefined || first.at < from || before === null) break
    }
    return read
  }

  /** All since then, oldest first, and the newest notification there is, whenever it came. */
  async since(from: number): Promise<{ read: Read[]; newest: string | null }> {
    let read: Read[] = []
    let newest: string | null = null
    let before: string | null = null
    for (let pages = 0; pages < mostPagesBack; pages++) {
      const page = await this.#page(before === null ? {} : { max_id: before })
      newest ??= page.read.findLast(({ id }) => id !== null)?.id ?? null
      const first = page.read[0]
      read = [...page.read.filter(({ at }) => at === 0 || at >= from), ...read]
      if (first === undefined || (first.at !== 0 && first.at < from)) break
      before = linked(page.link, 'next', 'max_id') ?? first.id
      if (before === null) break
    }
    return { read, newest }
  }

  /** Whether a post can still be read, and if not, whether its author is still there, where it is known who that is. */
  async fateOf(statusId: string, accountId: string | null): Promise<Fate> {
    try {
      return await this.#fateOf(statusId, accountId)
    } catch (error) {
      // One post alone must not keep all others from being read.
      if (error instanceof ServerAway && error.wasAboutThis) return { type: 'unsaid' }
      throw error
    }
  }

  async #fateOf(statusId: string, accountId: string | null): Promise<Fate> {
    const status = await this.#thereAt(`/api/v1/statuses/${encodeURIComponent(statusId)}`)
    if (status !== null) return { type: 'there', status: Status.safeParse(status).data ?? null }
    if (accountId === null) return { type: 'deleted' }
    const account = await this.#thereAt(`/api/v1/accounts/${encodeURIComponent(accountId)}`)
    const isGone = account === null || Suspended.safeParse(account).data?.suspended === true
    return { type: isGone ? 'account-gone' : 'deleted' }
  }

  async #thereAt(path: string): Promise<object | null> {
    try {
      return await this.#account.read(path, z.looseObject({}), this.#signal)
    } catch (error) {
      if (error instanceof ServerAway && (error.status === 404 || error.status === 410)) return null
      throw error
    }
  }

  async #page(place: Record<string, string>): Promise<{ read: Read[]; link: string }> {
    for (let limit = pageSize; ; limit = Math.ceil(limit / 4)) {
      try {
        return await this.#pageOf(limit, place)
      } catch (error) {
        // Some servers take very long posts: fewer of them may be short enough.
        if (limit === 1 || !(error instanceof ServerAway) || !error.wasTooLong) throw error
      }
    }
  }

  async #pageOf(limit: number, place: Record<string, string>): Promise<{ read: Read[]; link: string }> {
    const asked = { 'types[]': 'mention', include_filtered: 'true', limit: String(limit), ...place }
    const path = `/api/v1/notifications?${new URLSearchParams(asked).toString()}`
    const { value, link } = await this.#account.readPage(path, List, this.#signal)
    return { read: value.toReversed().map(entry => readNotice(entry, this.#me.domain)), link }
  }
}

export function readNotice(entry: unknown, domain: string): Read {
  const notice = Notice.safeParse(entry)
  if (!notice.success) return unreadable(entry, notice.error)
  const { id, type, created_at, status } = notice.data
  const at = Date.parse(created_at) || 0
  if (type !== 'mention' || status == null) return { id, at, status: null, received: null }
  return { id, at, status, received: { type: 'arrival', arrival: arrivalOf(status, domain) } }
}

function unreadable(entry: unknown, error: z.ZodError): Read {
  const { id = null, created_at, status } = NoticeStub.safeParse(entry).data ?? {}
  const raw = Buffer.from(JSON.stringify(entry ?? null))
  const hash = createHash('sha256').update(raw).digest('hex').slice(0, 32)
  const externalId = status?.id ?? `notification-${id ?? hash}`
  const sentence = `Its server sent it in a shape that is not Mastodon's: ${oneLine(z.prettifyError(error), 500)}`
  const field = oneLine(error.issues[0]?.path.join('.') ?? '', 200)
  const defect = defectOf('other-shape', sentence, { field })
  const received = { type: 'unreadable', unreadable: { externalId, defect, raw } } as const
  return { id, at: Date.parse(created_at ?? '') || 0, status: null, received }
}

/** As it is now; for a post that was heard of as changed. */
export function editedOf(status: Status, domain: string): Received | null {
  const at = editedAt(status)
  return at === null ? null : { type: 'edited', arrival: arrivalOf(status, domain), at }
}

/** What a `Link` header gives for the page `rel`. Only its id is taken: the address would be anybody's to choose. */
function linked(link: string, rel: 'prev' | 'next', name: string): string | null {
  const address = new RegExp(`<([^>]*)>;\\s*rel="${rel}"`).exec(link)?.[1]
  return address === undefined || !URL.canParse(address) ? null : new URL(address).searchParams.get(name)
}
