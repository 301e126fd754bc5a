import type { Received } from './channel.ts'
import type { XAccount } from './x-account.ts'
import type { XClient } from './x-client.ts'
import type { XKnown, XMeter } from './x-known.ts'
import type { XReader } from './x-reader.ts'
import { type Page, XPost } from './x-shape.ts'

/** X looks up so many posts at once. */
const mostAtOnce = 100
const goneOrHidden = /\/(?:resource-not-found|not-authorized-for-resource|resource-unavailable)$/

type Bring = (received: Received) => Promise<void>
type Parts = { client: XClient; reader: XReader; known: XKnown; meter: XMeter }
type Watched = { externalId: string; version: string }

/** Looks at posts again that came in: whether they were changed or taken away, of which X tells nobody. */
export class XReview {
  readonly #account: XAccount
  readonly #client: XClient
  readonly #reader: XReader
  readonly #known: XKnown
  readonly #meter: XMeter

  constructor(account: XAccount, { client, reader, known, meter }: Parts) {
    this.#account = account
    this.#client = client
    this.#reader = reader
    this.#known = known
    this.#meter = meter
  }

  async look(bring: Bring, signal: AbortSignal): Promise<void> {
    const due = this.#known.due(this.#account.surroundings.clock())
    for (let at = 0; at < due.length; at += mostAtOnce) {
      await this.#lookAt(due.slice(at, at + mostAtOnce), bring, signal)
    }
  }

  async #lookAt(watched: readonly Watched[], bring: Bring, signal: AbortSignal): Promise<void> {
    const page = await this.#read(
      watched.map(({ version }) => version),
      signal,
    )
    const now = this.#account.surroundings.clock()
    for (const externalId of goneIn(page, watched)) await bring({ type: 'deleted', externalId, at: now })
    const posts = page.data.flatMap(each => XPost.safeParse(each).data ?? [])
    this.#meter.read(
      'post',
      posts.map(({ id }) => id),
    )
    const newer = posts.flatMap(newerOf)
    if (newer.length > 0) await this.#bringAll(await this.#read(newer, signal), bring, signal)
    this.#known.looked(
      watched.map(({ externalId }) => externalId),
      now,
    )
  }

  #read(ids: readonly string[], signal: AbortSignal): Promise<Page> {
    return this.#client.readPosts('/2/tweets', { ids: ids.join(',') }, 'account', signal)
  }

  async #bringAll(page: Page, bring: Bring, signal: AbortSignal): Promise<void> {
    for (const each of page.data) {
      const received = await this.#reader.post(each, page.includes, signal)
      if (received !== null) await bring(received)
    }
  }
}

/** The newest version of a post, where it is another than this. */
function newerOf({ id, versions }: XPost): string[] {
  const newest = versions.at(-1)
  return newest === undefined || newest === id ? [] : [newest]
}

function goneIn({ errors }: Page, watched: readonly Watched[]): string[] {
  const gone = (errors ?? [])
    .filter(({ type }) => goneOrHidden.test(type ?? ''))
    .flatMap(({ resource_id, value }) => resource_id ?? value ?? [])
  return watched.filter(({ version }) => gone.includes(version)).map(({ externalId }) => externalId)
}
