import type { Closed } from '@muster/shared/closed.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import { Errand } from './errand.svelte.ts'
import type { Reading } from './reading.svelte.ts'
import type { Room } from './room.svelte.ts'
import type { Visit } from './visit.svelte.ts'
import type { Workplace } from './workplace.svelte.ts'

type Seat = { workplace: Workplace; here: Pick<Visit, 'may'>; room: Room; reading: Reading }

/** Being done with a conversation without a reply from here. */
export class Settling {
  readonly #id: string
  readonly #seat: Seat
  readonly errand: Errand

  constructor(conversationId: string, seat: Seat) {
    this.#id = conversationId
    this.#seat = seat
    this.errand = new Errand(seat.workplace.courier)
  }

  get conversation(): Conversation | null {
    return this.#seat.room.conversations.get(this.#id) ?? null
  }

  /** Why nothing that waits here can be answered; null where something can, or nothing waits. */
  get closed(): Closed | null {
    const { conversation } = this
    return conversation === null || conversation.waitingSince === null ? null : conversation.closed
  }

  /** Why this person, who holds it, has nothing more to answer: what they were answering is gone. */
  get over(): Closed | null {
    const { conversation } = this
    if (conversation === null || conversation.waitingSince !== null || conversation.claim === null) return null
    const { holder, replyId } = conversation.claim
    return holder.id === this.#seat.workplace.me.id && replyId === null ? conversation.closed : null
  }

  /** Where the newest message is to be seen in its network. */
  get link(): string | null {
    return this.#seat.reading.detail?.messages.at(-1)?.link ?? null
  }

  /** Whoever holds it, and anybody who answers where nobody does. */
  get possible(): boolean {
    const { workplace, here, room, reading } = this.#seat
    const { conversation } = this
    if (conversation === null || conversation.waitingSince === null || reading.detail === null) return false
    if (room.incident.state !== 'open' || !here.may('conversation/settle')) return false
    const { claim } = conversation
    return claim === null || (claim.holder.id === workplace.me.id && claim.replyId === null)
  }

  /** Up to the newest message on this screen. */
  async settle(how: 'elsewhere' | 'needless'): Promise<void> {
    if (!this.possible) return
    const { room, reading } = this.#seat
    await this.errand.run({
      type: 'conversation/settle',
      incidentId: room.id,
      conversationId: this.#id,
      through: reading.through,
      how,
      note: null,
    })
  }
}
