import type { SignIn } from '@muster/shared/endpoint.ts'
import type { Outcome, Refusal } from '@muster/shared/refusal.ts'
import type { Desk } from '../desk/desk.ts'
import { nameKey } from '../domain/access.ts'
import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { type PasswordRecord, type SessionCommand, sessionLifeMs, wrongPassword } from '../domain/session.ts'
import type { Listed } from '../store/store.ts'
import { SignInLimits } from './limits.ts'
import { encodePassword, passwordFits } from './password.ts'
import { hashOf, newSecret } from './secret.ts'
import type { Visitor } from './sessions.ts'

/** `secret` is the new session's, for the cookie and nobody else. */
export type SignedIn =
  | { type: 'signed-in'; secret: string; personId: string }
  | { type: 'limited'; seconds: number }
  | { type: 'refused'; refusal: Refusal }
  | Extract<Outcome, { type: 'unavailable' }>

/** `address` is the network address the try came from; `former` the hash of the session this browser had. */
export type Try = { credentials: SignIn; address: string; former: string | null }

/** The way in and out. Throws `StoreUnavailable` and `TooBusy`; nothing has changed then. */
export class Entrance {
  readonly #desk: Desk
  readonly #limits: SignInLimits

  constructor(desk: Desk, limits: SignInLimits = new SignInLimits()) {
    this.#desk = desk
    this.#limits = limits
  }

  async signIn({ credentials, address, former }: Try): Promise<SignedIn> {
    const name = 'name' in credentials ? nameKey(credentials.name) : null
    const seconds = await this.#limits.count(address, name)
    if (seconds !== null) return { type: 'limited', seconds }
    const secret = newSecret()
    const command = await this.#commandFor(credentials, hashOf(secret), former)
    if (command === null) return { type: 'refused', refusal: wrongPassword }
    const outcome = await this.#give(command)
    if (outcome.type === 'unavailable' || outcome.type === 'refused') return outcome
    await this.#limits.giveBack(address, name)
    // They are in, whether or not this works; the next who signs in clears away what this one could not.
    await this.#clearAway().catch(() => undefined)
    return { type: 'signed-in', secret, personId: String(outcome.answer.personId) }
  }

  signOut(visitor: Visitor): Promise<Outcome> | null {
    if (visitor.session === null) return null
    return this.#give({ id: crypto.randomUUID(), type: 'session/end', session: visitor.session })
  }

  async setPassword({ actor, session }: Visitor, password: string): Promise<Outcome> {
    const encoded = await encodePassword(password)
    return this.#give({ id: crypto.randomUUID(), type: 'password/set', personId: actor.id, encoded, session })
  }

  /** null when name and password do not belong together; an unknown name takes as long to say so. */
  async #commandFor(credentials: SignIn, session: string, former: string | null): Promise<SessionCommand | null> {
    const id = crypto.randomUUID()
    if ('link' in credentials) {
      return { id, type: 'link/redeem', link: hashOf(credentials.link), session, former }
    }
    const { personId, encoded } = await this.#known(credentials.name)
    if (!(await passwordFits(credentials.password, encoded)) || encoded === null || personId === null) return null
    return { id, type: 'session/start', personId, encoded, session, former }
  }

  async #known(name: string): Promise<{ personId: string | null; encoded: string | null }> {
    const { store } = this.#desk
    const named = await store.read(company.room, [nameKey(name)])
    const personId = (named.records[0]?.value as { personId: string } | undefined)?.personId ?? null
    // Read for nobody too, so that the time says nothing.
    const { records } = await store.read(company.room, [company.password(personId ?? '')])
    return { personId, encoded: (records[0]?.value as PasswordRecord | undefined)?.encoded ?? null }
  }

  async #give(command: SessionCommand): Promise<Extract<Outcome, { type: 'done' | 'refused' | 'unavailable' }>> {
    const outcome = await this.#desk.handle(company.room, command, muster)
    if (outcome.type === 'invalid') throw new Error('the desk found its own command invalid')
    return outcome
  }

  /** What is over takes no room for long: whoever signs in clears some of it away. */
  async #clearAway(): Promise<void> {
    const { store } = this.#desk
    const now = await store.now()
    const page = { after: null, limit: 20 }
    const sessions = await store.list(company.room, company.sessions, { ...page, upTo: now - sessionLifeMs })
    const links = await store.list(company.room, company.links, { ...page, upTo: now })
    const hash = ({ key }: Listed) => key.slice(key.indexOf('/') + 1)
    await Promise.all([
      ...sessions.map(listed => this.#give({ id: crypto.randomUUID(), type: 'session/end', session: hash(listed) })),
      ...links.map(listed => this.#give({ id: crypto.randomUUID(), type: 'link/forget', link: hash(listed) })),
    ])
  }
}
