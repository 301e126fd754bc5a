import type { Conversation, Human } from '@muster/shared/conversation.ts'
import type { Likeness } from '@muster/shared/likeness.ts'
import type { Wish } from './courier.ts'
import { Errand } from './errand.svelte.ts'
import type { Reading } from './reading.svelte.ts'
import type { Room } from './room.svelte.ts'
import type { Visit } from './visit.svelte.ts'
import type { Workplace } from './workplace.svelte.ts'

type Seat = { workplace: Workplace; here: Pick<Visit, 'may'>; room: Room; reading: Reading }

/** One human over several channels: joined by hand where nothing proves it, and parted again. */
export class SameHuman {
  readonly #id: string
  readonly #seat: Seat
  readonly errand: Errand

  constructor(conversationId: string, seat: Seat) {
    this.#id = conversationId
    this.#seat = seat
    this.errand = new Errand(seat.workplace.courier)
  }

  /** As whom else they write, besides whom a reply would go to. */
  get others(): readonly Human[] {
    const conversation = this.#conversation
    if (conversation === null) return []
    const { human, humans } = conversation
    return humans.filter(one => one.channelId !== human.channelId || one.address !== human.address)
  }

  /** Conversations that are perhaps theirs, as far as they are still there. */
  get maybe(): readonly { conversation: Conversation; because: Likeness }[] {
    const { room, reading } = this.#seat
    return (reading.detail?.maybeSame ?? []).filter(({ conversation }) => room.conversations.has(conversation.id))
  }

  get mayMerge(): boolean {
    return this.#free('conversation/merge')
  }

  get mayPart(): boolean {
    return this.#free('conversation/part')
  }

  async merge({ id: otherId }: Conversation): Promise<void> {
    await this.#ask({ type: 'conversation/merge', ...this.#place, otherId })
  }

  async part({ channelId, address }: Human): Promise<void> {
    await this.#ask({ type: 'conversation/part', ...this.#place, channelId, address })
  }

  get #conversation(): Conversation | null {
    return this.#seat.room.conversations.get(this.#id) ?? null
  }

  get #place() {
    return { incidentId: this.#seat.room.id, conversationId: this.#id }
  }

  /** Nobody else's work is moved about. */
  #free(permission: 'conversation/merge' | 'conversation/part'): boolean {
    const { workplace, here, room } = this.#seat
    const claim = this.#conversation?.claim ?? null
    const mine = claim === null || (claim.holder.id === workplace.me.id && claim.replyId === null)
    return mine && room.incident.state === 'open' && here.may(permission)
  }

  async #ask(wish: Wish): Promise<void> {
    if (await this.errand.do(wish)) void this.#seat.reading.load()
  }
}
