import { asHtml, noticePayload, ourName, type Post, statusPayload } from './mastodon-payloads.ts'

type Notice = { number: number; post: Post; storedAt: number }
type Writing = { acct: string; name: string; text: string; inReplyTo: string | null }

const mostOnPage = 80
/** Mastodon knows a key for so long. */
const rememberedMs = 3_600_000

/** What a played Mastodon server stores: who named the account, and what the account posted. */
export class MastodonBook {
  base = ''
  readonly posts: Post[] = []
  readonly #notices: Notice[] = []
  readonly #written = new Map<string, Post>()
  readonly #keys = new Map<string, Post>()
  readonly #now: () => number
  #ids = 117_020_577_157_693_549n
  #numbers = 100

  constructor(now: () => number) {
    this.#now = now
  }

  /** Servers that work on several posts at once number a notification, and may store it after one that comes later. */
  notify(writing: Omit<Writing, 'inReplyTo'>, storedAfterMs: number): Notice {
    const post = this.#write({ ...writing, inReplyTo: null })
    const notice = { number: ++this.#numbers, post, storedAt: this.#now() + storedAfterMs }
    this.#notices.push(notice)
    return notice
  }

  /** What became of this key before; null for a new one, and for one of which nothing is remembered any more. */
  underKey(key: string): Post | null {
    const post = this.#keys.get(key)
    return post !== undefined && this.#now() - post.at < rememberedMs ? post : null
  }

  post(text: string, inReplyTo: string, key: string): Post {
    const post = this.#write({ acct: ourName, name: 'Tidewater', text, inReplyTo })
    this.posts.push(post)
    this.#keys.set(key, post)
    return post
  }

  find(id: string): Post | undefined {
    return this.#written.get(id)
  }

  /** A page of notifications, the newest first, with its `Link` header. */
  notices(query: URLSearchParams): { entries: unknown[]; link: string } {
    const [after, before] = [Number(query.get('min_id') ?? 0), Number(query.get('max_id') ?? Number.MAX_SAFE_INTEGER)]
    const limit = Math.min(Number(query.get('limit') ?? 40), mostOnPage)
    const now = this.#now()
    const all = this.#notices.filter(({ number, storedAt }) => number > after && number < before && storedAt <= now)
    const page = (query.has('min_id') ? all.slice(0, limit) : all.slice(-limit)).toReversed()
    return { entries: page.map(({ number, post }) => noticePayload(this.base, number, post)), link: this.#link(page) }
  }

  /** The account's own posts, the newest first. */
  own(query: URLSearchParams): unknown[] {
    const before = BigInt(query.get('max_id') ?? '9999999999999999999')
    const page = this.posts.filter(({ id }) => BigInt(id) < before).toReversed()
    return page.slice(0, Number(query.get('limit') ?? 20)).map(post => statusPayload(this.base, post))
  }

  #link(page: readonly Notice[]): string {
    const [newest, oldest] = [page[0], page.at(-1)]
    if (newest === undefined || oldest === undefined) return ''
    const link = (rel: string, name: string, number: number) =>
      `<${this.base}/api/v1/notifications?${name}=${number}>; rel="${rel}"`
    return `${link('next', 'max_id', oldest.number)}, ${link('prev', 'min_id', newest.number)}`
  }

  #write({ acct, name, text, inReplyTo }: Writing): Post {
    this.#ids += 65_536n
    const content = asHtml(this.base, text)
    const post = { id: String(this.#ids), acct, name, content, source: text, at: this.#now(), inReplyTo }
    this.#written.set(post.id, post)
    return post
  }
}
