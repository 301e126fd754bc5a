import type { Incident } from '@muster/shared/incident.ts'
import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { messageIdOf } from '../domain/message.ts'
import type { Desk } from './desk.ts'
import { known } from './known.ts'
import { all } from './picture.ts'

/**
 * Takes away what its sender or its network took away. As with what comes, the company's room knows it first and for ever;
 * whatever dies in between, it is heard again and goes the same way.
 */
export class Forgetting {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async message(channelId: string, externalId: string, at: number): Promise<void> {
    const messageId = messageIdOf(channelId, externalId)
    const forget = { id: `@d-${messageId}`, type: 'message/forget', messageId, at } as const
    const { answer } = known(await this.#desk.handle(company.room, forget, muster))
    const { incidentId } = answer as { incidentId: string | null }
    if (incidentId === null) return
    known(await this.#desk.handle(incidentId, { id: forget.id, type: 'message/delete', messageId, at }, muster))
  }

  /** Everything an account wrote until then, in whatever is open; a few messages at a time, so that others come between. */
  async account(channelId: string, address: string, at: number): Promise<void> {
    const account = { channelId, address, at }
    await this.#untilNoneIsLeft(company.room, { type: 'human/gone', ...account })
    for (const { id } of await all<Incident>(this.#desk.store, company.room, company.openIncidents)) {
      await this.#untilNoneIsLeft(id, { type: 'human/purge', ...account })
    }
  }

  async #untilNoneIsLeft(
    room: string,
    command: { type: 'human/gone' | 'human/purge'; channelId: string; address: string; at: number },
  ): Promise<void> {
    let left = true
    while (left) {
      const id = crypto.randomUUID()
      const { answer } = known(await this.#desk.handle(room, { id, ...command }, muster))
      left = answer.left === true
    }
  }
}
