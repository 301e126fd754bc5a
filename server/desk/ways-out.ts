import type { Closed } from '@muster/shared/closed.ts'
import type { Conversation, Message } from '@muster/shared/conversation.ts'
import type { Incident } from '@muster/shared/incident.ts'
import { laneOf } from '@muster/shared/weather.ts'
import type { Channel } from '../channels/channel.ts'
import { mostListed, muster } from '../domain/decision.ts'
import { company, lists } from '../domain/indexes.ts'
import type { Desk } from './desk.ts'
import { all, pagesOf } from './picture.ts'

type Surroundings = {
  desk: Desk
  /** The ids of the channels that are open on this node. */
  open: () => readonly string[]
  channel: (id: string) => Channel | null
}

type Way = { incidentId: string; channelId: string; closed: Closed | null }

/**
 * Follows which channels can send at all: what they brought can be answered, or not, as they are set now and not as they were
 * when it came. What is to be changed is found in the records, so whatever came late or died in between is found by the next
 * look of any node; where nothing is, a look reads the heads of two lists for each such channel.
 */
export class WaysOut {
  readonly #surroundings: Surroundings

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  async look(): Promise<void> {
    const { desk, open, channel } = this.#surroundings
    const fickle = open().flatMap(id => {
      const closed = channel(id)?.cannotSend
      return closed === undefined ? [] : [{ channelId: id, closed }]
    })
    if (fickle.length === 0) return
    for (const { id: incidentId } of await all<Incident>(desk.store, company.room, company.openIncidents)) {
      for (const each of fickle) await this.#follow({ incidentId, ...each })
    }
  }

  async #follow(way: Way): Promise<void> {
    if (way.closed === null) return this.#open(way)
    for (const visibility of ['public', 'direct'] as const) await this.#close(way, laneOf(way.channelId, visibility))
  }

  async #open(way: Way): Promise<void> {
    const { store } = this.#surroundings.desk
    const closed = lists.closedBy(way.channelId)
    for await (const page of pagesOf<Message>(store, way.incidentId, closed, { atOnce: mostListed })) {
      await Promise.all(
        [...Map.groupBy(page, ({ conversationId }) => conversationId)].map(([id, messages]) =>
          this.#give(way, id, messages),
        ),
      )
    }
  }

  async #close(way: Way, lane: string): Promise<void> {
    const { store } = this.#surroundings.desk
    for await (const page of pagesOf<Conversation>(store, way.incidentId, lists.owing(lane), { atOnce: mostListed })) {
      await Promise.all(page.map(conversation => this.#closeIn(way, conversation)))
    }
  }

  async #closeIn(way: Way, { id, answeredThrough }: Conversation): Promise<void> {
    const { store } = this.#surroundings.desk
    const stretch = { from: answeredThrough + 1, atOnce: mostListed }
    for await (const page of pagesOf<Message>(store, way.incidentId, lists.messagesOf(id), stretch)) {
      const waiting = page.filter(({ channelId, closed }) => channelId === way.channelId && closed === null)
      await this.#give(way, id, waiting)
    }
  }

  async #give({ incidentId, ...way }: Way, conversationId: string, messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return
    // The newest first: it is the one that is told.
    const messageIds = messages.toReversed().map(({ id }) => id)
    const command = { id: crypto.randomUUID(), type: 'messages/way-out', ...way, conversationId, messageIds } as const
    await this.#surroundings.desk.handle(incidentId, command, muster)
  }
}
