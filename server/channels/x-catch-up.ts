import type { Received } from './channel.ts'
import type { XAccount } from './x-account.ts'
import type { XClient } from './x-client.ts'
import type { XMeter } from './x-known.ts'
import type { XReader } from './x-reader.ts'
import { accountQuery, queriesFor } from './x-search.ts'
import { DirectEvent, Page } from './x-shape.ts'
import { idAt } from './x-snowflake.ts'

const dayMs = 86_400_000
/** X's search goes back seven days, and refuses to be asked for more. */
const searchedMs = 7 * dayMs - 3_600_000
/** X shows no more mentions than these; what lies before is searched for. */
const mostMentions = 800
/** Far more than anybody is written to between two looks: an end for pages that would have none. */
const mostPages = 500

type Bring = (received: Received) => Promise<void>
type Query = Readonly<Record<string, string>>

/** Reads what came while nobody listened, every page of it. Rejects where any of it was not read or not taken. */
export class XCatchUp {
  readonly #account: XAccount
  readonly #client: XClient
  readonly #reader: XReader
  readonly #meter: XMeter

  constructor(account: XAccount, client: XClient, reader: XReader, meter: XMeter) {
    this.#account = account
    this.#client = client
    this.#reader = reader
    this.#meter = meter
  }

  /** What names the account. False where there may be more than X shows of it. */
  async mentions(from: number, bring: Bring, signal: AbortSignal): Promise<boolean> {
    const { userId } = this.#account.settings
    const read = await this.#posts(`/2/users/${userId}/mentions`, { since_id: idAt(from) }, bring, signal)
    return read < mostMentions
  }

  /** What only quotes the account, and again what names it: that takes a search. */
  async quotes(from: number, bring: Bring, signal: AbortSignal): Promise<void> {
    await this.#search(accountQuery(this.#account.settings), from, bring, signal)
  }

  async words(from: number, bring: Bring, signal: AbortSignal): Promise<void> {
    for (const query of queriesFor(this.#account.settings)) await this.#search(query, from, bring, signal)
  }

  /** Direct messages come the newest first, without a place to begin from: read until one is older than that. */
  async directs(from: number, bring: Bring, signal: AbortSignal): Promise<void> {
    const query = {
      max_results: '100',
      event_types: 'MessageCreate',
      'dm_event.fields': 'created_at,event_type,id,text',
      expansions: 'sender_id',
      'user.fields': 'name,username,protected,public_metrics',
    }
    await this.#pages(
      query,
      turned => this.#direct(turned, signal),
      async page => {
        const events = page.data.flatMap(each => DirectEvent.safeParse(each).data ?? [])
        this.#meter.read(
          'direct',
          events.map(({ id }) => id),
        )
        const fresh = events.filter(({ at }) => at === null || at >= from)
        const others = fresh.filter(({ senderId }) => senderId !== this.#account.settings.userId)
        await Promise.all(
          others.map(async event => {
            const received = await this.#reader.direct(event, page.includes, signal)
            if (received !== null) await bring(received)
          }),
        )
        return fresh.length === events.length
      },
    )
  }

  #direct(query: Query, signal: AbortSignal): Promise<Page> {
    return this.#client.read({ method: 'GET', path: '/2/dm_events', query, as: 'account' }, Page, signal)
  }

  async #search(query: string, from: number, bring: Bring, signal: AbortSignal): Promise<void> {
    const since = Math.max(from, this.#account.surroundings.clock() - searchedMs)
    await this.#posts('/2/tweets/search/recent', { query, since_id: idAt(since) }, bring, signal)
  }

  /** How many posts there were. */
  async #posts(path: string, query: Query, bring: Bring, signal: AbortSignal): Promise<number> {
    let read = 0
    const asked = { max_results: '100', ...query }
    await this.#pages(
      asked,
      turned => this.#client.readPosts(path, turned, 'account', signal),
      async page => {
        read += page.data.length
        await Promise.all(
          page.data.map(async post => {
            const received = await this.#reader.post(post, page.includes, signal)
            if (received !== null) await bring(received)
          }),
        )
        return true
      },
    )
    return read
  }

  /** Turns pages until there is none, or `take` says that it was the last one of interest. */
  async #pages(query: Query, ask: (query: Query) => Promise<Page>, take: (page: Page) => Promise<boolean>) {
    let token: string | undefined
    for (let turned = 0; turned < mostPages; turned++) {
      const page = await ask(token === undefined ? query : { ...query, pagination_token: token })
      const goesOn = await take(page)
      token = page.meta?.next_token
      if (token === undefined || !goesOn) return
    }
  }
}
