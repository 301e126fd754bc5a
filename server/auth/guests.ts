import type { JoinOffer } from '@muster/shared/endpoint.ts'
import type { Outcome, Refusal } from '@muster/shared/refusal.ts'
import type { Desk } from '../desk/desk.ts'
import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { leadsNowhere } from '../domain/join.ts'
import { offerOf } from './join.ts'
import { typedCode } from './join-code.ts'
import { SignInLimits } from './limits.ts'
import { hashOf, newSecret } from './secret.ts'

type Not =
  | { type: 'limited'; seconds: number }
  | { type: 'refused'; refusal: Refusal }
  | Extract<Outcome, { type: 'unavailable' }>

/** `secret` is the new session's, for the cookie and nobody else. */
export type Joined = { type: 'joined'; secret: string; personId: string; incidentId: string } | Not

export type Guest = { code: string; name: string; team: string }

const nowhere = { type: 'refused', refusal: leadsNowhere } as const

/**
 * The way in by a code. Codes are short enough to be guessed, so tries count by address before they are judged, and those
 * who had a code that leads somewhere get theirs back. Throws `StoreUnavailable`; nothing has changed then.
 */
export class Guests {
  readonly #desk: Desk
  readonly #limits: SignInLimits

  constructor(desk: Desk, limits: SignInLimits = new SignInLimits()) {
    this.#desk = desk
    this.#limits = limits
  }

  async look(code: string, address: string): Promise<{ type: 'led'; offer: JoinOffer } | Not> {
    const seconds = await this.#limits.count(address, null)
    if (seconds !== null) return { type: 'limited', seconds }
    const typed = typedCode(code)
    const offer = typed === null ? null : await offerOf(this.#desk.store, typed)
    if (offer === null) return nowhere
    await this.#limits.giveBack(address, null)
    return { type: 'led', offer }
  }

  /** `former` is the hash of the session this browser had. */
  async enter({ code, name, team }: Guest, address: string, former: string | null): Promise<Joined> {
    const seconds = await this.#limits.count(address, null)
    if (seconds !== null) return { type: 'limited', seconds }
    const typed = typedCode(code)
    if (typed === null) return nowhere
    const [secret, personId] = [newSecret(), crypto.randomUUID()]
    const outcome = await this.#desk.handle(
      company.room,
      {
        id: crypto.randomUUID(),
        type: 'join/entered',
        code: typed,
        guest: { id: personId, name, team },
        session: hashOf(secret),
        former,
      },
      muster,
    )
    if (outcome.type === 'invalid') throw new Error('the desk found its own command invalid')
    if (outcome.type === 'unavailable') return outcome
    if (outcome.type === 'refused' && outcome.refusal.code === leadsNowhere.code) return outcome
    await this.#limits.giveBack(address, null)
    if (outcome.type === 'refused') return outcome
    return { type: 'joined', secret, personId, incidentId: String(outcome.answer.incidentId) }
  }
}
