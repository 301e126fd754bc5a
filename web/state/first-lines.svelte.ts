import type { ReplyMark } from '@muster/shared/entry.ts'
import type { ConversationDetail } from '@muster/shared/protocol.ts'
import { SvelteMap } from 'svelte/reactivity'
import { ask } from './http.ts'
import { conversationPath } from './path.ts'

const shown = 240
const betweenTries = 10_000

/** The first lines of replies, which the log does not carry: asked for once, for those that are on the screen. */
export class FirstLines {
  readonly #incidentId: string
  readonly #texts = new SvelteMap<string, string>()
  /** When each may be asked for again: never, unless the server could not be reached. */
  readonly #nextTry = new Map<string, number>()

  constructor(incidentId: string) {
    this.#incidentId = incidentId
  }

  /** Null until they are here. */
  of(id: string): string | null {
    return this.#texts.get(id) ?? null
  }

  async fetch({ id, conversationId }: Pick<ReplyMark, 'id' | 'conversationId'>, now: number): Promise<void> {
    if (now < (this.#nextTry.get(id) ?? 0)) return
    this.#nextTry.set(id, Number.POSITIVE_INFINITY)
    const answer = await ask<ConversationDetail>('GET', conversationPath(this.#incidentId, conversationId))
    if (answer.type === 'unreachable') this.#nextTry.set(id, now + betweenTries)
    const reply = answer.type === 'ok' ? answer.body.replies.find(each => each.id === id) : undefined
    if (reply) this.#texts.set(id, reply.text.slice(0, shown))
  }
}
