import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as bodyOf } from 'node:stream/consumers'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Body, type Given, MastodonBook } from './mastodon-book.ts'
import {
  accountPayload,
  asHtml,
  type Customer,
  idOfAccount,
  instancePayload,
  kim,
  statusPayload,
  us,
  type Written,
} from './mastodon-payloads.ts'

export const token = 'token-of-the-account'
/** What becomes of a post of ours: whether it is taken before the answer is given, and which answer that is. */
export type Fate = { stored: boolean; answer: ((response: ServerResponse) => void) | 'hangs' | 'resets' | null }
type Asked = { method: string; path: string; key: string | null }

/**
 * A server that speaks Mastodon's API as far as an account that answers customers needs it. It keeps the limit of posts and
 * drops a repeated key (until told not to); its stream replays nothing and holds filtered notifications back.
 */
export class FakeMastodon {
  readonly book = new MastodonBook()
  readonly asked: Asked[] = []
  readonly customers: Customer[] = [kim]
  /** Entries of a shape that nobody knows, on the newest page of notifications. */
  readonly broken: unknown[] = []
  /** What becomes of the next posts of ours, in turn; then they are taken. */
  readonly fates: Fate[] = []
  /** Answers some requests instead of what it would say; true where it did. */
  instead: ((path: string, response: ServerResponse) => boolean) | null = null
  resetsInMs = 10_800_000
  /** How often an event is told on the stream: 0 for a stream that tells nothing. */
  tellsEach = 1
  streamsOpen = true
  streamsOpened = 0
  answersPing = true

  readonly #sockets = new Set<WebSocket>()
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  readonly #streams = new WebSocketServer({ noServer: true, autoPong: false })

  get url(): string {
    return this.book.url
  }

  async start(): Promise<this> {
    this.#server.on('upgrade', (request, socket, head) => {
      const isAllowed = request.headers.authorization === `Bearer ${token}` && this.streamsOpen
      if (isAllowed && request.url === '/api/v1/streaming?stream=user') {
        this.#streams.handleUpgrade(request, socket, head, opened => this.#opened(opened))
      } else socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
    })
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.book.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this
  }

  async stop(): Promise<void> {
    this.dropStreams()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** A customer names the account. */
  write(given: Given = {}): Written {
    const notice = this.book.write(given)
    if (!notice.filtered) this.tell('notification', JSON.stringify(this.book.noticeOf(notice)))
    return notice.written
  }

  edit(written: Written, text: string, isTold: boolean): void {
    written.content = asHtml(this.url, text)
    written.editedAt = new Date().toISOString()
    if (isTold) this.tell('status.update', JSON.stringify(statusPayload(this.url, written)))
  }

  remove(written: Written, isTold: boolean): void {
    this.book.remove(written)
    if (isTold) this.tell('delete', written.id)
  }

  dropStreams(): void {
    for (const socket of this.#sockets) socket.terminate()
  }

  tell(event: string, payload: string): void {
    const message = JSON.stringify({ stream: ['user'], event, payload })
    for (let told = 0; told < this.tellsEach; told++) for (const socket of this.#sockets) socket.send(message)
  }

  #opened(socket: WebSocket): void {
    this.streamsOpened++
    this.#sockets.add(socket)
    socket.on('ping', data => this.answersPing && socket.pong(data))
    socket.on('close', () => this.#sockets.delete(socket))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(request.url ?? '/', this.url)
    const key = request.headers['idempotency-key']
    this.asked.push({
      method: request.method ?? '',
      path: request.url ?? '',
      key: key === undefined ? null : String(key),
    })
    if (this.instead?.(url.pathname, response)) return null
    if (url.pathname === '/api/v2/instance') {
      return json(response, 200, instancePayload(this.url, this.url.replace('http', 'ws'), this.book.longest))
    }
    if (request.headers.authorization !== `Bearer ${token}`) {
      return json(response, 401, { error: 'The access token is invalid' })
    }
    if (request.method === 'POST') return this.#post(JSON.parse(await bodyOf(request)), String(key), response)
    if (request.method === 'DELETE') this.book.take(url.pathname.split('/').at(-1) ?? '')
    return this.#read(url, response)
  }

  #post(body: Body, key: string, response: ServerResponse): unknown {
    const { stored, answer } = this.fates.shift() ?? { stored: true, answer: null }
    const known = this.book.known(key)
    const no = known !== null || !stored ? null : this.book.refusal(body)
    if (no !== null) return json(response, no.status, { error: no.error }, this.#limits())
    const post = stored ? (known ?? this.book.store(body, key)) : null
    if (answer === 'resets') return response.socket?.resetAndDestroy()
    if (typeof answer === 'function') return answer(response)
    return answer === null && post !== null && json(response, 200, statusPayload(this.url, post), this.#limits())
  }

  #limits(): Record<string, string> {
    const resets = new Date(Date.now() + this.resetsInMs).toISOString()
    return {
      'x-ratelimit-limit': '300',
      'x-ratelimit-remaining': String(this.book.postsLeft),
      'x-ratelimit-reset': resets,
    }
  }

  #read(url: URL, response: ServerResponse): ServerResponse {
    if (url.pathname === '/api/v1/accounts/verify_credentials') return json(response, 200, accountPayload(this.url, us))
    if (url.pathname === '/api/v1/notifications') {
      const { entries, link } = this.book.page(url)
      const broken = /m(in|ax)_id=/.test(url.search) ? [] : this.broken
      return json(response, 200, [...broken, ...entries], { link })
    }
    const [, kind = '', id = '', part] = /^\/api\/v1\/(accounts|statuses)\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? []
    const found = kind === 'accounts' ? this.#account(id, part, url) : this.book.status(id, part)
    return json(response, found === null ? 404 : 200, found ?? { error: 'Record not found' })
  }

  #account(id: string, part: string | undefined, url: URL): unknown {
    if (part === 'statuses') return this.book.own(url)
    const customer = this.customers.find(({ acct }) => idOfAccount(acct) === id)
    return customer === undefined ? null : accountPayload(this.url, customer)
  }
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): ServerResponse {
  return response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body))
}
