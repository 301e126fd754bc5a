import type { JoinRequest, Me, SignIn } from '@muster/shared/endpoint.ts'
import type { Permission } from '@muster/shared/permission.ts'
import type { protocolVersion } from '@muster/shared/protocol.ts'
import { type Answer, ask } from './http.ts'
import { lastPerson } from './last-person.ts'
import { path } from './path.ts'
import { say } from './words.ts'

const spoken: typeof protocolVersion = 4
const betweenChecks = 5_000
const betweenTries = 4_000

export type Standing =
  | { type: 'asking' }
  /** `personId`: who sat here when the server last knew. */
  | { type: 'unreachable'; sentence: string; personId: string | null }
  /** `farewell`: the sentence thanks a guest whose incident is resolved. */
  | { type: 'out'; sentence: string | null; farewell: boolean }
  | { type: 'in'; me: Me }

/** Who sits here. */
export class Session {
  #checkedAt = 0
  #turn = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #standing = $state.raw<Standing>({ type: 'asking' })
  /** After a one-time link: whether to offer a password for the next time. */
  offersPassword = $state(false)

  get standing(): Standing {
    return this.#standing
  }

  /** Whether the server speaks another wire than these screens, which a reload mends. */
  get outdated(): boolean {
    return this.#standing.type === 'in' && this.#standing.me.protocolVersion !== spoken
  }

  /** Of several at once the last one counts. */
  async begin(): Promise<void> {
    clearTimeout(this.#timer)
    this.#turn += 1
    const turn = this.#turn
    const answer = await ask<Me>('GET', path.me)
    if (turn !== this.#turn) return
    if (answer.type === 'ok') this.#enter(answer.body)
    else if (answer.type === 'refused' && answer.status === 401) this.end(null, answer.farewell)
    else this.#miss(answer.sentence)
  }

  /** The sentence of refusal, or null when signed in. */
  async signIn(credentials: SignIn): Promise<string | null> {
    const answer = await ask<unknown>('POST', path.signIn, credentials)
    if (answer.type === 'refused' && answer.status === 401)
      return say('link' in credentials ? 'signIn.linkOver' : 'signIn.wrongPassword')
    if (answer.type !== 'ok') return answer.sentence
    await this.begin()
    if (this.#standing.type !== 'in') return say('signIn.notKept')
    this.offersPassword = 'link' in credentials
    return null
  }

  /** Goes in by a code: as a guest with a name and a team, or as whoever sits here already. */
  async join(request: JoinRequest): Promise<Answer<{ incidentId: string }>> {
    const answer = await ask<{ incidentId: string }>('POST', path.join, request)
    if (answer.type !== 'ok') return answer
    await this.begin()
    if (this.#standing.type === 'in') return answer
    return { type: 'unreachable', sentence: say('signIn.notKept') }
  }

  async setPassword(password: string): Promise<string | null> {
    const answer = await ask<unknown>('POST', path.password, { password })
    if (answer.type !== 'ok') return answer.sentence
    this.offersPassword = false
    return null
  }

  /** The sentence that says why this person is still signed in, or null when they are out. */
  async signOut(): Promise<string | null> {
    const answer = await ask<unknown>('POST', path.signOut, {})
    const out = answer.type === 'ok' || (answer.type === 'refused' && answer.status === 401)
    if (!out) return answer.sentence
    this.end(null)
    return null
  }

  /** `farewell` has a sentence of its own. */
  end(sentence: string | null, farewell = false): void {
    this.offersPassword = false
    lastPerson.forget()
    this.#standing = { type: 'out', sentence: farewell ? say('signIn.thanks') : sentence, farewell }
  }

  /** Asks again, at most every few seconds, who sits here: rights may have changed, or the session may be over. */
  async check(): Promise<void> {
    if (Date.now() - this.#checkedAt < betweenChecks) return
    this.#checkedAt = Date.now()
    const answer = await ask<Me>('GET', path.me)
    if (answer.type === 'ok' && !this.#is(answer.body)) this.#enter(answer.body)
    if (answer.type === 'refused' && answer.status === 401 && this.#standing.type === 'in') {
      this.end(say('signIn.ended'), answer.farewell)
    }
  }

  #enter(me: Me): void {
    lastPerson.keep(me.id)
    this.#standing = { type: 'in', me }
  }

  /** Tries again by itself, and a crowd of screens not in step. */
  #miss(sentence: string): void {
    this.#standing = { type: 'unreachable', sentence, personId: lastPerson.get() }
    this.#timer = setTimeout(() => void this.begin(), betweenTries * (0.5 + Math.random()))
  }

  #is(me: Me): boolean {
    return this.#standing.type === 'in' && identity(this.#standing.me) === identity(me)
  }
}

/** Changes when the screens must be built anew for this person. */
export function identity({ id, name, team, role, protocolVersion }: Me): string {
  return [id, role, protocolVersion, name, team].join('/')
}

export function allowed(me: Me, permission: Permission): boolean {
  return me.permissions.includes(permission)
}
