import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import type { Desk } from './desk.ts'

const everyMs = 5_000

/** What reading from networks costs, written down every few seconds: what a crash takes with it is as little. */
export class Meter {
  readonly #desk: Desk
  readonly #spent = new Map<string, number>()
  #timer: NodeJS.Timeout | null = null

  constructor(desk: Desk) {
    this.#desk = desk
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), everyMs)
  }

  /** `amount` in millionths of a dollar. */
  add(channelId: string, amount: number): void {
    this.#spent.set(channelId, (this.#spent.get(channelId) ?? 0) + amount)
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.flush()
  }

  async flush(): Promise<void> {
    const spent = [...this.#spent].filter(([, amount]) => amount > 0)
    this.#spent.clear()
    await Promise.all(spent.map(([channelId, amount]) => this.#write(channelId, Math.ceil(amount))))
  }

  async #write(channelId: string, amount: number): Promise<void> {
    const add = { id: crypto.randomUUID(), type: 'cost/add', channelId, amount } as const
    const outcome = await this.#desk.handle(company.room, add, muster)
    if (outcome.type !== 'done') this.add(channelId, amount)
  }
}
