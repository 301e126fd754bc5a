import type { Conversation } from '@muster/shared/conversation.ts'
import type { TopicSuggestion } from '@muster/shared/endpoint.ts'
import { Errand } from './errand.svelte.ts'
import { ask } from './http.ts'
import { topicsPath } from './path.ts'
import type { Room } from './room.svelte.ts'
import type { Workplace } from './workplace.svelte.ts'

/** Below this a guess is not worth a look. */
const leastConfidence = 0.2

/** What one conversation is about, as people say it, with what others like it were about. */
export class Tagging {
  readonly errand: Errand
  readonly #room: Room
  #suggestions = $state.raw<TopicSuggestion[]>([])

  constructor(room: Room, { courier }: Workplace) {
    this.#room = room
    this.errand = new Errand(courier)
  }

  /** The likeliest it has not got yet, the surest first. */
  suggestedFor({ topics }: Conversation): TopicSuggestion[] {
    return this.#suggestions.filter(({ topic, confidence }) => confidence >= leastConfidence && !topics.includes(topic))
  }

  /** Asks anew; without an answer there are none, and the list of all is there still. */
  async look({ id }: Conversation): Promise<void> {
    const answer = await ask<{ suggestions: TopicSuggestion[] }>('GET', topicsPath(this.#room.id, id))
    this.#suggestions = answer.type === 'ok' ? answer.body.suggestions : []
  }

  /** Adds the topic, or takes it away where it was there. */
  async turn({ id, topics }: Conversation, topic: string): Promise<void> {
    const turned = topics.includes(topic) ? topics.filter(each => each !== topic) : [...topics, topic]
    const wish = { type: 'conversation/tag', incidentId: this.#room.id, conversationId: id, topics: turned } as const
    await this.errand.do(wish)
  }
}
