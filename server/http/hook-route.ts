import { paths } from '@muster/shared/endpoint.ts'
import { Identifier } from '@muster/shared/identifier.ts'
import { type Request, type Response, Router } from 'express'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { consume, network } from '../auth/limits.ts'
import { Doorstep } from './doorstep.ts'
import { readBody, readUnproved } from './hook-body.ts'
import { sendFull, sendSentence, sendTooMany } from './respond.ts'
import type { Hook, HookAnswer, HttpSurroundings } from './surroundings.ts'

/** Channels that are called: signed calls of other servers, handed on with their bytes as they came. */
export function hookRoute({ hook }: HttpSurroundings): Router {
  const tries = new RateLimiterMemory({ points: hook.callsPerSecond, duration: 1 })
  const entrance = new HookEntrance(hook)
  const router = Router()
  router
    .route(paths.hook)
    .all(async ({ method, params, ip }, response, next) => {
      if (method !== 'GET' && method !== 'POST') return sendSentence(response, 405, 'It is called with GET or POST.')
      if (!Identifier.safeParse(params.channelId).success)
        return sendSentence(response, 404, 'There is no such channel.')
      const seconds = await consume(tries, `${network(ip ?? '')} ${String(params.channelId)}`)
      if (seconds === null) next()
      else sendTooMany(response, seconds)
    })
    .all((request, response) => entrance.answer(request, response))
  return router
}

/** The way of one call: what it proves, and when, says in which room it is held meanwhile. */
class HookEntrance {
  readonly #hook: Hook
  readonly #doorstep = new Doorstep()
  readonly #proved: RateLimiterMemory

  constructor(hook: Hook) {
    this.#hook = hook
    this.#proved = new RateLimiterMemory({ points: hook.callsPerSecond, duration: 1 })
  }

  async answer(request: Request, response: Response): Promise<void> {
    const channelId = channelOf(request)
    const { body: _, ...head } = callOf(request)
    const met = this.#hook.meet(channelId, head)
    if (met.type === 'turned-away') return send(response, met.answer)
    const limit = this.#hook.longest(channelId)
    if (limit === null) return send(response, (await this.#hook.judge(channelId, callOf(request))).answer)
    if (met.type === 'unproved') return await this.#unproved(request, response, limit)
    await this.#held(channelId, response, Math.min(announcedBy(request), limit), async () => {
      await readBody(request, response, limit)
      const { answer, take } = await this.#hook.judge(channelId, callOf(request))
      return take === null ? answer : await take()
    })
  }

  /** It has room among those that proved who they are only once it did. */
  async #unproved(request: Request, response: Response, limit: number): Promise<void> {
    const channelId = channelOf(request)
    const withinMs = this.#hook.bodyWithinMs
    const leave = await readUnproved(request, response, { doorstep: this.#doorstep, limit, withinMs })
    if (leave === null) return
    const call = callOf(request)
    const { answer, take } = await this.#hook.judge(channelId, call).finally(leave)
    if (take === null) return send(response, answer)
    await this.#held(channelId, response, call.body.byteLength, take)
  }

  /** Answers what `take` does, within the room and the pace of those that proved who they are. */
  async #held(channelId: string, response: Response, bytes: number, take: () => Promise<HookAnswer>): Promise<void> {
    const seconds = await consume(this.#proved, channelId)
    if (seconds !== null) return sendTooMany(response, seconds)
    const leave = this.#hook.enter(bytes)
    if (leave === null) return sendFull(response)
    try {
      send(response, await take())
    } finally {
      leave()
    }
  }
}

function send(response: Response, { status, body }: HookAnswer): void {
  response.status(status).json(body)
}

/** In bytes; without end where it comes in pieces. */
function announcedBy({ headers }: Request): number {
  const { 'content-length': length, 'transfer-encoding': pieces } = headers
  return pieces === undefined ? Number(length ?? 0) : Number.POSITIVE_INFINITY
}

function channelOf({ params }: Request): string {
  return String(params.channelId)
}

function callOf({ method, query, headers, body }: Request) {
  const words = Object.entries(query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))
  return {
    method: method === 'GET' ? ('GET' as const) : ('POST' as const),
    query: Object.fromEntries(words) as Record<string, string>,
    headers,
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  }
}
