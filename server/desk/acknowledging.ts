import type { Incident } from '@muster/shared/incident.ts'
import type { Channel, Outgoing, Sent } from '../channels/channel.ts'
import type { Acknowledgement } from '../domain/acknowledgement.ts'
import { muster } from '../domain/decision.ts'
import { company, lists } from '../domain/indexes.ts'
import type { Desk } from './desk.ts'
import { all } from './picture.ts'
import { Rounds } from './rounds.ts'

const longestSendMs = 15_000
const shortestPauseMs = 60_000

type Surroundings = {
  desk: Desk
  channel: (id: string) => Channel | null
  fault: (error: unknown, about: string) => void
  /** ms between two looks. */
  everyMs: number
}

/** Sends acknowledgements that are due: each is taken by one worker, and by none again once it may have left. */
export class Acknowledging {
  readonly #surroundings: Surroundings
  readonly #rounds: Rounds

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    const { everyMs, fault } = surroundings
    this.#rounds = new Rounds({ look: () => this.send(), everyMs, about: 'acknowledgements', fault })
  }

  start(): void {
    this.#rounds.start()
  }

  /** Takes nothing more and waits for what is being sent. */
  async close(): Promise<void> {
    await this.#rounds.close()
  }

  /** Sends all that are due now, one after another: they never hurry. */
  async send(): Promise<void> {
    const { store } = this.#surroundings.desk
    const now = await store.now()
    for (const { id } of await all<Incident>(store, company.room, company.openIncidents)) {
      for (const due of await all<Acknowledgement>(store, id, lists.acknowledgements, { upTo: now })) {
        if (this.#rounds.stopped) return
        await this.#sendOne(id, due)
      }
    }
  }

  async #sendOne(incidentId: string, due: Acknowledgement): Promise<void> {
    const channel = this.#surroundings.channel(due.channelId)
    if (channel?.acknowledge === undefined) return
    const taken = await this.#take(incidentId, due.id)
    if (taken === null) return
    const sent = await channel.acknowledge(outgoingOf(taken), AbortSignal.timeout(longestSendMs)).catch(() => null)
    await this.#end(incidentId, due.id, againAfter(sent))
  }

  async #take(incidentId: string, acknowledgementId: string): Promise<Acknowledgement | null> {
    const take = { id: crypto.randomUUID(), type: 'acknowledgement/take', acknowledgementId } as const
    const outcome = await this.#surroundings.desk.handle(incidentId, take, muster)
    return outcome.type === 'done' ? ((outcome.answer.taken ?? null) as Acknowledgement | null) : null
  }

  async #end(incidentId: string, acknowledgementId: string, againAfterMs: number | null): Promise<void> {
    const end = { id: crypto.randomUUID(), type: 'acknowledgement/end', acknowledgementId, againAfterMs } as const
    await this.#surroundings.desk.handle(incidentId, end, muster)
  }
}

/** Only what surely did not leave is tried again. */
function againAfter(sent: Sent | null): number | null {
  return sent?.type === 'refused' && sent.again ? Math.max(sent.afterMs ?? 0, shortestPauseMs) : null
}

function outgoingOf({ id, to, externalId, at }: Acknowledgement): Outgoing {
  const nothing = { subject: null, text: '', language: null, answering: null }
  return { ...nothing, replyId: id, key: id, to, submittedAt: at, thread: [externalId] }
}
