import type { LimitTold, Outgoing, SendLimit, Sent, Spending } from '@muster/server/channels/channel.ts'
import type { Visibility } from '@muster/shared/conversation.ts'
import { Network } from './network.ts'
import { refusedWith } from './setback.ts'

export type Enforced = Pick<SendLimit, 'pool' | 'most' | 'perMs'>

/** What an account or an app sent, as its network counts it: shared by whoever names the same pool. */
export class Ledger {
  readonly #sent = new Map<string, number[]>()

  left({ pool, most, perMs }: Enforced, now: number): LimitTold {
    const during = this.#during(pool, now - perMs)
    return { left: most - during.length, resetsAt: (during[0] ?? now) + perMs }
  }

  count(pool: string, now: number): void {
    this.#sent.set(pool, [...(this.#sent.get(pool) ?? []), now])
  }

  #during(pool: string, since: number): number[] {
    return (this.#sent.get(pool) ?? []).filter(at => at > since)
  }
}

export type LimitedGiven = {
  ledger: Ledger
  clock: () => number
  /** What it enforces, and what of it its papers say. */
  enforced: readonly Enforced[]
  documented?: readonly Enforced[]
  price?: number
  /** What its answers say of its limits. */
  tells?: 'left' | 'when' | 'nothing'
  idempotency?: Network['idempotency']
}

/** A network that lets no more through than its limits allow, by the tests' clock. */
export class LimitedNetwork extends Network {
  readonly #given: LimitedGiven
  /** When each reply was shown. */
  readonly shownAt = new Map<string, number>()
  refusals = 0
  away = false

  constructor(id: string, given: LimitedGiven) {
    super(id, given.idempotency ?? 'search')
    this.#given = given
  }

  override async send(outgoing: Outgoing): Promise<Sent> {
    const { ledger, clock, enforced, tells = 'nothing' } = this.#given
    const now = clock()
    if (this.away) return { type: 'refused', setback: refusedWith('It is away.'), again: true, afterMs: null }
    const full = enforced.map(limit => ledger.left(limit, now)).filter(({ left }) => left < 1)
    if (full.length > 0) {
      this.refusals += 1
      const afterMs = tells === 'nothing' ? null : Math.max(...full.map(({ resetsAt }) => resetsAt)) - now
      return { type: 'refused', setback: refusedWith('Too many.'), again: true, afterMs, limited: true }
    }
    for (const { pool } of enforced) ledger.count(pool, now)
    const lefts = enforced.map(limit => ledger.left(limit, now)).toSorted((one, other) => one.left - other.left)
    const sent = await super.send(outgoing)
    if (sent.type === 'sent') this.shownAt.set(outgoing.replyId, now)
    if (sent.type !== 'sent' || tells !== 'left') return sent
    return { ...sent, told: lefts[0] ?? null }
  }

  override spending(_text: string, visibility: Visibility): Spending {
    const { documented = this.#given.enforced, price = 0 } = this.#given
    const lane = visibility === 'direct' ? ' direct' : ''
    return { limits: documented.map(limit => ({ ...limit, pool: `${limit.pool}${lane}`, points: 1 })), price }
  }
}
