import { paths } from '@muster/shared/endpoint.ts'
import { Identifier } from '@muster/shared/identifier.ts'
import express, { type Request, type Response, Router } from 'express'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { consume } from '../auth/limits.ts'
import { sendSentence, sendTooMany } from './respond.ts'
import type { HttpSurroundings } from './surroundings.ts'

/** Far more than any network sends; what a loop on the other side would reach. */
const callsPerSecond = 1_000

/** Channels that are called: signed calls of other servers, handed on with their bytes as they came. */
export function hookRoute({ hook }: HttpSurroundings): Router {
  const calls = new RateLimiterMemory({ points: callsPerSecond, duration: 1 })
  const router = Router()
  router
    .route(paths.hook)
    .all(async ({ method, params }, response, next) => {
      if (method !== 'GET' && method !== 'POST') return sendSentence(response, 405, 'It is called with GET or POST.')
      if (!Identifier.safeParse(params.channelId).success)
        return sendSentence(response, 404, 'There is no such channel.')
      const seconds = await consume(calls, String(params.channelId))
      if (seconds === null) next()
      else sendTooMany(response, seconds)
    })
    .post(({ headers, params }, response, next) => {
      const limit = hook.longest(String(params.channelId))
      if (limit === null) return next()
      const leave = hook.enter(Math.min(Number(headers['content-length'] ?? limit), limit))
      if (leave === null) return sendFull(response)
      response.on('close', leave)
      next()
    })
    .all((request, response, next) => {
      const { body: _, ...head } = callOf(request)
      const turnedAway = hook.turnedAway?.(String(request.params.channelId), head)
      if (turnedAway) return void response.status(turnedAway.status).json(turnedAway.body)
      const limit = hook.longest(String(request.params.channelId))
      if (limit === null) return next()
      express.raw({ type: () => true, limit, inflate: false })(request, response, next)
    })
    .all(async (request, response) => {
      const { status, body } = await hook.call(String(request.params.channelId), callOf(request))
      response.status(status).json(body)
    })
  return router
}

/** Before a byte of it is read: whoever calls has it still, and comes again. */
function sendFull(response: Response): void {
  response.set('retry-after', '5')
  sendSentence(response, 503, 'More came than can be stored at once. Nothing of this call was read; send it again.')
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
