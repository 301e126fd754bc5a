import type { Visibility } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { laneOf } from '@muster/shared/weather.ts'
import type { Channel } from '../channels/channel.ts'
import { holdOn, type Purse, spentOf } from '../domain/pool.ts'
import type { Store } from '../store/store.ts'
import { purseOf, type Restraint } from './budgets.ts'
import { type AllFunds, fundsOf, readFunds } from './funds.ts'

type Surroundings = {
  store: Store
  channel: (id: string) => Channel | null
  restraint: (id: string) => Restraint
}

type Lane = { channelId: string; visibility: Visibility }

/**
 * Lanes whose limits held a reply back, until nothing waits for them any more. What their limits leave is read with the
 * clock, so that it costs no call of its own, and whatever changed it is seen: time, a commander, what another node heard.
 */
export class HeldLanes {
  readonly #surroundings: Surroundings
  readonly #lanes = new Map<string, Lane>()
  /** What the cheapest reply of each lane that was read would spend. */
  #purses: ReadonlyMap<string, Purse> = new Map()
  /** As the last reading found them, less what was spent since. */
  #funds: AllFunds = { now: 0, budgets: new Map(), versions: new Map(), costs: new Map() }

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /** A reply of this lane was held back. */
  hold({ to: { channelId }, target: { visibility } }: Reply): void {
    this.#lanes.set(laneOf(channelId, visibility), { channelId, visibility })
  }

  letGo(lane: string): void {
    this.#lanes.delete(lane)
  }

  letAllGo(): void {
    this.#lanes.clear()
  }

  /** Reads what limits leave; answers the store's clock. */
  async read(): Promise<number> {
    const purses = new Map<string, Purse>()
    for (const [lane, { channelId, visibility }] of this.#lanes) {
      const purse = this.#purseOf(channelId, { text: '', visibility })
      if (purse !== null) purses.set(lane, purse)
    }
    const drawn = [...purses.values()]
    this.#funds = await readFunds(this.#surroundings.store, drawn, [
      ...new Set(drawn.map(({ channelId }) => channelId)),
    ])
    this.#purses = purses
    return this.#funds.now
  }

  /** Whether not even its cheapest reply may leave. One that was held since the last reading is. */
  isHeld(lane: string): boolean {
    if (!this.#lanes.has(lane)) return false
    const purse = this.#purses.get(lane)
    return purse === undefined || this.#holds(purse)
  }

  /** Whether this reply is worth asking for; if so, what it spends is left to no other until the next reading. */
  spends({ to: { channelId }, target: { visibility }, text }: Reply): boolean {
    if (!this.#lanes.has(laneOf(channelId, visibility))) return true
    const purse = this.#purseOf(channelId, { text, visibility })
    if (purse === null || this.#holds(purse)) return false
    const { budgets, cost } = spentOf(purse, fundsOf(this.#funds, purse), this.#funds.now)
    for (const [pool, budget] of budgets) this.#funds.budgets.set(pool, budget)
    this.#funds.costs.set(channelId, cost)
    return true
  }

  #purseOf(channelId: string, written: { text: string; visibility: Visibility }): Purse | null {
    const { channel: channelOf, restraint } = this.#surroundings
    const channel = channelOf(channelId)
    return channel === null ? null : purseOf(channel, restraint(channelId), written)
  }

  #holds(purse: Purse): boolean {
    return holdOn(purse, fundsOf(this.#funds, purse), this.#funds.now) !== null
  }
}
