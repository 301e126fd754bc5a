import type { ChannelSecrets, MastodonSettings } from '@muster/shared/channel.ts'
import type { z } from 'zod'
import { isListed } from './address-guard.ts'
import { type Concealment, concealmentOf, wordsOf } from './concealment.ts'
import { Obstacle, Unexpected } from './failure.ts'
import { Account, Complaint, Instance } from './mastodon-entities.ts'
import { limitTold } from './mastodon-limits.ts'
import { AnswerTooLong, type Asked, SafeFetch } from './safe-fetch.ts'
import type { Surroundings } from './surroundings.ts'

/** How patient a Mastodon channel is, in ms. */
export type Pace = {
  firstPauseMs: number
  longestPauseMs: number
  /** After a look at the notifications the next one waits this long, whatever the stream announces. */
  restMs: number
  /** Looks this often although the stream announces nothing: what the server holds back from it shows only there. */
  pollMs: number
  /** Looks this often where there is no stream. */
  pollAloneMs: number
  /** How often the newest posts are looked through for what was changed or taken away. */
  reviewMs: number
  /** A stream that shows no sign of life for this long is dead. */
  silenceMs: number
  askLimitMs: number
  sendLimitMs: number
  /** A server that gave no answer may still be about to store a post for this long. */
  settleMs: number
}

export const defaultPace: Pace = {
  firstPauseMs: 1_000,
  longestPauseMs: 300_000,
  restMs: 4_000,
  pollMs: 30_000,
  pollAloneMs: 15_000,
  reviewMs: 60_000,
  silenceMs: 75_000,
  askLimitMs: 10_000,
  sendLimitMs: 10_000,
  settleMs: 60_000,
}

/** Who the account is on its server, and what that server says of itself. */
export type Me = { id: string; username: string; domain: string; longest: number; streaming: string | null }

type Beside = { cause?: unknown; said?: string | null; elsewhere?: string | null }

/** The server refused to be read, or cannot be. The message is a sentence for a person. */
export class ServerAway extends Error {
  override name = 'ServerAway'
  readonly status: number
  /** How long it wants to be left alone, in ms; null where it did not say. */
  readonly afterMs: number | null

  /** What it said of it, as it said it. */
  readonly said: string | null
  /** The address that it points to instead. */
  readonly elsewhere: string | null

  constructor(
    sentence: string,
    status: number,
    afterMs: number | null,
    { cause, said = null, elsewhere = null }: Beside = {},
  ) {
    super(sentence, { cause })
    this.said = said
    this.elsewhere = elsewhere
    this.status = status
    this.afterMs = afterMs
  }

  /** Less of it may be short enough. */
  get wasTooLong(): boolean {
    return this.cause instanceof AnswerTooLong
  }

  /** It answered, and may answer whatever else is asked. */
  get wasAboutThis(): boolean {
    return this.wasTooLong || ![0, 401, 429].includes(this.status)
  }
}

/** An account on a server that speaks Mastodon's API; shared by whatever receives, sends and looks for what was sent. */
export class MastodonAccount {
  readonly settings: MastodonSettings
  readonly surroundings: Surroundings
  readonly pace: Pace
  readonly conceal: Concealment
  readonly #token: string
  readonly #reading: SafeFetch
  readonly #writing: SafeFetch
  #me: Me | null = null

  constructor(settings: MastodonSettings, secrets: ChannelSecrets, surroundings: Surroundings, pace: Pace) {
    this.settings = settings
    this.surroundings = surroundings
    this.pace = pace
    this.conceal = concealmentOf(secrets, '')
    this.#token = secrets.token ?? ''
    this.#reading = new SafeFetch(surroundings.internalHosts, true)
    this.#writing = new SafeFetch(surroundings.internalHosts, false)
  }

  /** Nothing of it is shown in a log or a complaint. */
  get authorization(): { authorization: string } {
    return { authorization: `Bearer ${this.#token}` }
  }

  /** As its server said when it was last asked; asks where that was never. */
  async me(signal: AbortSignal): Promise<Me> {
    return this.#me ?? (await this.refresh(signal))
  }

  get longest(): number {
    return this.#me?.longest ?? this.settings.longest
  }

