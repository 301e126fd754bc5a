import { linksIn } from '@muster/shared/length-x-links.ts'

/** What there is on X: people, posts in all their versions, direct messages. Knows nothing of HTTP. */

export type Person = { id: string; username: string; name: string; followers: number; followersOnly: boolean }

export type Post = {
  id: string
  /** Ids of all versions, shared by them. */
  versions: string[]
  author: Person
  text: string
  at: number
  replyTo: Post | null
  quotes: Post | null
  replySettings: string
}

export type Direct = { id: string; from: Person; to: Person; text: string; at: number }
export type Wording = 'openapi' | 'guides'

const epoch = 1_288_834_974_657n

export class XWorld {
  readonly #clock: () => number
  readonly people: Person[] = []
  readonly posts: Post[] = []
  readonly directs: Direct[] = []
  /** Ids that lists do not show, as X shows a post there some seconds after it was written. */
  readonly unlisted = new Set<string>()
  #lastId = 0n

  constructor(clock: () => number) {
    this.#clock = clock
  }

  person(username: string, given: Partial<Person> = {}): Person {
    const known = this.people.find(each => each.username === username)
    if (known !== undefined) return Object.assign(known, given)
    const id = String(2_000_000_000 + this.people.length)
    const person = { id, username, name: username, followers: 97, followersOnly: false, ...given }
    this.people.push(person)
    return person
  }

  write(author: Person, text: string, given: Partial<Post> = {}): Post {
    const id = this.newId()
    const others = { at: this.#clock(), replyTo: null, quotes: null, replySettings: 'everyone' }
    const post = { id, versions: [id], author, text, ...others, ...given }
    this.posts.push(post)
    return post
  }

  /** A new version of a post, as X makes one: with an id of its own. */
  edit(post: Post, text: string): Post {
    const id = this.newId()
    post.versions.push(id)
    const edited = { ...post, id, text, at: this.#clock() }
    this.posts.push(edited)
    return edited
  }

  /** Whichever version is removed, all are. */
  remove(post: Post): void {
    for (const id of post.versions) {
      const at = this.posts.findIndex(each => each.id === id)
      if (at !== -1) this.posts.splice(at, 1)
    }
  }

  direct(from: Person, to: Person, text: string): Direct {
    const direct = { id: this.newId(), from, to, text, at: this.#clock() }
    this.directs.push(direct)
    return direct
  }

  post(id: string): Post | undefined {
    return this.posts.find(each => each.id === id)
  }

  /** The newest version of each post that lists show, the newest first. */
  listed(): Post[] {
    return this.posts
      .filter(({ id, versions }) => versions.at(-1) === id && !this.unlisted.has(id))
      .toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? 1 : -1))
  }

  newId(): string {
    const now = (BigInt(Math.floor(this.#clock())) - epoch) << 22n
    this.#lastId = now > this.#lastId ? now : this.#lastId + 1n
    return String(this.#lastId)
  }
}

export function namesIn(post: Post): string[] {
  const own = [...post.text.matchAll(/(?<![\w@])@(\w{1,15})/g)].map(([, name]) => (name ?? '').toLowerCase())
  const implicit = post.replyTo === null || post.replyTo.author === post.author ? [] : [post.replyTo.author.username]
  return [...new Set([...implicit.map(name => name.toLowerCase()), ...own])]
}

export function addressOf({ author, id }: Post): string {
  return `https://twitter.com/${author.username}/status/${id}`
}

/** A post as X shows it: names in front, links shortened, three characters written as HTML does. */
export function shownPost(post: Post, people: readonly Person[], wording: Wording): Record<string, unknown> {
  const { text, urls } = shownText(post)
  const mentions = [...text.matchAll(/(?<![\w@])@(\w{1,15})/g)].map(({ index, 0: name }) => ({
    start: index,
    end: index + name.length,
    username: name.slice(1),
    id: people.find(each => `@${each.username.toLowerCase()}` === name.toLowerCase())?.id ?? '1',
  }))
  const references = [
    ...(post.replyTo === null ? [] : [{ type: 'replied_to', id: post.replyTo.id }]),
    ...(post.quotes === null ? [] : [{ type: 'quoted', id: post.quotes.id }]),
  ]
  return {
    id: post.id,
    author_id: post.author.id,
    text,
    created_at: new Date(post.at).toISOString(),
    conversation_id: (post.replyTo ?? post).id,
    ...(post.replyTo !== null && { in_reply_to_user_id: post.replyTo.author.id }),
    [wording === 'openapi' ? 'edit_history_post_ids' : 'edit_history_tweet_ids']: [...post.versions],
    ...(references.length > 0 && { [wording === 'openapi' ? 'referenced_posts' : 'referenced_tweets']: references }),
    entities: { ...(mentions.length > 0 && { mentions }), ...(urls.length > 0 && { urls }) },
    reply_settings: post.replySettings,
    lang: 'en',
  }
}

function shownText(post: Post) {
  const address = post.replyTo?.author.username
  const isNamed = address === undefined || post.text.toLowerCase().startsWith(`@${address.toLowerCase()}`)
  const named = isNamed || post.replyTo?.author === post.author ? post.text : `@${address} ${post.text}`
  const whole = post.quotes === null ? named : `${named} ${addressOf(post.quotes)}`
  const urls: Record<string, unknown>[] = []
  let text = ''
  let at = 0
  for (const { start, end } of linksIn(whole.normalize())) {
    const link = whole.slice(start, end)
    const url = `https://t.co/${Buffer.from(`${post.id}${start}`).toString('base64url').slice(-10)}`
    text += `${whole.slice(at, start)}${url}`
    const expanded = /^https?:/i.test(link) ? link : `http://${link}`
    urls.push({ start: text.length - url.length, end: text.length, url, expanded_url: expanded, display_url: link })
    at = end
  }
  text += whole.slice(at)
  return { text: text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'), urls }
}

export function shownPerson({ id, username, name, followers, followersOnly }: Person): Record<string, unknown> {
  const metrics = { followers_count: followers, following_count: 1, post_count: 5, tweet_count: 5, listed_count: 0 }
  return { id, username, name, protected: followersOnly, public_metrics: metrics }
}

export function shownDirect({ id, from, text, at }: Direct): Record<string, unknown> {
  return {
    id,
    event_type: 'MessageCreate',
    sender_id: from.id,
    text: text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'),
    created_at: new Date(at).toISOString(),
  }
}
