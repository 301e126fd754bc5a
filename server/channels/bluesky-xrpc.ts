import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import type { LimitTold } from './channel.ts'
import { type Concealment, wordsOf } from './concealment.ts'
import type { SafeFetch } from './safe-fetch.ts'

export type Request = {
  method: 'GET' | 'POST'
  /** The name of the call, as "app.bsky.feed.getPosts". */
  name: string
  query?: Record<string, string | readonly string[]>
  body?: object
  /** Goes through the account's server to the one that keeps direct messages. */
  direct?: boolean
}

/** `unsent`: it cannot have been carried out. `lost`: nobody can tell. */
export type Answer =
  | { type: 'done'; body: unknown; told: LimitTold | null; accountWide: boolean }
  | {
      type: 'refused'
      status: number
      error: string
      message: string
      afterMs: number | null
      told: LimitTold | null
      /** What was told is about calls of every kind. */
      accountWide: boolean
    }
  | { type: 'forbidden' | 'unsent' | 'lost'; reason: string; cause?: unknown }

type Line = { out: SafeFetch; conceal: Concealment; clock: () => number; limitMs: number }

const Failure = z.object({ error: z.string().catch(''), message: z.string().catch('') })
const longestPauseMs = 3_600_000
/** Points that creating a record takes off what the server says is left. */
const pointsOfPost = 3
/** In s: whatever is counted in so little time is every call. */
const callsWindow = 300

/** What an answer says to a person. */
export function reasonOf(answer: Exclude<Answer, { type: 'done' }>): string {
  if (answer.type !== 'refused') return answer.reason
  const { status, error, message } = answer
  if (status === 429) return 'Its server asks to be called less often.'
  if (error === 'InvalidToken' && message.startsWith('Bad token'))
    return 'This app password may not use direct messages: make one that may.'
  const known: Record<string, string> = {
    AuthenticationRequired: 'Its server does not accept the handle or the app password.',
    AuthFactorTokenRequired: 'Its server asks for a code: give an app password instead of the account’s own.',
    AccountTakedown: 'The account was taken down.',
    AccountDeactivated: 'The account is deactivated.',
  }
  return known[error] ?? `Its server answered ${status}: ${message || error || 'no reason'}`
}

/** A call that had to succeed did not. */
export class BlueskyTrouble extends Error {
  override name = 'BlueskyTrouble'
  readonly answer: Exclude<Answer, { type: 'done' }>
  readonly afterMs: number | null
  /** Null where there was no answer, or where it says of the account what no password mends. */
  readonly status: number | null
  /** What its server said of it, as it said it. */
  readonly said: string

  constructor(answer: Exclude<Answer, { type: 'done' }>) {
    super(reasonOf(answer), 'cause' in answer ? { cause: answer.cause } : {})
    this.answer = answer
    const { status, afterMs, message, error } =
      answer.type === 'refused' ? answer : { status: null, afterMs: null, message: '', error: '' }
    this.status = statusOf(status, error, message)
    this.afterMs = afterMs
    this.said = message || error
  }
}

function statusOf(status: number | null, error: string, message: string): number | null {
  // Its password was taken, and may not do this.
  if (error === 'InvalidToken' && message.startsWith('Bad token')) return 403
  return status === 401 && (error === 'AccountTakedown' || error === 'AccountDeactivated') ? null : status
}

/** One call of a server that speaks XRPC. Never rejects. */
export async function callXrpc(
  { out, conceal, clock, limitMs }: Line,
  host: string,
  request: Request,
  token: string | null,
  signal: AbortSignal,
): Promise<Answer> {
  const asked = await out.ask({
    method: request.method,
    url: addressOf(host, request),
    headers: headersOf(request, token),
    body: request.body === undefined ? null : JSON.stringify(request.body),
    limitMs,
    signal,
  })
  if (asked.type !== 'answered') {
    const { type, error } = asked
    return { type, reason: conceal(wordsOf(error)), cause: error }
  }
  const told = limitTold(asked.headers)
  const accountWide = isOfCalls(asked.status, asked.headers)
  const body = jsonOf(asked.body)
  if (asked.status >= 200 && asked.status < 300) return { type: 'done', body, told, accountWide }
  const { error, message } = Failure.catch({ error: '', message: '' }).parse(body)
  return {
    type: 'refused',
    status: asked.status,
    error: conceal(error),
    message: conceal(message),
    afterMs: asked.status === 429 ? pauseOf(asked.headers, clock()) : null,
    told,
    accountWide,
  }
}

function addressOf(host: string, { name, query = {} }: Request): string {
  const url = new URL(`/xrpc/${name}`, host)
  for (const [key, value] of Object.entries(query))
    for (const each of [value].flat()) url.searchParams.append(key, each)
  return url.href
}

function headersOf({ body, direct }: Request, token: string | null): Record<string, string> {
  return {
    accept: 'application/json',
    'user-agent': 'Muster',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(token !== null && { authorization: `Bearer ${token}` }),
    ...(direct === true && { 'atproto-proxy': 'did:web:api.bsky.chat#bsky_chat' }),
  }
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

/** How many posts its server says it still takes, by the points of the tightest of its limits. */
function limitTold(headers: IncomingHttpHeaders): LimitTold | null {
  const left = numberOf(headers['ratelimit-remaining'])
  const resetsAt = numberOf(headers['ratelimit-reset'])
  return left === null || resetsAt === null
    ? null
    : { left: Math.floor(left / pointsOfPost), resetsAt: resetsAt * 1000 }
}

/**
 * A server counts calls of every kind by five minutes, and what is written by the hour and the day. It tells so also where
 * another server, to which it only passed a call on, wants no more.
 */
function isOfCalls(status: number, headers: IncomingHttpHeaders): boolean {
  const [, seconds] = /;\s*w=(\d{1,9})$/.exec(String(headers['ratelimit-policy'])) ?? []
  const isItself = status !== 429 || numberOf(headers['ratelimit-remaining']) === 0
  return seconds !== undefined && Number(seconds) <= callsWindow && isItself
}

function pauseOf(headers: IncomingHttpHeaders, now: number): number | null {
  const seconds = numberOf(headers['retry-after'])
  const resetsAt = numberOf(headers['ratelimit-reset'])
  const pause = seconds !== null ? seconds * 1000 : resetsAt === null ? null : resetsAt * 1000 - now
  return pause === null ? null : Math.min(Math.max(pause, 1_000), longestPauseMs)
}

function numberOf(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,12}$/.test(header) ? Number(header) : null
}
