import { createHmac } from 'node:crypto'

/** What X says of posts and people, as far as an account that answers customers reads it. */

export type Person = { id: string; username: string; name: string }
export type Post = { id: string; author: Person; text: string; at: number; replyTo: Post | null; listedAt: number }

export function personPayload({ id, username, name }: Person) {
  return { id, username, name, protected: false, public_metrics: { followers_count: 97 } }
}

/** X puts who is answered in front, and writes three characters as HTML does. */
export function postPayload({ id, author, text, at, replyTo }: Post, people: ReadonlyMap<string, Person>) {
  const whole = replyTo === null ? text : `@${replyTo.author.username} ${text}`
  const mentions = [...whole.matchAll(/(?<![\w@])@(\w{1,15})/g)].flatMap(([name, username = ''], index) => {
    const person = people.get(username)
    return person === undefined ? [] : [{ start: index, end: index + name.length, username, id: person.id }]
  })
  return {
    id,
    author_id: author.id,
    text: whole.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    created_at: new Date(at).toISOString(),
    edit_history_tweet_ids: [id],
    ...(replyTo !== null && { referenced_tweets: [{ type: 'replied_to', id: replyTo.id }] }),
    entities: { mentions },
    reply_settings: 'everyone',
  }
}

/** A page of a list, the newest first, from where the last one ended. */
export function pageOf(posts: readonly Post[], query: URLSearchParams, people: ReadonlyMap<string, Person>) {
  const since = BigInt(query.get('since_id') ?? '0')
  const newer = posts.filter(({ id }) => BigInt(id) > since).toReversed()
  const from = Number(query.get('pagination_token') ?? 0)
  const size = Number(query.get('max_results') ?? 10)
  const page = newer.slice(from, from + size)
  const next = newer.length > from + size ? { next_token: String(from + size) } : {}
  const users = [...new Set(page.map(({ author }) => author))].map(personPayload)
  return {
    ...(page.length > 0 && { data: page.map(post => postPayload(post, people)), includes: { users } }),
    meta: { result_count: page.length, ...next },
  }
}

/** As the activity API tells that somebody named the account. */
export function eventPayload(post: Post, account: Person, people: ReadonlyMap<string, Person>) {
  const includes = { users: [personPayload(post.author)] }
  const filter = { user_id: account.id }
  const payload = postPayload(post, people)
  return { data: { event_uuid: post.id, filter, event_type: 'post.mention.create', payload, includes } }
}

/** As X signs its calls. */
export function signed(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`
}

const epoch = 1_288_834_974_657n

/** Numbers that grow with the time, and say it. */
export class Snowflakes {
  readonly #now: () => number
  #last = 0n

  constructor(now: () => number) {
    this.#now = now
  }

  next(): string {
    const now = (BigInt(Math.floor(this.#now())) - epoch) << 22n
    this.#last = now > this.#last ? now : this.#last + 1n
    return String(this.#last)
  }
}
