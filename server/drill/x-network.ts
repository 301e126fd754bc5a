import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { Loopback } from './loopback.ts'
import { answerAs, type Body, type Judgement, Postbox, type Surroundings, write } from './postbox.ts'
import type { RealNetwork } from './real-network.ts'
import { eventPayload, type Person, type Post, pageOf, personPayload, Snowflakes, signed } from './x-payloads.ts'

/** `calls`: the address of Muster that X calls. */
type XSurroundings = Surroundings & { calls: string; secrets: { token: string; consumerSecret: string } }
type Posting = { text?: string; reply?: { in_reply_to_tweet_id: string } }

const username = 'tidewater'
const latestMs = 5_000
/** X shows a post in its lists some time after it was written. */
const longestUnlistedMs = 2_000

/**
 * X, of a drill. It calls Muster with what is new: twice, late, in another order, or not at all, and never again where the
 * call failed; its lists lag behind. It keeps its limit, and takes the same reply as often as it is sent.
 */
export class XNetwork implements RealNetwork {
  readonly channelId: string
  readonly postbox: Postbox
  /** X says nowhere how soon it shows what it took: not to find it proves nothing. */
  readonly tellsAbsence = false
  readonly #surroundings: XSurroundings
  readonly #snowflakes: Snowflakes
  readonly #account: Person
  readonly #people = new Map<string, Person>()
  readonly #posts = new Map<string, Post>()
  readonly #loopback = new Loopback((request, response) => this.#serve(request, response))
  #origin = ''

  constructor(surroundings: XSurroundings) {
    this.channelId = surroundings.channelId
    this.#surroundings = surroundings
    this.postbox = new Postbox(surroundings)
    this.#snowflakes = new Snowflakes(surroundings.now)
    this.#account = this.#person(username, 'Tidewater')
  }

  async listen(): Promise<number> {
    const port = await this.#loopback.listen()
    this.#origin = `http://127.0.0.1:${port}`
    return port
  }

  close(): Promise<void> {
    return this.#loopback.close()
  }

  settings() {
    const kind = 'x' as const
    const account = { userId: this.#account.id, username, plan: 'self-serve', receive: 'webhook' } as const
    const settings = { kind, api: this.#origin, ...account, directMessages: false, search: null }
    return { name: 'Drill: X', settings, secrets: { ...this.#surroundings.secrets, bearer: 'of-the-app-of-a-drill' } }
  }

  write({ name, address }: { name: string; address: string }, words: string): { externalId: string; text: string } {
    const text = `@${username} ${words}`
    const post = this.#post(this.#person(address.slice(1), name), text, null)
    this.#tell(JSON.stringify(eventPayload(post, this.#account, this.#people)))
    return { externalId: post.id, text }
  }

  #tell(event: string): void {
    const { random } = this.#surroundings
    const how = this.postbox.isFair ? 'once' : random.weighted({ once: 72, twice: 10, late: 12, never: 6 })
    if (how === 'once' || how === 'twice') void this.#call(event)
    if (how === 'twice' || how === 'late') setTimeout(() => void this.#call(event), random.between(10, latestMs))
  }

  async #call(event: string): Promise<void> {
    const { calls, secrets } = this.#surroundings
    const headers = {
      'content-type': 'application/json',
      'x-twitter-webhooks-signature': signed(event, secrets.consumerSecret),
    }
    const init = { method: 'POST', headers, body: event, signal: AbortSignal.timeout(10_000) }
    // X does not call again; whoever was not reached reads the lists.
    await fetch(calls, init).then(
      answer => answer.body?.cancel(),
      () => {},
    )
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.#origin)
    if (request.headers.authorization !== `Bearer ${this.#surroundings.secrets.token}`) {
      write(response, problem(401, 'Unauthorized'))
      return
    }
    if (request.method !== 'POST' || pathname !== '/2/tweets') {
      write(response, this.#read(pathname, searchParams))
      return
    }
    this.#take((await json(request)) as Posting, response)
  }

  #take({ text = '', reply }: Posting, response: ServerResponse): void {
    const asked = this.#posts.get(reply?.in_reply_to_tweet_id ?? '')
    if (asked === undefined) {
      write(response, problem(403, 'You attempted to reply to a Tweet that is deleted or not visible to you.'))
      return
    }
    const address = `@${asked.author.username}`
    const replyId = this.postbox.letters.replyOf({ channelId: this.channelId, address }, text) ?? `in no hand: ${text}`
    const judgement = this.postbox.hand({ replyId, address, inReplyTo: asked.id, text })
    const post = judgement.shown ? this.#post(this.#account, text, asked) : null
    answerAs(judgement, response, () => this.#answer(judgement, post))
  }

  #answer(judgement: Judgement, post: Post | null): Body {
    if (judgement.type !== 'answer') return problem(500, 'Nobody hears this.')
    const { status, limited, retryAfter } = judgement
    const { random, now } = this.#surroundings
    if (limited && retryAfter !== null && random.chance(0.3)) return problem(429, 'Too Many Requests')
    const { window } = this.postbox
    const resetsAt = limited && retryAfter !== null ? now() + retryAfter * 1_000 : window.resetsAt
    const headers = {
      'x-rate-limit-remaining': String(limited ? 0 : window.left),
      'x-rate-limit-reset': String(Math.ceil(resetsAt / 1_000)),
    }
    if (post !== null && status < 300) return { status: 201, body: { data: { id: post.id, text: post.text } }, headers }
    if (status === 422) return problem(403, 'You are not permitted to perform this action.')
    return { ...problem(status, limited ? 'Too Many Requests' : 'Something went wrong.'), headers }
  }

  #read(path: string, query: URLSearchParams): Body {
    if (path === '/2/users/me') return ok({ data: personPayload(this.#account) })
    // X refuses what it does not know by this name.
    if (query.has('tweet.fields')) return problem(400, 'The query parameter [tweet.fields] is not known.')
    const now = this.#surroundings.now()
    const listed = [...this.#posts.values()].filter(({ listedAt }) => listedAt <= now)
    const own = listed.filter(({ author }) => author === this.#account)
    if (path === `/2/users/${this.#account.id}/tweets`) return ok(pageOf(own, query, this.#people))
    const isAboutUs = path === `/2/users/${this.#account.id}/mentions` || path === '/2/tweets/search/recent'
    if (!isAboutUs) return problem(404, `There is nothing at ${path}.`)
    const others = listed.filter(({ author }) => author !== this.#account)
    return ok(pageOf(others, query, this.#people))
  }

  #post(author: Person, text: string, replyTo: Post | null): Post {
    const { now, random } = this.#surroundings
    const at = now()
    const listedAt = at + random.between(0, longestUnlistedMs)
    const post = { id: this.#snowflakes.next(), author, text, at, replyTo, listedAt }
    this.#posts.set(post.id, post)
    return post
  }

  #person(name: string, displayed: string): Person {
    const known = this.#people.get(name)
    if (known !== undefined) return known
    const person = { id: String(2_000_000_000 + this.#people.size), username: name, name: displayed }
    this.#people.set(name, person)
    return person
  }
}

function ok(body: object): Body {
  return { status: 200, body }
}

function problem(status: number, detail: string): Body {
  return { status, body: { title: 'Problem', detail, type: 'about:blank', status } }
}
