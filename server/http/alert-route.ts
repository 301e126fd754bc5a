import { paths } from '@muster/shared/endpoint.ts'
import { Identifier } from '@muster/shared/identifier.ts'
import { Router } from 'express'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { consume, network } from '../auth/limits.ts'
import { Doorstep } from './doorstep.ts'
import { readUnproved } from './hook-body.ts'
import { sendSentence, sendTooMany } from './respond.ts'
import type { HttpSurroundings } from './surroundings.ts'

/** A group of thousands of alerts is as long as this. */
const longestBody = 1_048_576
/** From one network, so that a stranger stands in no source's way. */
const callsPerSecond = 50

/** Other systems that alarm: each call is proved by its source's secret, from its bytes as they came. */
export function alertRoute({ alertDoor, hook }: HttpSurroundings): Router {
  const calls = new RateLimiterMemory({ points: callsPerSecond, duration: 1 })
  const doorstep = new Doorstep()
  const router = Router()
  router
    .route(paths.alert)
    .all(async ({ method, params, ip }, response, next) => {
      if (method !== 'POST') return sendSentence(response, 405, 'It is called with POST.')
      if (!Identifier.safeParse(params.sourceId).success)
        return sendSentence(response, 404, 'There is no such source of alerts.')
      const seconds = await consume(calls, `${network(ip ?? '')} ${String(params.sourceId)}`)
      if (seconds === null) next()
      else sendTooMany(response, seconds)
    })
    .post(async (request, response) => {
      const reading = { doorstep, limit: longestBody, withinMs: hook.bodyWithinMs }
      const leave = await readUnproved(request, response, reading)
      if (leave === null) return
      const body: unknown = request.body
      const call = { headers: request.headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) }
      const answer = await alertDoor(String(request.params.sourceId), call).finally(leave)
      response.status(answer.status).json(answer.body)
    })
  return router
}
