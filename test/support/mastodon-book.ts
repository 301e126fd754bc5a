import { charactersIn } from '@muster/shared/characters.ts'
import { asHtml, kim, noticePayload, statusPayload, us, type Written } from './mastodon-payloads.ts'

/** A post by a customer that names us. `filtered`: held back from the stream. `late`: stored after one that is numbered later. */
export type Given = Partial<Omit<Written, 'id'>> & { text?: string; filtered?: boolean; late?: boolean }
type Notice = { number: number; written: Written; filtered: boolean }
export type Body = { status?: string; in_reply_to_id?: string; visibility?: string; language?: string }

/** What a Mastodon server knows of one account: who named it, and what it posted. */
export class MastodonBook {
  url = ''
  readonly posts: Written[] = []
  longest = 500
  postsLeft = 300
  dropsRepeated = true
  readonly #notices: Notice[] = []
  readonly #keys = new Map<string, string>()
  #ids = 117_020_577_157_693_549n
  #numbers = 20

  /** The notification of it, as the stream would tell it. */
  write({ text = `@${us.acct} Why?`, filtered = false, late = false, ...given }: Given): Notice {
    const written = this.#written({ content: asHtml(this.url, text), ...given })
    const newest = this.#numbers
    this.#numbers += 2
    const notice = { number: late ? newest - 1 : this.#numbers, written, filtered }
    this.#notices.push(notice)
    return notice
  }

  remove(written: Written): void {
    this.#notices.splice(
      this.#notices.findIndex(notice => notice.written === written),
      1,
    )
  }

  noticeOf({ number, written }: Notice) {
    return noticePayload(this.url, String(number), written)
  }

  /** What became of this key before. */
  known(key: string): Written | null {
    const id = this.dropsRepeated ? this.#keys.get(key) : undefined
    return this.posts.find(post => post.id === id) ?? null
  }

  refusal({ status = '', in_reply_to_id }: Body): { status: number; error: string } | null {
    if (this.postsLeft === 0) return { status: 429, error: 'Too many requests' }
    if (charactersIn(status) > this.longest) {
      return { status: 422, error: `Validation failed: Text character limit of ${this.longest} exceeded` }
    }
    const isThere = in_reply_to_id === undefined || this.#notices.some(({ written }) => written.id === in_reply_to_id)
    return isThere ? null : { status: 404, error: 'The post you are trying to reply to does not appear to exist.' }
  }

  store({ status = '', in_reply_to_id, visibility = 'public', language }: Body, key: string): Written {
    const content = asHtml(this.url, status)
    const more = { inReplyTo: in_reply_to_id ?? null, visibility, language: language ?? null, source: status }
    const post = this.#written({ by: us, content, ...more })
    this.posts.push(post)
    this.postsLeft--
    this.#keys.set(key, post.id)
    return post
  }

  take(id: string): void {
    this.posts.splice(0, this.posts.length, ...this.posts.filter(post => post.id !== id))
  }

  /** The account's own posts, newest first. */
  own({ searchParams }: URL): unknown[] {
    const before = BigInt(searchParams.get('max_id') ?? '9999999999999999999')
    const page = this.posts.filter(({ id }) => BigInt(id) < before).toReversed()
    return page.slice(0, Number(searchParams.get('limit'))).map(post => statusPayload(this.url, post))
  }

  status(id: string, part: string | undefined): unknown {
    const post = this.posts.find(each => each.id === id)
    if (part === 'source') return post === undefined ? null : { id, text: post.source, spoiler_text: '' }
    const written = post ?? this.#notices.find(notice => notice.written.id === id)?.written
    return written === undefined ? null : statusPayload(this.url, written)
  }

  /** A page of notifications, newest first, with its `Link` header. */
  page({ searchParams }: URL): { entries: unknown[]; link: string } {
    const after = Number(searchParams.get('min_id') ?? 0)
    const before = Number(searchParams.get('max_id') ?? Number.MAX_SAFE_INTEGER)
    const limit = Math.min(Number(searchParams.get('limit') ?? 40), 80)
    const all = this.#notices
      .filter(
        ({ number, filtered }) =>
          number > after && number < before && (!filtered || searchParams.has('include_filtered')),
      )
      .toSorted((one, other) => one.number - other.number)
    const page = (searchParams.has('min_id') ? all.slice(0, limit) : all.slice(-limit)).toReversed()
    return { entries: page.map(notice => this.noticeOf(notice)), link: linkOf(page) }
  }

  #written(given: Partial<Written>): Written {
    this.#ids += 65_536n
    const plain = { by: kim, content: '', editedAt: null, inReplyTo: null, visibility: 'public', language: 'en' }
    const rest = { spoiler: '', media: [], poll: null, source: null, createdAt: new Date().toISOString() }
    return { ...plain, ...rest, ...given, id: String(this.#ids) }
  }
}

/** As from a server behind a proxy that does not know how it is called: only what is asked for counts. */
function linkOf(page: readonly Notice[]): string {
  const [newest, oldest] = [page[0], page.at(-1)]
  if (newest === undefined || oldest === undefined) return ''
  const link = (rel: string, name: string, number: number) =>
    `<http://internal.test/api/v1/notifications?${name}=${number}&types%5B%5D=mention>; rel="${rel}"`
  return `${link('next', 'max_id', oldest.number)}, ${link('prev', 'min_id', newest.number)}`
}
