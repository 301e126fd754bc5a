import type { ReplyMark } from '@muster/shared/entry.ts'
import type { ConversationDetail } from '@muster/shared/protocol.ts'
import { SvelteMap } from 'svelte/reactivity'
import { ask } from './http.ts'
import { conversationPath } from './path.ts'

const shown = 240

/** The first lines of replies, which the log does not carry: asked for once, for those that are on the screen. */
export class FirstLines {
  readonly #incidentId: string
  readonly #texts = new SvelteMap<string, string>()
  readonly #asked = new Set<string>()

  constructor(incidentId: string) {
    this.#incidentId = incidentId
  }

  /** Null until they are here. */
  of(id: string): string | null {
    return this.#texts.get(id) ?? null
  }

  async fetch({ id, conversationId }: ReplyMark): Promise<void> {
    if (this.#asked.has(id)) return
    this.#asked.add(id)
    const answer = await ask<ConversationDetail>('GET', conversationPath(this.#incidentId, conversationId))
    const reply = answer.type === 'ok' ? answer.body.replies.find(each => each.id === id) : undefined
    if (reply) this.#texts.set(id, reply.text.slice(0, shown))
    else this.#asked.delete(id)
  }
}
