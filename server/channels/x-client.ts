import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { isListed } from './address-guard.ts'
import { wordsOf } from './concealment.ts'
import { Obstacle, secretMissing, Unexpected } from './failure.ts'
import { jsonOf } from './json.ts'
import { type Asked, SafeFetch } from './safe-fetch.ts'
import type { XAccount } from './x-account.ts'
import { pauseTold } from './x-limits.ts'
import { Page, type Problem, Problems } from './x-shape.ts'
import { XTokens } from './x-tokens.ts'

/** Who asks: the account, or its app alone, which is all that streams take. */
export type As = 'account' | 'app'
export type Answer = Extract<Asked, { type: 'answered' }>
type Query = Readonly<Record<string, string>>
type Request = { method: 'GET' | 'POST' | 'PUT'; path: string; query?: Query; body?: object; as: As }

/** X refuses to be read, or cannot be. The message is a sentence for a person, without its full stop. */
export class XTrouble extends Error {
  override name = 'XTrouble'
  /** Null where there was no answer. */
  readonly status: number | null
  /** How long X wants to be left alone, in ms; null where it did not say. */
  readonly afterMs: number | null
  readonly problem: Problem | null
  /** What X said of it, as it said it. */
  readonly said: string

  constructor(
    sentence: string,
    answer: { status: number; afterMs: number | null; problem: Problem | null } | null,
    cause?: unknown,
  ) {
    super(sentence, { cause })
    this.status = answer?.status ?? null
    this.afterMs = answer?.afterMs ?? null
    this.problem = answer?.problem ?? null
    this.said = saidIn(this.problem)
  }
}

const user = 'name,username,protected,public_metrics'
const common = 'conversation_id,created_at,entities,reply_settings,text'
/** How posts are asked for whole: as its OpenAPI file says, and as its guides do. */
const fields: readonly Query[] = [
  {
    'post.fields': `${common},note_post`,
    expansions: 'author_id,referenced_posts,edit_history_post_ids',
    'user.fields': user,
  },
  {
    'tweet.fields': `${common},author_id,edit_history_tweet_ids,note_tweet,referenced_tweets`,
    expansions: 'author_id',
    'user.fields': user,
  },
]

/** Streams ask for posts as the guides do, in both. */
export const streamFields: Query = fields[1] ?? {}

/** Calls X's API for one account. Reads may be asked twice; what is sent is sent once, over a connection of its own. */
export class XClient {
  readonly #account: XAccount
  readonly #tokens: XTokens
  readonly #reading: SafeFetch
  readonly #sending: SafeFetch
  #wording = 0

  constructor(account: XAccount) {
    const { surroundings, settings, secrets, pace } = account
    this.#account = account
    this.#reading = new SafeFetch(surroundings.internalHosts, true)
    this.#sending = new SafeFetch(surroundings.internalHosts, false)
    this.#tokens = new XTokens(settings.api, secrets, surroundings, this.#sending, pace.askLimitMs)
  }

  /** One short line without secrets. */
  conceal(said: string): string {
    return this.#account.conceal(this.#tokens.hide(said))
  }

  /** Reads or changes what has this shape. Throws `XTrouble`. */
  async read<T>(request: Request, shape: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const answer = await this.#ask(request, signal)
    const read = shape.safeParse(jsonOf(answer.body))
    if (read.success) return read.data
    const sentence = `X answered ${request.path} with something else than expected`
    throw new XTrouble(sentence, null, new Unexpected(sentence))
  }

  /** As X's OpenAPI file and its guides name the fields of posts otherwise, asks as the one and then as the other says. */
  async readPosts(path: string, query: Query, as: As, signal: AbortSignal): Promise<Page> {
    const ask = (wording: number) =>
      this.read({ method: 'GET', path, query: { ...query, ...fields[wording] }, as }, Page, signal)
    try {
      return await ask(this.#wording)
    } catch (error) {
      if (!(error instanceof XTrouble) || error.status !== 400) throw error
      const page = await ask(1 - this.#wording).catch(() => {
        throw error
      })
      this.#wording = 1 - this.#wording
      return page
    }
  }

  /** Sends once. Rejects where there is no access; then nothing was sent. */
  async send(path: string, body: object, signal: AbortSignal): Promise<Asked> {
    const clear = this.#wouldBeClear()
    if (clear !== null) return { type: 'forbidden', error: clear }
    const token = await this.#tokens.access()
    const asked = await this.#call(this.#sending, { method: 'POST', path, body, as: 'account' }, token, signal)
    // What was not accepted was not sent: the next try has a new token.
    if (asked.type === 'answered' && asked.status === 401) await this.#tokens.after(token).catch(() => {})
    return asked
  }

