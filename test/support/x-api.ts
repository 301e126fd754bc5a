import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type CallOut, XArrangements } from './x-arrangements.ts'
import { type Answer, found, problem, type Request, secrets, write } from './x-exchange.ts'
import type { Judge } from './x-judge.ts'
import { meets } from './x-lists.ts'
import { XReading } from './x-reading.ts'
import { type SendingOptions, usualSending, XSending } from './x-sending.ts'
import { XStreams } from './x-streams.ts'
import {
  type Direct,
  namesIn,
  type Person,
  type Post,
  shownPerson,
  shownPost,
  type Wording,
  XWorld,
} from './x-world.ts'

export type XOptions = SendingOptions & {
  username: string
  wording: Wording
  /** How often a stream says that it lives. X: 20 s. */
  beatMs: number
  judge: Judge | null
  call: CallOut
}

const usual: XOptions = {
  ...usualSending,
  username: 'acme',
  wording: 'openapi',
  beatMs: 50,
  clock: Date.now,
  judge: null,
  call: async (url, init) => {
    const answer = await fetch(url, init)
    return { status: answer.status, body: await answer.text() }
  },
}

/**
 * Something that answers as X's API does, on this machine: it limits, refuses, repeats, turns round, drops and forgets as X
 * may. It knows nothing of tests; whoever gives it a judge has every request and answer held against X's own description.
 */
export class XApi {
  readonly world: XWorld
  readonly account: Person
  readonly reading: XReading
  readonly sending: XSending
  readonly arrangements: XArrangements
  readonly activity: XStreams
  readonly searched: XStreams
  /** What X's description does not allow, of what was asked and answered. */
  readonly violations: string[] = []
  /** Method and path of all that was asked, the oldest first. */
  readonly asked: string[] = []
  /** Answers with this instead, where it says so. */
  interfere: ((request: Pick<Request, 'method' | 'path' | 'query'>) => Answer | null) | null = null
  /** How often each event is told. */
  repeats = 1
  /** Events are held until there are so many, and then told in the opposite order. */
  turned = 1
  /** What happens is told to nobody: it must be read. */
  isMute = false
  access: string = secrets.token
  refresh: string = secrets.refreshToken
  readonly #judge: Judge | null
  readonly #server: Server
  #held: { event: unknown; webhookId: string | undefined }[] = []

