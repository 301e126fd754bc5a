import { IncidentPath, JoinRequest, paths } from '@muster/shared/endpoint.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { type Request, type Response, Router } from 'express'
import { joinOf } from '../auth/join.ts'
import { hashOf } from '../auth/secret.ts'
import { beyondGuest } from '../domain/guest.ts'
import type { Guard } from './guard.ts'
import { sendInvalid, sendOutcome, sendRefusal, sendTooMany } from './respond.ts'
import type { HttpSurroundings } from './surroundings.ts'

type Not = Exclude<Awaited<ReturnType<HttpSurroundings['guests']['enter']>>, { type: 'joined' }>

/** The way into an incident by a code, and what those who lead see of it. */
export function joinRoutes(surroundings: HttpSurroundings, guard: Guard): Router {
  const { config, guests, store } = surroundings
  const router = Router()

  router.get(
    paths.incidentJoin,
    guard('read/join', async (_, request, response) => {
      const path = IncidentPath.safeParse(request.params)
      if (!path.success) return sendInvalid(response, path.error)
      const join = await joinOf(store, path.data.incidentId, config.origin)
      if (join === undefined) return sendRefusal(response, notFound('incident'))
      response.json({ join })
    }),
  )

  router.get(paths.joinCode, async ({ params, ip }, response) => {
    const led = await guests.look(params.code, ip ?? '')
    if (led.type === 'led') response.json(led.offer)
    else sendNot(response, led)
  })

  router.post(paths.join, async (request, response) => {
    const wanted = JoinRequest.safeParse(request.body)
    if (!wanted.success) return sendInvalid(response, wanted.error)
    if (await stayedThemselves(surroundings, request, wanted.data, response)) return
    const guest = JoinRequest.required().safeParse(request.body)
    if (!guest.success) return sendInvalid(response, guest.error)
    const secret = surroundings.cookie.read(request.headers.cookie)
    const joined = await guests.enter(guest.data, request.ip ?? '', secret === null ? null : hashOf(secret))
    if (joined.type !== 'joined') return sendNot(response, joined)
    const { personId, incidentId } = joined
    response.set('set-cookie', surroundings.cookie.give(joined.secret)).json({ personId, incidentId })
  })

  return router
}

/** Who is signed in and sends the code alone is told where it leads. */
async function stayedThemselves(
  { guests, sessions }: HttpSurroundings,
  request: Request,
  { code, name, team }: JoinRequest,
  response: Response,
): Promise<boolean> {
  const visitor = name === undefined && team === undefined ? await sessions.actorOfRequest(request) : null
  if (visitor === null || 'farewell' in visitor) return false
  const led = await guests.look(code, request.ip ?? '')
  const beyond = led.type === 'led' ? beyondGuest(visitor.actor, led.offer.incidentId, 'join') : null
  if (led.type !== 'led') sendNot(response, led)
  else if (beyond !== null) sendRefusal(response, beyond)
  else response.json({ personId: visitor.actor.id, incidentId: led.offer.incidentId })
  return true
}

function sendNot(response: Response, not: Not): void {
  if (not.type === 'limited') sendTooMany(response, not.seconds)
  else sendOutcome(response, not)
}