  /** An answer that goes on. Throws `XTrouble` where it is no stream. */
  async open(path: string, query: Query, signal: AbortSignal): Promise<IncomingMessage> {
    const clear = this.#wouldBeClear()
    if (clear !== null) throw new XTrouble(clear.message, null, clear)
    const request = { method: 'GET', path, query, as: 'app' } as const
    const answer = await this.#sending
      .open(this.#asking(request, this.#bearer(), signal))
      .catch(error => Promise.reject(new XTrouble(this.conceal(wordsOf(error)), null, error)))
    if (answer.statusCode === 200) return answer
    const body = await beginningOf(answer)
    throw this.troubleOf({ type: 'answered', status: answer.statusCode ?? 0, headers: answer.headers, body })
  }

  close(): void {
    this.#reading.close()
    this.#sending.close()
  }

  async #ask(request: Request, signal: AbortSignal): Promise<Answer> {
    const clear = this.#wouldBeClear()
    if (clear !== null) throw new XTrouble(clear.message, null, clear)
    const token = request.as === 'app' ? this.#bearer() : await this.#tokens.access()
    const first = await this.#call(this.#reading, request, token, signal)
    if (first.type !== 'answered' || first.status !== 401 || request.as === 'app') return this.#taken(first)
    return this.#taken(await this.#call(this.#reading, request, await this.#tokens.after(token), signal))
  }

  #taken(asked: Asked): Answer {
    if (asked.type === 'forbidden') throw new XTrouble(asked.error.message, null, asked.error)
    if (asked.type !== 'answered') {
      throw new XTrouble(`X could not be reached: ${this.conceal(wordsOf(asked.error))}`, null, asked.error)
    }
    if (asked.status < 200 || asked.status > 299) throw this.troubleOf(asked)
    return asked
  }

  /** What an answer that is none says, as an error. */
  troubleOf(answer: Answer): XTrouble {
    const { status, headers } = answer
    const problem = problemOf(answer)
    const afterMs = status === 429 ? pauseTold(headers, this.#account.surroundings.clock()) : null
    return new XTrouble(this.wordsFor(answer), { status, afterMs, problem })
  }

  /** What X says is wrong, as a sentence without its full stop. */
  wordsFor(answer: Answer): string {
    const said = saidIn(problemOf(answer))
    return this.conceal(`X answered with status ${answer.status}${said && `: ${said}`}`).replace(/[.:,; ]+$/, '')
  }

  #bearer(): string {
    const { bearer } = this.#account.secrets
    if (bearer !== undefined) return bearer
    const sentence = 'This channel has no bearer token of its app'
    throw new XTrouble(sentence, null, secretMissing('bearer', sentence))
  }

  #call(out: SafeFetch, request: Request, token: string, signal: AbortSignal): Promise<Asked> {
    return out.ask(this.#asking(request, token, signal))
  }

  #asking({ method, path, query = {}, body }: Request, token: string, signal: AbortSignal) {
    const { settings, pace } = this.#account
    const url = new URL(path, settings.api)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return {
      method,
      url: url.href,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        'user-agent': 'Muster',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      limitMs: method === 'GET' ? pace.askLimitMs : pace.sendLimitMs,
      signal,
    }
  }

  #wouldBeClear(): Obstacle | null {
    const { protocol, hostname, port } = new URL(this.#account.settings.api)
    const { internalHosts } = this.#account.surroundings
    if (protocol === 'https:' || isListed(hostname, Number(port) || 80, internalHosts)) return null
    const sentence = `${hostname} would be given the tokens in clear, and is not listed as an internal host: use https.`
    return new Obstacle('in-clear', hostname, sentence)
  }
}

export function problemOf({ body }: { body: Buffer; headers?: IncomingHttpHeaders }): Problem | null {
  const said = Problems.safeParse(jsonOf(body)).data
  if (said === undefined) return null
  const { errors, ...problem } = said
  return problem.detail === undefined && problem.title === undefined ? (errors?.[0] ?? problem) : problem
}

/** What an answer says that is no stream, as far as it tells why. */
async function beginningOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let read = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    read += chunk.length
    if (read > 65_536) break
  }
  answer.destroy()
  return Buffer.concat(chunks)
}

function saidIn(problem: Problem | null): string {
  const { detail, message, title } = problem ?? {}
  return detail ?? message ?? title ?? ''
}
