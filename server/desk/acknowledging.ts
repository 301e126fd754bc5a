import type { Incident } from '@muster/shared/incident.ts'
import type { Channel, Outgoing, Sent } from '../channels/channel.ts'
import type { Acknowledgement } from '../domain/acknowledgement.ts'
import { muster } from '../domain/decision.ts'
import { company, lists } from '../domain/indexes.ts'
import type { Purse } from '../domain/pool.ts'
import { hear, purseOf, type Restraint, spendSpare } from './budgets.ts'
import type { Desk } from './desk.ts'
import type { Lingering } from './lingering.ts'
import { all } from './picture.ts'
import { Rounds } from './rounds.ts'
import { longestSendOf } from './sending.ts'
import { thrown } from './verdict.ts'

const shortestPauseMs = 60_000

type Surroundings = {
  desk: Desk
  /** The incidents whose replies may be on their way. */
  lingering: Lingering
  channel: (id: string) => Channel | null
  restraint: (id: string) => Restraint
  log: (level: 'info', message: string, fields: Record<string, unknown>) => void
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
    const { channel: channelOf, restraint, desk, fault } = this.#surroundings
    const channel = channelOf(due.channelId)
    if (channel?.acknowledge === undefined) return
    const purse = purseOf(channel, restraint(channel.id), { text: '', visibility: 'direct' })
    const owed = await this.#owedBy(purse)
    const taken = await this.#take(incidentId, due.id)
    if (taken === null) return
    const spent = await spendSpare(desk, purse, owed)
    if (spent === null) return this.#end(incidentId, due.id, shortestPauseMs)
    if (!spent.granted) return this.#giveUp(incidentId, due, whyNot[spent.heldBy])
    const sent = await channel
      .acknowledge(outgoingOf(taken), AbortSignal.timeout(longestSendOf(channel)))
      .catch(error => thrown(error, fault))
    await hear(desk, incidentId, { about: { id: due.id, attempts: taken.tries }, purse, spent, sent })
    if (isLimited(sent)) return this.#giveUp(incidentId, due, whyNot.limit)
    await this.#end(incidentId, due.id, againAfter(sent))
  }

  /** It waits for no limit: by then a person may have answered. */
  async #giveUp(incidentId: string, { id, channelId, conversationId }: Acknowledgement, reason: string): Promise<void> {
    const { log } = this.#surroundings
    log('info', 'an acknowledgement was given up', { incidentId, channelId, conversationId, reason })
    await this.#end(incidentId, id, null)
  }

  /** How many wait to be answered by this lane; where nobody answers any more, how many replies wait. */
  async #owedBy({ lane }: Purse): Promise<number> {
    const { store } = this.#surroundings.desk
    const incidents = await this.#surroundings.lingering.delivering(await store.now())
    const counts = incidents.map(({ id, state }) => {
      return store.count(id, state === 'resolved' ? lists.outboxOf(lane) : lists.owing(lane))
    })
    const owed = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
    // Whoever is acknowledged is owed a reply, whatever became of their conversation since.
    return Math.max(1, owed)
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

const whyNot = {
  limit: 'the mailbox may send no more for now',
  cost: 'the channel has cost what it may in this month',
  replies: 'replies need what the mailbox may still send',
} as const

function isLimited(sent: Sent): boolean {
  return sent.type === 'refused' && sent.limited === true
}

/** Only what surely did not leave is tried again. */
function againAfter(sent: Sent): number | null {
  return sent.type === 'refused' && sent.again ? Math.max(sent.afterMs ?? 0, shortestPauseMs) : null
}

function outgoingOf({ id, to, externalId, at }: Acknowledgement): Outgoing {
  const nothing = { subject: null, text: '', language: null, answering: null }
  return { ...nothing, replyId: id, key: id, to, submittedAt: at, triedAt: null, thread: [externalId] }
}
