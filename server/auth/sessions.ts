import type { IncomingHttpHeaders } from 'node:http'
import type { Incident } from '@muster/shared/incident.ts'
import type { Desk } from '../desk/desk.ts'
import type { PersonRecord, TokenRecord } from '../domain/access.ts'
import { type Actor, muster } from '../domain/decision.ts'
import { type Farewell, guestOf, thanks } from '../domain/guest.ts'
import { company } from '../domain/indexes.ts'
import { readinessOf } from '../domain/readiness.ts'
import { needsTouch, type SessionRecord, sessionLives } from '../domain/session.ts'
import type { SessionCookie } from './cookie.ts'
import { hashOf } from './secret.ts'

/** Who stands at a door, by a session or by a token: the hash of its secret. */
export type Visitor = { actor: Actor; session: string | null; token: string | null }

/**
 * Finds out who somebody is, from the store each time: what was taken from a person is gone at the next look. Answers null
 * for whoever it is not sure of, a farewell for a guest whose incident is resolved, and throws `StoreUnavailable` when the store did not answer.
 */
export class Sessions {
  readonly #desk: Desk
  readonly #cookie: SessionCookie

  constructor(desk: Desk, cookie: SessionCookie) {
    this.#desk = desk
    this.#cookie = cookie
  }

  /** By `authorization: Bearer` or by cookie. Who shows a token is judged by that alone. */
  async actorOfRequest({ headers }: { headers: IncomingHttpHeaders }): Promise<Visitor | Farewell | null> {
    if (showsToken(headers)) return this.#ofToken(bearerOf(headers))
    const secret = this.#cookie.read(headers.cookie)
    return secret === null ? null : this.#ofSession(hashOf(secret))
  }

  /** As of a request, or by `auth.token` of the socket's handshake. */
  async actorOfHandshake(headers: IncomingHttpHeaders, auth: unknown): Promise<Visitor | Farewell | null> {
    const token = (auth as { token?: unknown } | null | undefined)?.token
    if (token === undefined || token === null) return this.actorOfRequest({ headers })
    return typeof token === 'string' ? this.#ofToken(token) : null
  }

  /** The same, as the realtime gateway takes it: somebody who can be looked at again. */
  async visitorOf(headers: IncomingHttpHeaders, auth: unknown) {
    const visitor = await this.actorOfHandshake(headers, auth)
    if (visitor === null || 'farewell' in visitor) return visitor
    return { actor: visitor.actor, again: () => this.again(visitor), touch: () => this.touch(visitor) }
  }

  /** Who the visitor is now; null when they are to go. Looking does not count as their work. */
  async again(visitor: Visitor): Promise<Actor | Farewell | null> {
    if (visitor.token !== null) return this.#tokenActor(visitor.token)
    const found = visitor.session === null ? null : await this.#lookUp(visitor.session)
    return found === null || 'farewell' in found ? found : found.actor
  }

  /** Somebody worked: their session is not idle. Costs a write every five minutes at most, and never fails. */
  async touch({ session }: Visitor): Promise<void> {
    if (session === null) return
    const command = { id: crypto.randomUUID(), type: 'session/touch', session } as const
    await this.#desk.handle(company.room, command, muster)
  }

  async #ofSession(hash: string): Promise<Visitor | Farewell | null> {
    const found = await this.#lookUp(hash)
    if (found === null || 'farewell' in found) return found
    const visitor = { actor: found.actor, session: hash, token: null }
    if (found.idle) await this.touch(visitor)
    return visitor
  }

  async #lookUp(hash: string): Promise<{ actor: Actor; idle: boolean } | Farewell | null> {
    const key = company.session(hash)
    const first = await this.#desk.store.read(company.room, [key])
    const personId = (first.records[0]?.value as SessionRecord | undefined)?.personId
    if (personId === undefined) return null
    // Both in one picture: a new password changes the two together.
    const { now, records } = await this.#desk.store.read(company.room, [key, company.person(personId)])
    const session = (records[0]?.value ?? null) as SessionRecord | null
    const person = (records[1]?.value ?? null) as PersonRecord | null
    if (session === null || person === null || !sessionLives(session, person, now)) return null
    const { id, name, team, role, cohort = 'support' } = person
    const incidentId = guestOf(person)
    if (incidentId !== null && !(await this.#isOpen(incidentId))) return thanks
    const readiness = readinessOf(person, now)
    return { actor: { id, name, team, role, incidentId, cohort, readiness }, idle: needsTouch(session, now) }
  }

  /** No incident opens again, so this need not be of the same picture. */
  async #isOpen(incidentId: string): Promise<boolean> {
    const { records } = await this.#desk.store.read(company.room, [company.incident(incidentId)])
    return (records[0]?.value as Incident | undefined)?.state === 'open'
  }

  async #ofToken(secret: string | null): Promise<Visitor | null> {
    if (secret === null || secret.length > 200) return null
    const token = hashOf(secret)
    const actor = await this.#tokenActor(token)
    return actor === null ? null : { actor, session: null, token }
  }

  async #tokenActor(hash: string): Promise<Actor | null> {
    const { records } = await this.#desk.store.read(company.room, [company.token(hash)])
    const token = (records[0]?.value ?? null) as TokenRecord | null
    if (token === null) return null
    return { id: token.id, name: token.name, team: 'Programs', role: token.role, incidentId: null }
  }
}

/** Whether a request stands by a token: then its cookie counts for nothing. Other schemes are a proxy's business. */
export function showsToken({ authorization }: IncomingHttpHeaders): boolean {
  return /^Bearer\b/i.test(authorization ?? '')
}

function bearerOf({ authorization }: IncomingHttpHeaders): string | null {
  return /^Bearer ([\w-]{20,200})$/i.exec(authorization ?? '')?.[1] ?? null
}
