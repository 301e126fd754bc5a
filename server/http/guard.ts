import { may, type Permission } from '@muster/shared/role.ts'
import type { Request, RequestHandler, Response } from 'express'
import { type Sessions, showsToken, type Visitor } from '../auth/sessions.ts'
import { notAllowed } from '../domain/refusals.ts'
import { sendRefusal, sendSentence } from './respond.ts'
import type { Origins } from './surroundings.ts'

type Handler = (visitor: Visitor, request: Request, response: Response) => Promise<void> | void

export type Guard = (permission: Permission | null, handler: Handler) => RequestHandler

/** Lets nobody on but who is signed in and, where a permission is named, has it by the one table. */
export function guardOf(sessions: Sessions): Guard {
  return (permission, handler) => async (request, response) => {
    const visitor = await sessions.actorOfRequest(request)
    if (visitor === null) return sendSentence(response, 401, 'You are not signed in. Sign in, then try again.')
    const { id, role } = visitor.actor
    response.locals.by = id
    if (permission !== null && !may(role, permission)) return sendRefusal(response, notAllowed(role, permission))
    await handler(visitor, request, response)
  }
}

const harmless: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/**
 * A browser sends a person's cookie whoever made it ask, so what changes something must come from our own pages. A bearer
 * token is sent by nobody unknowingly, and beside one the cookie does not count.
 */
export function ownOriginOnly({ origin: ours, origins }: Origins): RequestHandler {
  return ({ method, headers }, response, next) => {
    const { origin } = headers
    const site = headers['sec-fetch-site']
    const said = origin !== undefined || site !== undefined
    const own = (origin === undefined || origins.includes(origin)) && (site === undefined || site === 'same-origin')
    if (harmless.includes(method) || showsToken(headers) || (said && own)) return next()
    sendSentence(
      response,
      403,
      `This request came from another address than Muster's, so nothing was changed. Open Muster at ${ours}; whoever runs it can change that address with MUSTER_ORIGIN.`,
    )
  }
}