  /** What its accounts end in. */
  get domain(): string {
    return this.#me?.domain ?? new URL(this.settings.server).host
  }

  async refresh(signal: AbortSignal): Promise<Me> {
    const instance = await this.read('/api/v2/instance', Instance, signal)
    const { id, username } = await this.read('/api/v1/accounts/verify_credentials', Account, signal)
    const { urls, statuses } = instance.configuration
    const streaming = urls?.streaming ?? null
    this.#me = {
      id,
      username,
      domain: instance.account_domain ?? instance.domain,
      longest: statuses.max_characters,
      streaming,
    }
    return this.#me
  }

  /** Reads what has this shape. Throws `ServerAway`. */
  async read<T>(path: string, shape: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    return (await this.readPage(path, shape, signal)).value
  }

  /** As `read`, with the `Link` header. */
  async readPage<T>(path: string, shape: z.ZodType<T>, signal: AbortSignal): Promise<{ value: T; link: string }> {
    const asked = await this.ask('GET', path, null, {}, signal)
    if (asked.type !== 'answered') throw new ServerAway(this.wordsFor(asked), 0, null, { cause: asked.error })
    const now = this.surroundings.clock()
    const told = limitTold(asked.headers, now)
    if (asked.status === 429) {
      throw new ServerAway('Its server lets it read no more for a while', 429, (told?.resetsAt ?? now) - now)
    }
    if (asked.status !== 200) throw this.awayBy(asked)
    const read = shape.safeParse(jsonOf(asked.body))
    if (!read.success) throw strange(path)
    return { value: read.data, link: String(asked.headers.link ?? '') }
  }

  async ask(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body: object | null,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Asked> {
    const { askLimitMs, sendLimitMs } = this.pace
    const clear = this.#wouldBeClear()
    if (clear !== null) return { type: 'forbidden', error: clear }
    return await (method === 'GET' ? this.#reading : this.#writing).ask({
      method,
      url: new URL(path, this.settings.server).href,
      headers: {
        ...this.authorization,
        accept: 'application/json',
        'user-agent': 'Muster',
        ...(body !== null && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === null ? null : JSON.stringify(body),
      limitMs: method === 'GET' ? askLimitMs : sendLimitMs,
      signal,
    })
  }

  wordsFor(asked: Exclude<Asked, { type: 'answered' }>): string {
    return this.conceal(wordsOf(asked.error))
  }

  /** What an answer that is none says, as an error. */
  awayBy(answer: Extract<Asked, { type: 'answered' }>): ServerAway {
    const elsewhere = pointsTo(answer)
    return new ServerAway(this.#complaintOf(answer), answer.status, null, { said: wordsIn(answer.body), elsewhere })
  }

  #complaintOf(answer: Extract<Asked, { type: 'answered' }>): string {
    const { status, body } = answer
    const elsewhere = pointsTo(answer)
    if (elsewhere !== null) {
      return this.conceal(`Its server points to ${elsewhere}: if that is its server, enter it as such`)
    }
    const said = wordsIn(body)
    return this.conceal(`Its server answered with status ${status}${said === null ? '' : `: ${said}`}`)
  }

  close(): void {
    this.#reading.close()
    this.#writing.close()
  }

  #wouldBeClear(): Obstacle | null {
    const { protocol, hostname, port } = new URL(this.settings.server)
    if (protocol === 'https:' || isListed(hostname, Number(port) || 80, this.surroundings.internalHosts)) return null
    const sentence = `${hostname} would be given the token in clear, and is not listed as an internal host: use https.`
    return new Obstacle('in-clear', hostname, sentence)
  }
}

function pointsTo({ status, headers }: Extract<Asked, { type: 'answered' }>): string | null {
  return status >= 300 && status < 400 ? (headers.location ?? null) : null
}

function strange(path: string): ServerAway {
  const sentence = `Its server answered ${path} with something else than expected`
  return new ServerAway(sentence, 200, null, { cause: new Unexpected(sentence) })
}

export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

function wordsIn(body: Buffer): string | null {
  const said = Complaint.safeParse(jsonOf(body)).data
  return said === undefined ? null : (said.error_description ?? said.error)
}
