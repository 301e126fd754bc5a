import { paths } from '@muster/shared/endpoint.ts'
import { ChannelTrial, type TrialsAnswer } from '@muster/shared/trial.ts'
import { Router } from 'express'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { consume } from '../auth/limits.ts'
import type { Guard } from './guard.ts'
import { sendInvalid, sendRefusal, sendTooMany } from './respond.ts'
import type { HttpSurroundings } from './surroundings.ts'

/** Each signs in at another server, whose own patience with tries is short. */
const tries = { points: 10, duration: 60 }

/** Trying a channel out before it is saved. */
export function trialRoutes({ tryChannel }: HttpSurroundings, guard: Guard): Router {
  const limiter = new RateLimiterMemory(tries)
  const router = Router()
  router.post(
    paths.tryChannel,
    guard('channel/try', async ({ actor }, request, response) => {
      const trial = ChannelTrial.safeParse(request.body)
      if (!trial.success) return sendInvalid(response, trial.error)
      const seconds = await consume(limiter, actor.id)
      if (seconds !== null) return sendTooMany(response, seconds)
      const tried = await tryChannel(trial.data)
      if ('refusal' in tried) return sendRefusal(response, tried.refusal)
      response.json(tried satisfies TrialsAnswer)
    }),
  )
  return router
}
