import type { Conversation } from '@muster/shared/conversation.ts'
import type { Courier } from './courier.ts'

/** Says once of each message that somebody had it on their screen, unless another screen has said so already. */
export class Looking {
  readonly #incidentId: string
  readonly #courier: Courier
  #told = 0

  constructor(incidentId: string, courier: Courier) {
    this.#incidentId = incidentId
    this.#courier = courier
  }

  /** `through` is the number of the newest message on screen. */
  async saw({ id, lookedThrough }: Conversation, through: number): Promise<void> {
    if (through <= Math.max(lookedThrough, this.#told)) return
    const before = this.#told
    this.#told = through
    const wish = { type: 'conversation/look', incidentId: this.#incidentId, conversationId: id, through } as const
    const outcome = await this.#courier.send(wish)
    if (outcome.type === 'unavailable' && !outcome.faulty && this.#told === through) this.#told = before
  }
}
