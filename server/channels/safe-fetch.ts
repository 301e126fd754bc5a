import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { AddressNotAllowed, assertAllowed, guardedLookup } from './address-guard.ts'

export type Post = { url: string; headers: Record<string, string>; body: string; limitMs: number; signal: AbortSignal }

/** `unsent`: it cannot have been taken. `lost`: nobody can tell whether it was. What an answer says is never passed on. */
export type Posted =
  | { type: 'answered'; status: number; retryAfter: string | null }
  | { type: 'forbidden'; error: Error }
  | { type: 'unsent'; error: unknown }
  | { type: 'lost'; error: unknown }

/** `longest`: most bytes of an answer that are read; a longer one is an error. */
export type Asking = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers: Record<string, string>
  body: string | Buffer | null
  limitMs: number
  signal: AbortSignal
  longest?: number
}

/** As `Posted`; an answer is read whole. */
export type Asked =
  | { type: 'answered'; status: number; headers: IncomingHttpHeaders; body: Buffer }
  | Exclude<Posted, { type: 'answered' }>

const longestAnswer = 65_536
const longestRead = 4 * 1024 * 1024
const bounds = { maxSockets: 8, maxTotalSockets: 16, maxFreeSockets: 4, timeout: 4_000, scheduling: 'lifo' } as const

/**
 * Calls addresses that somebody typed in, and so nothing inside this network that its owner did not list. Follows no
 * redirect. `post` reads an answer to its status, and at most 64 KB beyond, so that the connection can be used again.
 */
export class SafeFetch {
  readonly #internalHosts: readonly string[]
  readonly #connection: { connection?: 'close' }
  readonly #agents: { 'http:': HttpAgent; 'https:': HttpsAgent }

  /**
   * A kept connection may be closed by the other side in the moment it is used again, and whether that post was taken
   * is then unknown: keep connections only to receivers that can be posted to again.
   */
  constructor(internalHosts: readonly string[], keepAlive: boolean) {
    this.#internalHosts = internalHosts
    // Node also hands a connection on to a post that waits its turn, unless it was asked for as one to be closed.
    this.#connection = keepAlive ? {} : { connection: 'close' }
    this.#agents = {
      'http:': new HttpAgent({ ...bounds, keepAlive }),
      'https:': new HttpsAgent({ ...bounds, keepAlive }),
    }
  }

  /** Never rejects. `limitMs` is for everything from the look-up to the answer. */
  async post(post: Post): Promise<Posted> {
    const progress = { begun: false }
    try {
      return await this.#post(post, progress)
    } catch (error) {
      if (error instanceof AddressNotAllowed) return { type: 'forbidden', error }
      return progress.begun ? { type: 'lost', error } : { type: 'unsent', error }
    }
  }

  /** Never rejects. `limitMs` is for everything from the look-up to the end of the answer. */
  async ask(asking: Asking): Promise<Asked> {
    const progress = { begun: false }
    try {
      const limit = AbortSignal.any([asking.signal, AbortSignal.timeout(asking.limitMs)])
      const answer = await this.#open(asking, limit, progress)
      const body = await wholeBody(answer, asking.longest ?? longestRead)
      return { type: 'answered', status: answer.statusCode ?? 0, headers: answer.headers, body }
    } catch (error) {
      if (error instanceof AddressNotAllowed) return { type: 'forbidden', error }
      return progress.begun ? { type: 'lost', error } : { type: 'unsent', error }
    }
  }

  /** An answer that goes on: rejects where none begins within `limitMs`, and then runs until the signal aborts. */
  async open(asking: Asking): Promise<IncomingMessage> {
    const tooLong = new AbortController()
    const timer = setTimeout(() => tooLong.abort(new Error('It gave no answer in time.')), asking.limitMs)
    try {
      return await this.#open(asking, AbortSignal.any([asking.signal, tooLong.signal]), { begun: false })
    } finally {
      clearTimeout(timer)
    }
  }

  /** Keeps no connection any more. What is under way is seen through: cut off, nobody would know whether it was taken. */
  close(): void {
    for (const agent of Object.values(this.#agents)) {
      agent.maxFreeSockets = 0
      for (const kept of Object.values(agent.freeSockets)) for (const socket of kept ?? []) socket.destroy()
    }
  }

  async #post(post: Post, progress: { begun: boolean }): Promise<Posted> {
    const limit = AbortSignal.any([post.signal, AbortSignal.timeout(post.limitMs)])
    const answer = await this.#open({ method: 'POST', ...post }, limit, progress)
    let read = 0
    answer.on('data', (chunk: Buffer) => {
      read += chunk.length
      if (read > longestAnswer) answer.destroy()
    })
    answer.on('error', () => {})
    return { type: 'answered', status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] ?? null }
  }

  async #open(
    { method, url, headers, body }: Asking,
    signal: AbortSignal,
    progress: { begun: boolean },
  ): Promise<IncomingMessage> {
    signal.throwIfAborted()
    const request = this.#request(new URL(url), { method, headers: { ...headers, ...this.#connection }, signal })
    noteBeginning(request, progress)
    return await new Promise((resolve, reject) => {
      request.on('error', reject)
      request.on('response', resolve)
      request.end(body ?? undefined)
    })
  }

  #request(url: URL, options: RequestOptions): ClientRequest {
    const secure = url.protocol === 'https:'
    const port = Number(url.port) || (secure ? 443 : 80)
    assertAllowed(url.hostname, port, this.#internalHosts)
    const lookup = guardedLookup(port, this.#internalHosts)
    return secure
      ? httpsRequest(url, { ...options, lookup, agent: this.#agents['https:'] })
      : httpRequest(url, { ...options, lookup, agent: this.#agents['http:'] })
  }
}

/** It was read to its longest and no further. */
export class AnswerTooLong extends Error {
  override name = 'AnswerTooLong'

  constructor(longest: number) {
    super(`Its answer is longer than ${longest} bytes.`)
  }
}

async function wholeBody(answer: IncomingMessage, longest: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let read = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    read += chunk.length
    if (read > longest) throw new AnswerTooLong(longest)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Whatever fails before there is a connection (and on https a certificate) was certainly not taken. A post that waited
 * its turn may be given a connection that stands already, which Node does not call reused.
 */
function noteBeginning(request: ClientRequest, progress: { begun: boolean }): void {
  request.on('socket', socket => {
    const begin = () => {
      progress.begun = true
    }
    if (request.reusedSocket || !socket.connecting) begin()
    else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', begin)
  })
}
