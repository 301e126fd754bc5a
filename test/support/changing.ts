import type { Decision } from '@muster/server/domain/decision.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Closed } from '@muster/shared/closed.ts'
import type { Message } from '@muster/shared/conversation.ts'
import { arrivalOf, arriving, muster, nextId } from './builders.ts'
import type { Records } from './records.ts'

type Written = Omit<Parameters<typeof arrivalOf>[0] & object, 'from'> & {
  channelId?: string
  address?: string
  identity?: string | null
  at?: number
}

/** What customers do in their networks, in a room without a store. */
export class Customers {
  readonly #room: Records
  now: number

  constructor(room: Records, now: number) {
    this.#room = room
    this.now = now
  }

  /** The id of the message. */
  write(text: string, { channelId = 'mail', at = this.now, ...given }: Written = {}): string {
    const arrival = this.arrival(text, given)
    this.#room.give(arriving(arrival, channelId), muster, at)
    return messageIdOf(channelId, arrival.externalId)
  }

  arrival(text: string, { address = 'kim@example.com', identity = null, ...given }: Written = {}) {
    const arrival = arrivalOf({ ...given, text })
    return { ...arrival, from: { address, name: 'Kim', reach: null, identity } }
  }

  /** Changed to this text, at this time of their network. */
  edit(messageId: string, text: string, at: number): Decision {
    const message = this.message(messageId)
    const { externalId, channelId, from, subject } = message
    const arrival = { ...arrivalOf({ externalId, subject, text }), from }
    const command = { id: nextId('edit'), type: 'message/edit', channelId, arrival, at, arrivedAt: null } as const
    return this.#room.give(command, muster, this.now)
  }

  delete(messageId: string, at = this.now): Decision {
    return this.#room.give({ id: nextId('delete'), type: 'message/delete', messageId, at }, muster, this.now)
  }

  close(messageId: string, closed: Closed, at = this.now): Decision {
    return this.#room.give({ id: nextId('close'), type: 'message/close', messageId, closed, at }, muster, this.now)
  }

  goes(address: string, at: number, channelId = 'mail'): Decision {
    return this.#room.give({ id: nextId('purge'), type: 'human/purge', channelId, address, at }, muster, this.now)
  }

  message(id: string): Message {
    const message = this.#room.get<Message>(`message/${id}`)
    if (message === null) throw new Error(`no message ${id}`)
    return message
  }

  /** What a conversation's messages say, by number. */
  texts(conversationId: string): string[] {
    return this.#room.list(`messages/${conversationId}`).map(key => this.#room.get<Message>(key)?.text ?? '')
  }
}
