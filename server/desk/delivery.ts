import type { Message } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { Answered, Channel, Outgoing, Sent } from '../channels/channel.ts'
import { muster } from '../domain/decision.ts'
import type { Report } from '../domain/delivery.ts'
import { lists } from '../domain/indexes.ts'
import type { Desk } from './desk.ts'
import { all, deliveringIncidents } from './picture.ts'

/** How long a worker has a reply to itself, and how long one sending may take, in ms. */
const leaseMs = 30_000
const longestSendMs = 15_000
const longestFindMs = 8_000
const mostAtOnce = 16

type Surroundings = {
  desk: Desk
  channel: (id: string) => Channel | null
  worker: string
  random: () => number
  /** In which language a text is written, ISO 639-1; null where that cannot be told. */
  languageOf: (text: string) => string | null
  fault: (error: unknown, about: string) => void
  /** ms between two looks at the outboxes when nobody woke it. */
  everyMs: number
}

type Way = { incidentId: string; reply: Reply }
type Verdict = Report extends infer R ? (R extends Report ? Omit<R, 'id' | 'replyId' | 'worker'> : never) : never

/**
 * Takes queued replies out, each under a lease of its own, and writes down what became of them.
 *
 *     take (gate once more) ─▶ send ─▶ sent
 *                               ├────▶ refused: again later, or back to its writer
 *                               └────▶ unknown: read back ─▶ sent, or again where that cannot double it, or uncertain
 *
 * A worker that dies leaves its lease to end; whoever takes the reply over reads back first, for it may have been sent.
 */
