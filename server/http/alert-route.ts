import { paths } from '@muster/shared/endpoint.ts'
import { Identifier } from '@muster/shared/identifier.ts'
import express, { Router } from 'express'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { consume, network } from '../auth/limits.ts'
import { sendSentence, sendTooMany } from './respond.ts'
import type { HttpSurroundings } from './surroundings.ts'

/** A group of thousands of alerts is as long as this. */
const longestBody = 1_048_576
/** From one network, so that a stranger stands in no source's way. */
const callsPerSecond = 50

/** Other systems that alarm: each call is proved by its source's secret, from its bytes as they came. */
export function alertRoute({ alertDoor }: HttpSurroundings): Router {
  const calls = new RateLimiterMemory({ points: callsPerSecond, duration: 1 })
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
    .post(express.raw({ type: () => true, limit: longestBody, inflate: false }), async (request, response) => {
      const body: unknown = request.body
      const call = { headers: request.headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) }
      const answer = await alertDoor(String(request.params.sourceId), call)
      response.status(answer.status).json(answer.body)
    })
  return router
}
