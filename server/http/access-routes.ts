import { type Me, NewPassword, paths, SignIn } from '@muster/shared/endpoint.ts'
import { may, type Permission, permissions } from '@muster/shared/permission.ts'
import { protocolVersion } from '@muster/shared/protocol.ts'
import { Router } from 'express'
import { hashOf } from '../auth/secret.ts'
import type { Actor } from '../domain/decision.ts'
import { type Guard, mayGuest } from './guard.ts'
import { sendInvalid, sendOutcome, sendSentence, sendTooMany } from './respond.ts'
import type { HttpSurroundings } from './surroundings.ts'

/** Coming in, going out, and who one is. */
export function accessRoutes({ cookie, entrance, sessions }: HttpSurroundings, guard: Guard): Router {
  const router = Router()

  router.post(paths.signIn, async (request, response) => {
    const credentials = SignIn.safeParse(request.body)
    if (!credentials.success) return sendInvalid(response, credentials.error)
    const secret = cookie.read(request.headers.cookie)
    const former = secret === null ? null : hashOf(secret)
    const signedIn = await entrance.signIn({ credentials: credentials.data, address: request.ip ?? '', former })
    if (signedIn.type === 'limited') return sendTooMany(response, signedIn.seconds)
    if (signedIn.type === 'refused') return sendSentence(response, 401, signedIn.refusal.sentence)
    if (signedIn.type === 'unavailable') return sendOutcome(response, signedIn)
    response.set('set-cookie', cookie.give(signedIn.secret)).json({ personId: signedIn.personId })
  })

  router.post(paths.signOut, async (request, response) => {
    const visitor = await sessions.actorOfRequest(request)
    const outcome = visitor === null || 'farewell' in visitor ? null : await entrance.signOut(visitor)
    if (outcome?.type === 'unavailable') return sendOutcome(response, outcome)
    response.set('set-cookie', cookie.take()).json({})
  })

  router.get(
    paths.me,
    guard(null, ({ actor }, _, response) => {
      response.json(meOf(actor))
    }),
  )

  router.post(
    paths.password,
    guard(null, async (visitor, request, response) => {
      const wanted = NewPassword.safeParse(request.body)
      if (visitor.session === null)
        return sendSentence(response, 403, 'A token has no password. Sign in as a person to set one.')
      if (!wanted.success) return sendInvalid(response, wanted.error)
      sendOutcome(response, await entrance.setPassword(visitor, wanted.data.password))
    }),
  )

  return router
}

function meOf({ id, name, team, role, incidentId }: Actor): Me {
  if (role === 'system') throw new Error('nobody signs in as Muster itself')
  const allowed = (Object.keys(permissions) as Permission[]).filter(
    permission => may(role, permission) && (incidentId === null || mayGuest(permission)),
  )
  return { id, name, team, role, incidentId, permissions: allowed, protocolVersion }
}
