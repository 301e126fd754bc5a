import { paths } from '@muster/shared/endpoint.ts'
import { Identifier } from '@muster/shared/identifier.ts'
import express, { Router } from 'express'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { consume } from '../auth/limits.ts'
import { sendSentence, sendTooMany } from './respond.ts'
import type { HttpSurroundings } from './surroundings.ts'

/** Longest call, in bytes. */
const longest = 262_144
/** Far more than any network sends; what a loop on the other side would reach. */
const callsPerSecond = 1_000

/** Webhook channels: signed calls of other servers, handed on with their bytes as they came. */
export function hookRoute({ hook }: HttpSurroundings): Router {
  const calls = new RateLimiterMemory({ points: callsPerSecond, duration: 1 })
  const router = Router()
  router.post(
    paths.hook,
    async ({ params }, response, next) => {
      if (!Identifier.safeParse(params.channelId).success)
        return sendSentence(response, 404, 'There is no such channel.')
      const seconds = await consume(calls, String(params.channelId))
      if (seconds === null) next()
      else sendTooMany(response, seconds)
    },
    express.raw({ type: () => true, limit: longest, inflate: false }),
    async ({ params, headers, body }, response) => {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
      const answer = await hook(String(params.channelId), headers, bytes)
      response.status(answer.status).json(answer.body)
    },
  )
  return router
}
