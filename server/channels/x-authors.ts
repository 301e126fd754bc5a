import type { XAccount } from './x-account.ts'
import type { XClient } from './x-client.ts'
import type { XMeter } from './x-known.ts'
import { Me, type XUser } from './x-shape.ts'

const most = 5_000

/** Who wrote: X does not always send it along. */
export class XAuthors {
  readonly #account: XAccount
  readonly #client: XClient
  readonly #meter: XMeter
  readonly #known = new Map<string, XUser>()

  constructor(account: XAccount, client: XClient, meter: XMeter) {
    this.#account = account
    this.#client = client
    this.#meter = meter
  }

  /** Null where X does not say in time: who wrote is then known by their number. */
  async of(id: string, told: XUser | null, signal: AbortSignal): Promise<XUser | null> {
    const user = told ?? this.#known.get(id) ?? (await this.#ask(id, signal))
    if (user !== null) this.#note(user)
    return user
  }

  async #ask(id: string, signal: AbortSignal): Promise<XUser | null> {
    const query = { 'user.fields': 'name,username,protected,public_metrics' }
    const within = AbortSignal.any([signal, AbortSignal.timeout(this.#account.pace.authorLimitMs)])
    const request = { method: 'GET', path: `/2/users/${id}`, query, as: 'account' } as const
    const answered = await this.#client.read(request, Me, within).catch(() => null)
    if (answered === null) return null
    this.#meter.read('user', [id])
    return answered.data
  }

  #note(user: XUser): void {
    this.#known.delete(user.id)
    this.#known.set(user.id, user)
    const [oldest] = this.#known.keys()
    if (this.#known.size > most && oldest !== undefined) this.#known.delete(oldest)
  }
}
