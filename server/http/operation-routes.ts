import { paths } from '@muster/shared/endpoint.ts'
import { type Request, type RequestHandler, Router } from 'express'
import { company } from '../domain/indexes.ts'
import { openapiOf } from './openapi.ts'
import { sendSentence } from './respond.ts'
import type { HttpSurroundings } from './surroundings.ts'

const patienceMs = 2_000

/** For who runs Muster: whether it lives, whether it can work, what it counts, how it is spoken to. */
export function operationRoutes(surroundings: HttpSurroundings): Router {
  const { config, measures } = surroundings
  const router = Router()

  router.get(paths.health, (_, response) => {
    response.json({ status: 'alive' })
  })

  router.get(paths.ready, async (_, response) => {
    const complaint = await complaintOf(surroundings)
    if (complaint !== null) return sendSentence(response, 503, complaint)
    response.json({ status: 'ready', store: surroundings.store.kind })
  })

  router.get(paths.metrics, mayMeasure(surroundings), async (_, response) => {
    response.type(measures.registry.contentType).send(await measures.registry.metrics())
  })

  let document: object | null = null
  router.get(paths.openapi, (_, response) => {
    document ??= openapiOf(config.origin)
    response.json(document)
  })

  return router
}

async function complaintOf({ store, leaving }: HttpSurroundings): Promise<string | null> {
  if (leaving()) return 'This Muster is stopping.'
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), patienceMs)
  try {
    return (await Promise.race([store.top(company.room), late])) === 'late'
      ? 'The store has not answered for two seconds.'
      : null
  } catch {
    return 'The store does not answer.'
  } finally {
    clearTimeout(timer)
  }
}

/** From this machine itself, or with a token or session of a commander. */
function mayMeasure({ sessions }: HttpSurroundings): RequestHandler {
  return async (request, response, next) => {
    if (isLocal(request)) return next()
    const visitor = await sessions.actorOfRequest(request)
    if (visitor !== null && 'actor' in visitor && visitor.actor.role === 'commander') next()
    else sendSentence(response, 403, 'The measures are for this machine, and for commanders.')
  }
}

/** What came through a proxy of this machine is not local, whatever its connection looks like. */
function isLocal({ socket, headers }: Request): boolean {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false
  return ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(socket.remoteAddress ?? '')
}
