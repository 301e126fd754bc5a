import type { Conversation, Message } from '@muster/shared/conversation.ts'
import type { ConversationDetail } from '@muster/shared/protocol.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { ask } from './http.ts'
import { conversationPath } from './path.ts'

const betweenTries = 3_000

export type Told = { type: 'message'; at: number; message: Message } | { type: 'reply'; at: number; reply: Reply }

/** One conversation with its texts, fetched again when the log says that something was said. */
export class Reading {
  readonly #url: string
  #detail = $state.raw<ConversationDetail | null>(null)
  #trouble = $state<string | null>(null)
  #asked = 0
  #saying = ''
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(incidentId: string, conversationId: string) {
    this.#url = conversationPath(incidentId, conversationId)
  }

  get detail(): ConversationDetail | null {
    return this.#detail
  }

  get trouble(): string | null {
    return this.#trouble
  }

  /** The number of the newest message on screen; 0 before any. */
  get through(): number {
    return this.#detail?.messages.at(-1)?.number ?? 0
  }

  /** Messages and replies in the order of time. */
  get told(): Told[] {
    if (this.#detail === null) return []
    const messages = this.#detail.messages.map(
      message => ({ type: 'message', at: message.arrivedAt, message }) as const,
    )
    const replies = this.#detail.replies.map(reply => ({ type: 'reply', at: reply.submittedAt, reply }) as const)
    return [...messages, ...replies].sort((one, other) => one.at - other.at)
  }

  /** Loads when `saying` (see `sayingOf`) is not what it was. */
  follow(saying: string): void {
    if (saying === this.#saying) return
    this.#saying = saying
    void this.load()
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer)
    const asked = ++this.#asked
    const answer = await ask<ConversationDetail>('GET', this.#url)
    if (asked !== this.#asked) return
    this.#trouble = answer.type === 'ok' ? null : answer.sentence
    if (answer.type === 'ok') this.#detail = answer.body
    else if (answer.type === 'unreachable' || answer.status >= 500 || answer.status === 429)
      this.#timer = setTimeout(() => void this.load(), betweenTries)
  }

  stop(): void {
    this.#asked += 1
    clearTimeout(this.#timer)
  }
}

/** Changes whenever there is something new to read, and not when a lease is renewed; `said` as the room's records have it. */
export function sayingOf({ messages, replies, answeredThrough, fence, claim }: Conversation, said: number): string {
  return [said, messages, replies, answeredThrough, fence, claim === null, claim?.replyId].join('/')
}
