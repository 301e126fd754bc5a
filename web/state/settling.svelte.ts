import type { Closed, Conversation } from '@muster/shared/conversation.ts'
import type { Reading } from './reading.svelte.ts'
import type { Room } from './room.svelte.ts'
import { outcomeSentence } from './sentences.ts'
import type { Visit } from './visit.svelte.ts'
import type { Workplace } from './workplace.svelte.ts'

type Seat = { workplace: Workplace; here: Pick<Visit, 'may'>; room: Room; reading: Reading }

/** Being done with a conversation without a reply from here. */
export class Settling {
  readonly #id: string
  readonly #seat: Seat
  #busy = $state(false)
  #trouble = $state<string | null>(null)

  constructor(conversationId: string, seat: Seat) {
    this.#id = conversationId
    this.#seat = seat
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

  get busy(): boolean {
    return this.#busy
  }

  get trouble(): string | null {
    return this.#trouble
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
    if (this.#busy || !this.possible) return
    this.#busy = true
    const { workplace, room, reading } = this.#seat
    const outcome = await workplace.courier.send({
      type: 'conversation/settle',
      incidentId: room.id,
      conversationId: this.#id,
      through: reading.through,
      how,
      note: null,
    })
    this.#busy = false
    this.#trouble = outcomeSentence(outcome)
  }
}
