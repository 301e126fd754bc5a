import type { Conversation } from '@muster/shared/conversation.ts'
import type { Facts, Incident } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { muster } from '../domain/decision.ts'
import { company, keyOf, lists } from '../domain/indexes.ts'
import { mirrorIncident } from './ask.ts'
import type { Desk } from './desk.ts'
import { all, deliveringIncidents } from './picture.ts'

type Surroundings = {
  desk: Desk
  pour: (now: number) => Promise<void>
  fault: (error: unknown, about: string) => void
  /** What else is to be looked at again and again. */
  rounds?: readonly Round[]
}

type Round = { everyMs: number; about: string; act: () => Promise<void> }

/** What time does by itself. It only announces and tidies: no right ends because this ran, and none lasts because it did not. */
export class Timers {
  readonly #surroundings: Surroundings
  /** Incidents in whose outbox nothing older than this guidance was found: what is queued anew meets the gate. */
  readonly #swept = new Map<string, number>()
  readonly #clocks: NodeJS.Timeout[] = []
  readonly #running = new Set<Promise<void>>()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  start(): void {
    this.#every(500, 'lapses', () => this.announceLapses())
    this.#every(2_000, 'unseen', () => this.announceUnseen())
    this.#every(500, 'reviews', () => this.announceReviewLapses())
    this.#every(1_000, 'older guidance', () => this.holdStale())
    this.#every(10_000, 'mirrors', () => this.repair())
    for (const { everyMs, about, act } of this.#surroundings.rounds ?? []) this.#every(everyMs, about, act)
  }

  async close(): Promise<void> {
    for (const clock of this.#clocks) clearInterval(clock)
    await Promise.all(this.#running)
  }

  /** Tells the screens of every claim whose lease has ended. */
  async announceLapses(): Promise<void> {
    const { store } = this.#surroundings.desk
    const now = await store.now()
    for (const { id } of await all<Incident>(store, company.room, company.openIncidents)) {
      const over = await all<Conversation>(store, id, lists.leases, { upTo: now })
      await Promise.all(over.map(conversation => this.#lapse(id, conversation)))
    }
  }

  /** Tells the screens of every customer at whose messages nobody has looked for too long. */
  async announceUnseen(): Promise<void> {
    const { store } = this.#surroundings.desk
    const now = await store.now()
    for (const { id, policy } of await all<Incident>(store, company.room, company.openIncidents)) {
      const silent = await all<Conversation>(store, id, lists.unseen, { upTo: now - policy.unseenMs })
      await Promise.all(silent.map(conversation => this.#alarm(id, conversation)))
    }
  }

  /** Tells the screens of every review whose lease has ended. */
  async announceReviewLapses(): Promise<void> {
    const { desk } = this.#surroundings
    const now = await desk.store.now()
    for (const { id } of await deliveringIncidents(desk.store, now)) {
      for (const reply of await all<Reply>(desk.store, id, lists.reviewing, { upTo: now })) {
        if (reply.state !== 'in-review') continue
        const { fence } = reply.reviewing
        const lapse = { id: crypto.randomUUID(), type: 'review/lapse', replyId: reply.id, fence } as const
        await desk.handle(id, lapse, muster)
      }
    }
  }

  /** Gives back what is queued for later and was written under older guidance; what is due meets the gate anyway. */
  async holdStale(): Promise<void> {
    const { desk } = this.#surroundings
    for (const { id } of await all<Incident>(desk.store, company.room, company.openIncidents)) {
      // The company's copy of an incident follows its guidance late.
      const { records } = await desk.store.read(id, [keyOf.facts])
      const epoch = (records[0]?.value as Facts | undefined)?.epoch ?? 0
      if (this.#swept.get(id) === epoch) continue
      const queued = await all<Reply>(desk.store, id, lists.outbox)
      const stale = queued.filter(reply => reply.epoch !== epoch)
      await Promise.all(
        stale.map(({ id: replyId }) =>
          desk.handle(id, { id: crypto.randomUUID(), type: 'delivery/hold', replyId }, muster),
        ),
      )
      if (stale.length === 0) this.#swept.set(id, epoch)
    }
  }

  /** Finishes what a node that died between two rooms left half done. */
  async repair(): Promise<void> {
    const { desk, pour } = this.#surroundings
    const now = await desk.store.now()
    for (const { id } of await all<Incident>(desk.store, company.room, company.openIncidents)) {
      await mirrorIncident(desk, id)
    }
    await pour(now)
  }

  async #lapse(incidentId: string, { id: conversationId, fence }: Conversation): Promise<void> {
    const id = crypto.randomUUID()
    await this.#surroundings.desk.handle(incidentId, { id, type: 'claim/lapse', conversationId, fence }, muster)
  }

  /** The same alarm of two nodes has the same id: it is one. */
  async #alarm(incidentId: string, { id: conversationId, messages }: Conversation): Promise<void> {
    const alarm = {
      id: `@unseen-${conversationId}-${messages}`,
      type: 'attention/unseen',
      conversationId,
      messages,
    } as const
    await this.#surroundings.desk.handle(incidentId, alarm, muster)
  }

  #every(ms: number, about: string, act: () => Promise<void>): void {
    let busy = false
    const tick = async () => {
      if (busy) return
      busy = true
      await act().catch(error => this.#surroundings.fault(error, about))
      busy = false
    }
    this.#clocks.push(
      setInterval(() => {
        const run = tick().finally(() => this.#running.delete(run))
        this.#running.add(run)
      }, ms),
    )
  }
}