  private constructor(options: XOptions) {
    const { clock, username, wording, beatMs, judge, call } = options
    this.#judge = judge
    this.world = new XWorld(clock)
    this.account = this.world.person(username)
    this.reading = new XReading(this.world, this.account, wording, clock)
    this.sending = new XSending(this.world, this.account, options)
    this.arrangements = new XArrangements(this.world, call)
    this.activity = new XStreams(2, beatMs)
    this.searched = new XStreams(1, beatMs)
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  static async start(given: Partial<XOptions> = {}): Promise<XApi> {
    const api = new XApi({ ...usual, ...given })
    api.#server.listen(0, '127.0.0.1')
    await once(api.#server, 'listening')
    return api
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** What the account wrote, the oldest first. */
  get sent(): (Post | Direct)[] {
    const posts = this.world.posts.filter(({ author }) => author === this.account)
    return [...posts, ...this.world.directs.filter(({ from }) => from === this.account)]
  }

  async stop(): Promise<void> {
    this.activity.end()
    this.searched.end()
    this.sending.end()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** Somebody writes; whoever asked to be told is. */
  async write(username: string, words: string, given: Partial<Post> = {}): Promise<Post> {
    const post = this.world.write(this.world.person(username), words, given)
    await this.tellPost(post)
    return post
  }

  async edit(post: Post, words: string): Promise<Post> {
    const edited = this.world.edit(post, words)
    await this.tellPost(edited)
    return edited
  }

  async writeDirectly(username: string, words: string): Promise<Direct> {
    const direct = this.world.direct(this.world.person(username), this.account, words)
    await this.tellDirect(direct)
    return direct
  }

  async tellPost(post: Post): Promise<void> {
    const payload = shownPost(post, this.world.people, 'guides')
    const includes = { users: [shownPerson(post.author)] }
    for (const kind of this.#kindsOf(post)) await this.tell(kind, payload, includes)
    const matching = this.arrangements.rules.filter(({ value }) => meets(post, value))
    if (matching.length === 0 || this.isMute) return
    const matching_rules = matching.map(({ id, tag }) => ({ id, tag }))
    for (let time = 0; time < this.repeats; time++) this.searched.send({ data: payload, includes, matching_rules })
  }

  async tellDirect({ id, from, at, text: words }: Direct): Promise<void> {
    const message_create = {
      target: { recipient_id: this.account.id },
      sender_id: from.id,
      message_data: { text: words, entities: { hashtags: [], symbols: [], user_mentions: [], urls: [] } },
    }
    const message = { type: 'message_create', id, created_timestamp: String(at), message_create }
    const users = { [from.id]: { data: shownPerson(from) } }
    await this.tell('dm.received', { direct_message_events: [message], users })
  }

  /** Tells an event of the activity API to who asked for its kind. */
  async tell(event_type: string, payload: unknown, includes?: unknown): Promise<void> {
    const subscription = this.arrangements.subscriptions.find(each => each.event_type === event_type)
    if (subscription === undefined || this.isMute) return
    const { filter, tag, webhook_id: webhookId } = subscription
    const event_uuid = String(BigInt(`0x${randomUUID().slice(0, 13).replace('-', '')}`))
    const given = { ...(tag && { tag }), ...(includes !== undefined && { includes }) }
    const event = { data: { event_uuid, filter, event_type, payload, ...given } }
    this.violations.push(...(this.#judge?.event(event) ?? []))
    this.#held.push(...Array.from({ length: this.repeats }, () => ({ event, webhookId })))
    if (this.#held.length < this.turned) return
    const told = this.turned > 1 ? this.#held.toReversed() : this.#held
    this.#held = []
    for (const each of told) {
      this.activity.send(each.event)
      if (each.webhookId !== undefined) await this.arrangements.call(each.webhookId, each.event)
    }
  }

  #kindsOf(post: Post): string[] {
    const { account } = this
    if (post.author === account || post.author.followersOnly) return []
    const isNamed = namesIn({ ...post, replyTo: null }).includes(account.username)
    return [
      ...(isNamed ? ['post.mention.create'] : []),
      ...(post.replyTo?.author === account ? ['post.reply.create'] : []),
      ...(post.quotes?.author === account ? ['post.quote.create'] : []),
    ]
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://x')
    const raw = await text(incoming)
    const method = incoming.method ?? 'GET'
    this.asked.push(`${method} ${url.pathname}`)
    const instead = this.interfere?.({ method, path: url.pathname, query: url.searchParams }) ?? null
    if (instead !== null) return write(response, instead)
    if (url.pathname === '/2/oauth2/token') return write(response, this.#changeToken(raw, incoming))
    const token = (incoming.headers.authorization ?? '').replace(/^Bearer /, '')
    if (token !== this.access && token !== secrets.bearer) return write(response, problem(401, 'Unauthorized'))
    const as = token === secrets.bearer ? 'app' : 'account'
    const body = (raw === '' ? {} : JSON.parse(raw)) as Record<string, unknown>
    const request = { method, path: url.pathname, query: url.searchParams, body, as } as const
    const answer = await this.#answer(request, response)
    if (answer === null) return
    // Judged after it was answered: nobody waits for a verdict.
    write(response, answer)
    const { status, body: said } = answer
    this.violations.push(...(this.#judge?.exchange({ ...request, status, answer: said }) ?? []))
  }

  /** Null where the answer goes on, or there is none. */
  async #answer(request: Request, response: ServerResponse): Promise<Answer | null> {
    const { method, path, query, body } = request
    if (path === '/2/activity/stream') return this.activity.open(response) ? null : tooMany
    if (path === '/2/tweets/search/stream') return this.searched.open(response) ? null : tooMany
    const [, participant] = /^\/2\/dm_conversations\/with\/(\d+)\/messages$/.exec(path) ?? []
    if (method === 'POST' && path === '/2/tweets') return this.sending.post(body, response)
    if (method === 'POST' && participant !== undefined) return this.sending.direct(participant, body, response)
    const arranged = await this.arrangements.answer(request)
    if (arranged !== null) return arranged
    return method === 'GET' ? this.reading.answer(path, query) : problem(404, `There is nothing at ${path}.`)
  }

  /** A refresh token is taken once, and what it is changed for ends the former access token. */
  #changeToken(raw: string, { headers }: IncomingMessage): Answer {
    const form = new URLSearchParams(raw)
    const basic = `Basic ${Buffer.from(`${secrets.clientId}:${secrets.clientSecret}`).toString('base64')}`
    const isKnown = form.get('grant_type') === 'refresh_token' && headers.authorization === basic
    if (!isKnown || form.get('refresh_token') !== this.refresh) {
      return { status: 400, body: { error: 'invalid_request', error_description: 'The token was invalid.' } }
    }
    const number = Number(this.refresh.split('-').at(-1)) + 1
    this.refresh = `refresh-token-${number}`
    this.access = `access-token-${number}`
    const tokens = { access_token: this.access, refresh_token: this.refresh }
    return found({ token_type: 'bearer', expires_in: 7_200, ...tokens })
  }
}

const tooMany: Answer = {
  status: 429,
  body: {
    title: 'ConnectionException',
    detail: 'This stream is currently at the maximum allowed connection limit.',
    connection_issue: 'TooManyConnections',
    type: 'https://api.x.com/2/problems/streaming-connection',
  },
}
