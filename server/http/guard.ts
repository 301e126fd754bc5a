import { Identifier } from '@muster/shared/identifier.ts'
import { may, type Permission } from '@muster/shared/permission.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { Request, RequestHandler, Response } from 'express'
import { type Sessions, showsToken, type Visitor } from '../auth/sessions.ts'
import { mayThere } from '../desk/ask.ts'
import type { Actor } from '../domain/decision.ts'
import { beyondGuest } from '../domain/guest.ts'
import { notAllowed } from '../domain/refusals.ts'
import type { Store } from '../store/store.ts'
import { sendElsewhere, sendFarewell, sendRefusal, sendSentence } from './respond.ts'
import type { Origins } from './surroundings.ts'

type Handler = (visitor: Visitor, request: Request, response: Response) => Promise<void> | void

export type Guard = (permission: Permission | null, handler: Handler) => RequestHandler

/** What guests may read, of their incident. */
const readByGuests: readonly Permission[] = [
  'read/incident',
  'read/conversation',
  'read/usage',
  'read/samples',
  'read/join',
]

export function mayGuest(permission: Permission): boolean {
  return !permission.startsWith('read/') || readByGuests.includes(permission)
}

/** Lets nobody on but who is signed in and, where a permission is named, has it by the one table. */
export function guardOf({ sessions, store }: { sessions: Sessions; store: Store }): Guard {
  return (permission, handler) => async (request, response) => {
    const visitor = await sessions.actorOfRequest(request)
    if (visitor === null) return sendSentence(response, 401, 'You are not signed in. Sign in, then try again.')
    if ('farewell' in visitor) return sendFarewell(response, visitor)
    const { actor } = visitor
    response.locals.by = actor.id
    const refusal = permission === null ? null : await refusalOf(store, actor, permission, request)
    if (refusal !== null) return sendRefusal(response, refusal)
    await handler(visitor, request, response)
  }
}

async function refusalOf(
  store: Store,
  actor: Actor,
  permission: Permission,
  { params }: Request,
): Promise<Refusal | null> {
  const named = params.incidentId === undefined ? null : String(params.incidentId)
  // Without an incident in its path it is the company's, but for the list of incidents, which shows guests their own.
  const beyond = beyondGuest(actor, mayGuest(permission) ? (named ?? actor.incidentId) : null, permission)
  if (beyond !== null || may(actor.role, permission)) return beyond
  const there = Identifier.safeParse(named)
  if (there.success && (await mayThere(store, actor, there.data, permission))) return null
  return notAllowed(actor.role, permission)
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
    sendElsewhere(response, ours)
  }
}