export class Delivery {
  readonly #surroundings: Surroundings
  readonly #underway = new Set<string>()
  readonly #stop = new AbortController()
  #looking: Promise<void> | null = null
  #again = false
  #timer: NodeJS.Timeout | null = null

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), this.#surroundings.everyMs)
    this.wake()
  }

  /** Something may be ready to leave. */
  wake(): void {
    if (this.#stop.signal.aborted) return
    if (this.#looking !== null) {
      this.#again = true
      return
    }
    this.#looking = this.#look()
      .catch(error => this.#surroundings.fault(error, 'delivery'))
      .finally(() => {
        this.#looking = null
        if (this.#again) {
          this.#again = false
          this.wake()
        }
      })
  }

  /** Takes nothing more and waits for what is being sent, at most as long as one sending may take. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#stop.abort()
    await this.#looking
    while (this.#underway.size > 0) await new Promise(resolve => setTimeout(resolve, 20))
  }

  async #look(): Promise<void> {
    const { store } = this.#surroundings.desk
    const now = await store.now()
    for (const { id } of await deliveringIncidents(store, now)) {
      await this.#lookAt(id, lists.outbox, now, reply => this.#deliver({ incidentId: id, reply }))
      await this.#lookAt(id, lists.sending, now, reply => this.#recover({ incidentId: id, reply }))
    }
  }

  async #lookAt(room: string, list: string, upTo: number, deal: (reply: Reply) => Promise<void>): Promise<void> {
    if (this.#underway.size >= mostAtOnce) return
    const page = await this.#surroundings.desk.store.list(room, list, { after: null, limit: mostAtOnce * 2, upTo })
    for (const { stored } of page) {
      const reply = stored.value as Reply
      if (this.#underway.size >= mostAtOnce || this.#stop.signal.aborted) return
      if (this.#underway.has(reply.id)) continue
      this.#underway.add(reply.id)
      void deal(reply)
        .catch(error => this.#surroundings.fault(error, `delivery of ${reply.id}`))
        .finally(() => {
          this.#underway.delete(reply.id)
          this.#again = true
          if (this.#looking === null) this.wake()
        })
    }
  }

  async #deliver(way: Way): Promise<void> {
    const { channel: channelOf, random } = this.#surroundings
    const taken = await this.#take(way, 'delivery/take')
    if (taken === null) return
    const channel = channelOf(taken.to.channelId)
    if (channel === null) {
      const reason = 'Its channel is switched off.'
      return this.#report(way, putOff(taken, reason, null, random(), taken.mayHaveArrived))
    }
    const outgoing = await this.#outgoing(way.incidentId, taken)
    const sent = await channel.send(outgoing, AbortSignal.timeout(longestSendMs)).catch(thrown)
    return this.#report(way, await this.#verdict(taken, outgoing, channel, sent))
  }

  async #recover(way: Way): Promise<void> {
    const taken = await this.#take(way, 'delivery/take-over')
    if (taken === null) return
    const channel = this.#surroundings.channel(taken.to.channelId)
    const reason = 'The server stopped while this was being sent.'
    if (channel === null) return this.#report(way, { type: 'delivery/uncertain', reason })
    const outgoing = await this.#outgoing(way.incidentId, taken)
    return this.#report(way, await this.#verdict(taken, outgoing, channel, { type: 'unknown', reason }))
  }

  async #take({ incidentId, reply }: Way, type: 'delivery/take' | 'delivery/take-over'): Promise<Reply | null> {
    const { desk, worker } = this.#surroundings
    const id = crypto.randomUUID()
    const outcome = await desk.handle(incidentId, { id, type, replyId: reply.id, worker, leaseMs }, muster)
    if (outcome.type !== 'done' || outcome.answer.taken !== true) return null
    return outcome.answer.reply as Reply
  }

  async #verdict(reply: Reply, outgoing: Outgoing, channel: Channel, sent: Sent): Promise<Verdict> {
    const { random } = this.#surroundings
    switch (sent.type) {
      case 'sent':
        return { type: 'delivery/sent', externalId: sent.externalId, link: sent.link ?? null }
      case 'refused':
        return sent.again
          ? putOff(reply, sent.reason, sent.afterMs, random(), reply.mayHaveArrived)
          : { type: 'delivery/failed', reason: sent.reason }
      case 'unknown': {
        // The network itself drops a second send of one key: sending again cannot double it.
        if (channel.idempotency === 'native') return putOff(reply, sent.reason, null, random(), true)
        const found = await channel
          .find(outgoing, AbortSignal.timeout(longestFindMs))
          .catch(() => ({ type: 'unknown' as const }))
        if (found.type === 'sent')
          return { type: 'delivery/sent', externalId: found.externalId, link: found.link ?? null }
        if (found.type === 'absent') return putOff(reply, sent.reason, null, random(), false)
        return { type: 'delivery/uncertain', reason: sent.reason }
      }
    }
  }

  /** What became of a reply must be written down: it is tried until the lease is over and another may take it. */
  async #report({ incidentId, reply }: Way, verdict: Verdict): Promise<void> {
    const { desk, worker } = this.#surroundings
    const command = { id: crypto.randomUUID(), replyId: reply.id, worker, ...verdict } as Report
    const deadline = performance.now() + leaseMs
    for (let pause = 100; performance.now() < deadline; pause = Math.min(pause * 2, 5_000)) {
      const outcome = await desk.handle(incidentId, command, muster)
      if (outcome.type === 'done') return
      await new Promise(resolve => setTimeout(resolve, pause))
    }
    this.#surroundings.fault(new Error(`could not write down what became of reply ${reply.id}`), verdict.type)
  }

  async #outgoing(incidentId: string, reply: Reply): Promise<Outgoing> {
    const messages = await all<Message>(
      this.#surroundings.desk.store,
      incidentId,
      lists.messagesOf(reply.conversationId),
    )
    const through = messages.filter(({ number }) => number <= reply.answers.through)
    const target = through.find(({ id }) => id === reply.target.messageId) ?? null
    const thread = through.filter(({ channelId }) => channelId === reply.to.channelId)
    return {
      replyId: reply.id,
      key: reply.id,
      to: { address: reply.to.address, name: reply.to.name },
      subject: target?.subject ?? null,
      text: reply.text,
      language: this.#surroundings.languageOf(reply.text),
      submittedAt: reply.submittedAt,
      answering: target === null ? null : answeredBy(target),
      thread: thread.map(({ externalId }) => externalId),
    }
  }
}

function answeredBy({ externalId, visibility, anchor, from }: Message): Answered {
  return { externalId, visibility, anchor, address: from.address }
}

function thrown(error: unknown): Sent {
  return { type: 'unknown', reason: error instanceof Error ? error.message : 'sending failed' }
}

/** Twice as long after each try, from 2 s to 10 minutes, with a quarter of chance; never sooner than the network asked. */
function putOff(
  reply: Reply,
  reason: string,
  afterMs: number | null,
  chance: number,
  mayHaveArrived: boolean,
): Verdict {
  const backoff = Math.min(600_000, 2_000 * 2 ** Math.min(reply.attempts - 1, 10)) * (0.75 + chance / 2)
  const wait = Math.max(afterMs ?? 0, Math.round(backoff))
  return { type: 'delivery/again', reason, afterMs: wait, mayHaveArrived }
}
