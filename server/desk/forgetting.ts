import type { Incident } from '@muster/shared/incident.ts'
import { addressId } from '../domain/address.ts'
import { muster } from '../domain/decision.ts'
import { company, lists } from '../domain/indexes.ts'
import { messageIdOf } from '../domain/message.ts'
import type { Desk } from './desk.ts'
import { known } from './known.ts'
import { all, deliveringIncidents } from './picture.ts'

/** What the store may have left behind of what was taken away is rinsed out no more often than this, in ms. */
const rinseMs = 3_600_000
/** What was on its way into an incident when it was resolved comes no later than this after it, in ms. */
const latestMs = 48 * 3_600_000

type Account = { channelId: string; address: string }

/**
 * Takes away what its sender or its network took away. As with what comes, the company's room knows it first and for ever;
 * whatever dies in between, it is heard again and goes the same way.
 */
export class Forgetting {
  readonly #desk: Desk
  /** An earlier process may have ended before it came to that. */
  #isLeft = true
  #rinsedAt = Number.NEGATIVE_INFINITY

  constructor(desk: Desk) {
    this.#desk = desk
  }

  message(channelId: string, externalId: string, at: number): Promise<void> {
    return this.#leaving(() => this.#message(channelId, externalId, at))
  }

  /** Everything an account wrote until then, in whatever incident; a few messages at a time, so that others come between. */
  account(channelId: string, address: string, at: number): Promise<void> {
    return this.#leaving(() => this.#account({ channelId, address }, at))
  }

  /** Has the store rinse out what was taken away, where anything was. `now` by this process's clock. */
  async rinse(now: number): Promise<void> {
    if (!this.#isLeft || now - this.#rinsedAt < rinseMs) return
    this.#isLeft = false
    let isDone = false
    try {
      isDone = await this.#desk.store.rinse()
    } finally {
      if (isDone) this.#rinsedAt = now
      else this.#isLeft = true
    }
  }

  /** Only once it was done, or half done: a rinse may come between. */
  async #leaving(takeAway: () => Promise<void>): Promise<void> {
    try {
      await takeAway()
    } finally {
      this.#isLeft = true
    }
  }

  async #message(channelId: string, externalId: string, at: number): Promise<void> {
    const messageId = messageIdOf(channelId, externalId)
    const forget = { id: `@d-${messageId}`, type: 'message/forget', messageId, at } as const
    const { answer } = known(await this.#desk.handle(company.room, forget, muster))
    const { incidentId } = answer as { incidentId: string | null }
    if (incidentId === null) return
    known(await this.#desk.handle(incidentId, { id: forget.id, type: 'message/delete', messageId, at }, muster))
  }

  async #account(account: Account, at: number): Promise<void> {
    await this.#untilNoneIsLeft(company.room, { type: 'human/gone', ...account, at })
    for (const id of await this.#incidentsOf(account)) {
      await this.#untilNoneIsLeft(id, { type: 'human/purge', ...account, at })
    }
  }

  /** Those that may hear from it yet, and of the others those that keep something it wrote. */
  async #incidentsOf(account: Account): Promise<string[]> {
    const { store } = this.#desk
    const open = new Set((await deliveringIncidents(store, await store.now(), latestMs)).map(({ id }) => id))
    const ids = (await all<Incident>(store, company.room, company.incidents)).map(({ id }) => id)
    const keeping = await Promise.all(
      ids.map(async id => open.has(id) || (await store.count(id, lists.writtenBy(addressId(account)))) > 0),
    )
    return ids.filter((_, index) => keeping[index])
  }

  async #untilNoneIsLeft(
    room: string,
    command: { type: 'human/gone' | 'human/purge'; at: number } & Account,
  ): Promise<void> {
    let left = true
    while (left) {
      const id = crypto.randomUUID()
      const { answer } = known(await this.#desk.handle(room, { id, ...command }, muster))
      left = answer.left === true
    }
  }
}
