import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { type WebSocket, WebSocketServer } from 'ws'
import { Loopback } from './loopback.ts'
import { MastodonBook } from './mastodon-book.ts'
import { accountPayload, instancePayload, noticePayload, ourName, statusPayload } from './mastodon-payloads.ts'
import { answerAs, type Body, type Judgement, Postbox, type Surroundings, write } from './postbox.ts'
import type { RealNetwork } from './real-network.ts'

type Posting = { status?: string; in_reply_to_id?: string }

const longest = 1_000
const latestMs = 3_000

/**
 * A Mastodon server of a drill. Its stream replays nothing: it tells things twice, late or never, and breaks off; what it
 * numbered it may store a little later. It drops a repeated Idempotency-Key for an hour, and keeps its limit.
 */
export class MastodonNetwork implements RealNetwork {
  readonly channelId: string
  readonly postbox: Postbox
  readonly tellsAbsence = true
  readonly #surroundings: Surroundings
  readonly #token: string
  readonly #book: MastodonBook
  readonly #streaming = new Set<WebSocket>()
  readonly #streams = new WebSocketServer({ noServer: true })
  readonly #loopback = new Loopback((request, response) => this.#serve(request, response))

  constructor(surroundings: Surroundings, token: string) {
    this.channelId = surroundings.channelId
    this.#surroundings = surroundings
    this.#token = token
    this.postbox = new Postbox(surroundings)
    this.#book = new MastodonBook(surroundings.now)
  }

  async listen(): Promise<number> {
    this.#loopback.onUpgrade((request, socket, head) => {
      if (!this.#isOurs(request)) socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
      else this.#streams.handleUpgrade(request, socket, head, opened => this.#follow(opened))
    })
    const port = await this.#loopback.listen()
    this.#book.base = `http://127.0.0.1:${port}`
    return port
  }

  async close(): Promise<void> {
    this.#dropStreams()
    await this.#loopback.close()
  }

  settings() {
    const settings = { kind: 'mastodon', server: this.#book.base, longest } as const
    return { name: 'Drill: Mastodon', settings, secrets: { token: this.#token } }
  }

  write({ name, address }: { name: string; address: string }, words: string): { externalId: string; text: string } {
    const { random } = this.#surroundings
    const text = `@${ourName} ${words}`
    const isLate = !this.postbox.isFair && random.chance(0.03)
    const notice = this.#book.notify({ acct: address.slice(1), name, text }, isLate ? random.between(50, latestMs) : 0)
    const payload = JSON.stringify(noticePayload(this.#book.base, notice.number, notice.post))
    this.#tell(JSON.stringify({ stream: ['user'], event: 'notification', payload }))
    return { externalId: notice.post.id, text }
  }

  #tell(message: string): void {
    const { random } = this.#surroundings
    const how = this.postbox.isFair
      ? 'once'
      : random.weighted({ once: 70, twice: 10, late: 10, never: 8, 'breaks off': 2 })
    if (how === 'breaks off') this.#dropStreams()
    if (how === 'once' || how === 'twice') this.#send(message)
    if (how === 'twice' || how === 'late') setTimeout(() => this.#send(message), random.between(10, latestMs))
  }

  #send(message: string): void {
    for (const socket of this.#streaming) socket.send(message)
  }

  #follow(socket: WebSocket): void {
    this.#streaming.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#streaming.delete(socket))
  }

  #dropStreams(): void {
    for (const socket of this.#streaming) socket.terminate()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.#book.base)
    if (request.method !== 'POST') {
      write(response, this.#isOurs(request) ? this.#read(pathname, searchParams) : unauthorized)
      return
    }
    const posting = (await json(request)) as Posting
    if (!this.#isOurs(request)) write(response, unauthorized)
    else this.#take(posting, String(request.headers['idempotency-key']), response)
  }

  #take({ status = '', in_reply_to_id: target = '' }: Posting, key: string, response: ServerResponse): void {
    const asked = this.#book.find(target)
    if (asked === undefined) {
      write(response, notFound)
      return
    }
    const known = this.#book.underKey(key)
    const text = status.replace(new RegExp(`^@${asked.acct} `), '')
    const reply = { replyId: key, address: `@${asked.acct}`, inReplyTo: target, text }
    const judgement = this.postbox.hand(reply, known !== null)
    const post = known ?? (judgement.shown ? this.#book.post(status, target, key) : null)
    answerAs(judgement, response, () => {
      const shown = post === null ? { error: 'The server says no' } : statusPayload(this.#book.base, post)
      return this.#answer(judgement, shown)
    })
  }

  #answer(judgement: Judgement, shown: object): Body {
    if (judgement.type !== 'answer') return ok(shown)
    const { status, retryAfter, limited } = judgement
    const headers = {
      ...(limited && retryAfter !== null && this.#surroundings.random.chance(0.3) ? {} : this.#limits(judgement)),
      ...(status === 503 && retryAfter !== null && { 'retry-after': String(retryAfter) }),
    }
    return { status, body: status < 300 ? shown : { error: 'The server says no' }, headers }
  }

  #limits({ limited, retryAfter }: Extract<Judgement, { type: 'answer' }>): Record<string, string> {
    const { window } = this.postbox
    const resetsAt = retryAfter === null ? window.resetsAt : this.#surroundings.now() + retryAfter * 1_000
    return {
      'x-ratelimit-remaining': String(limited ? 0 : window.left),
      'x-ratelimit-reset': new Date(limited ? resetsAt : window.resetsAt).toISOString(),
    }
  }

  #read(path: string, query: URLSearchParams): Body {
    const { base } = this.#book
    if (path === '/api/v2/instance') return ok(instancePayload(base, longest))
    if (path === '/api/v1/accounts/verify_credentials') return ok(accountPayload(base, ourName, 'Tidewater'))
    if (path === '/api/v1/notifications') {
      const { entries, link } = this.#book.notices(query)
      return { ...ok(entries), headers: { link } }
    }
    if (/^\/api\/v1\/accounts\/[^/]+\/statuses$/.test(path)) return ok(this.#book.own(query))
    const [, id = '', part] = /^\/api\/v1\/statuses\/([^/]+)(\/source)?$/.exec(path) ?? []
    const post = this.#book.find(id)
    if (post === undefined) return notFound
    return ok(part === undefined ? statusPayload(base, post) : { id, text: post.source, spoiler_text: '' })
  }

  #isOurs({ headers }: IncomingMessage): boolean {
    return headers.authorization === `Bearer ${this.#token}`
  }
}

const unauthorized: Body = { status: 401, body: { error: 'The access token is invalid' } }
const notFound: Body = { status: 404, body: { error: 'Record not found' } }

function ok(body: object): Body {
  return { status: 200, body }
}
