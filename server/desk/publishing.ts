import type { Incident } from '@muster/shared/incident.ts'
import { type Setback, setbackOf } from '@muster/shared/setback.ts'
import type { StatusPage, StatusPageSecrets, StatusUpdate } from '@muster/shared/status-page.ts'
import { muster } from '../domain/decision.ts'
import { company, lists } from '../domain/indexes.ts'
import type { Lane, ReportUpdate } from '../domain/publication.ts'
import type { KeptSecrets } from '../domain/secrets.ts'
import type { Brought, Page, Publication, Seen, Unopened } from '../status-pages/page.ts'
import type { Desk } from './desk.ts'
import { tellingIncidents } from './picture.ts'
import { Rounds } from './rounds.ts'
import type { Safe } from './safe.ts'

/**
 * How long a worker has an update to itself, and how long bringing it may take, in ms. Between the two lies what a page may
 * need to show what reached it late.
 */
const leaseMs = 60_000
const longestBringMs = 20_000
const mostAtOnce = 8
/** How often it is looked whether an update is there before a lead has to. */
const mostLooks = 6

type Surroundings = {
  desk: Desk
  safe: Safe
  worker: string
  open: (page: StatusPage, secrets: StatusPageSecrets) => Page | Unopened
  random: () => number
  fault: (error: unknown, about: string) => void
  /** ms between two looks at the lanes when nobody woke it. */
  everyMs: number
  /** ms after which a page surely shows what reached it. */
  settleMs: number
}

type Taken = { lane: Lane; update: StatusUpdate; incident: Incident }
type Verdict = ReportUpdate extends infer R
  ? R extends ReportUpdate
    ? Omit<R, 'id' | 'pageId' | 'updateId' | 'worker'>
    : never
  : never

/**
 * Brings approved updates to the status pages, one after another on each, and writes down what became of them.
 *
 *     take ─▶ (there already, perhaps: look) ─▶ bring ─▶ published
 *                                                 ├────▶ refused: again later, or failed
 *                                                 └────▶ unknown: look later ─▶ published, or bring again, or uncertain
 */
export class Publishing {
  readonly #surroundings: Surroundings
  readonly #underway = new Set<string>()
  readonly #rounds: Rounds

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    const { everyMs, fault } = surroundings
    this.#rounds = new Rounds({ look: () => this.#look(), everyMs, about: 'publishing', fault })
  }

  start(): void {
    this.#rounds.start()
    this.wake()
  }

  /** Something may have been approved. */
  wake(): void {
    this.#rounds.wake()
  }

  /** Takes nothing more and waits for what is being brought, at most as long as that may take. */
  async close(): Promise<void> {
    await this.#rounds.close()
    while (this.#underway.size > 0) await new Promise(resolve => setTimeout(resolve, 20))
  }

  async #look(): Promise<void> {
    const { store } = this.#surroundings.desk
    const now = await store.now()
    for (const { id } of await tellingIncidents(store, now)) {
      const page = await store.list(id, lists.statusLanes, { after: null, limit: 50, upTo: now })
      for (const { stored } of page) this.#begin(id, (stored.value as Lane).pageId)
    }
  }

  #begin(incidentId: string, pageId: string): void {
    const key = `${incidentId}/${pageId}`
    if (this.#underway.size >= mostAtOnce || this.#rounds.stopped || this.#underway.has(key)) return
    this.#underway.add(key)
    void this.#publish(incidentId, pageId)
      .catch(error => this.#surroundings.fault(error, `publishing on ${pageId}`))
      .finally(() => {
        this.#underway.delete(key)
        this.wake()
      })
  }

  async #publish(incidentId: string, pageId: string): Promise<void> {
    const { desk, worker } = this.#surroundings
    const take = { id: crypto.randomUUID(), type: 'status/take', pageId, worker, leaseMs } as const
    const outcome = await desk.handle(incidentId, take, muster)
    if (outcome.type !== 'done' || outcome.answer.taken !== true) return
    const taken = outcome.answer as Taken
    const page = await this.#open(pageId)
    if ('setback' in page) return this.#report(incidentId, taken, { type: 'status/failed', setback: page.setback })
    try {
      await this.#report(incidentId, taken, await this.#verdict(taken, page))
    } finally {
      page.close()
    }
  }

  async #open(pageId: string): Promise<Page | Unopened> {
    const { desk, safe, open } = this.#surroundings
    const key = company.statusPageSecrets(pageId)
    const { records } = await desk.store.read(company.room, [company.statusPage(pageId), key])
    const page = (records[0]?.value ?? null) as StatusPage | null
    if (page === null || !page.enabled) return { setback: setbackOf('page-off') }
    try {
      return open(page, safe.open<StatusPageSecrets>(key, (records[1]?.value ?? {}) as KeptSecrets))
    } catch (error) {
      this.#surroundings.fault(error, `opening status page ${pageId}`)
      return { setback: setbackOf('sealed') }
    }
  }

  async #verdict(taken: Taken, page: Page): Promise<Verdict> {
    const { lane } = taken
    const publication = publicationOf(taken)
    const signal = AbortSignal.timeout(longestBringMs)
    if (lane.mayBeThere && !page.repeatable) {
      const seen = await page.find(publication, signal).catch(this.#lost)
      if (seen.type === 'published') return { type: 'status/published', externalId: seen.externalId }
      if (seen.type === 'unknown') return this.#unsure(lane, seen)
    }
    const brought = await page.bring(publication, signal).catch(this.#lost)
    switch (brought.type) {
      case 'published':
        return { type: 'status/published', externalId: brought.externalId }
      case 'refused':
        return brought.again
          ? this.#later(lane, brought.setback, brought.afterMs ?? 0, lane.mayBeThere && page.repeatable)
          : { type: 'status/failed', setback: brought.setback }
      case 'unknown':
        return this.#later(lane, brought.setback, page.repeatable ? 0 : this.#surroundings.settleMs, true)
    }
  }

  /** A page throws for nothing that its receiver does: this is for whoever runs Muster. */
  readonly #lost = (error: unknown): Extract<Brought & Seen, { type: 'unknown' }> => {
    this.#surroundings.fault(error, 'bringing an update to a status page')
    return { type: 'unknown', setback: setbackOf('fault'), again: true }
  }

  #unsure(lane: Lane, { setback, again }: Extract<Seen, { type: 'unknown' }>): Verdict {
    if (again && lane.attempts < mostLooks) return this.#later(lane, setback, 0, true)
    return { type: 'status/uncertain', setback }
  }

  /** Twice as long after each try, from 5 s to 5 minutes, with a quarter of chance; never sooner than is said. */
  #later({ attempts }: Lane, setback: Setback, afterMs: number, mayBeThere: boolean): Verdict {
    const { random, settleMs } = this.#surroundings
    const first = Math.min(5_000, settleMs)
    const backoff = Math.min(300_000, first * 2 ** Math.min(attempts - 1, 10)) * (0.75 + random() / 2)
    return { type: 'status/again', setback, afterMs: Math.max(afterMs, Math.round(backoff)), mayBeThere }
  }

  /** What became of an update must be written down: it is tried until the lease is over and another may take it. */
  async #report(incidentId: string, { lane, update }: Taken, verdict: Verdict): Promise<void> {
    const { desk, worker, fault } = this.#surroundings
    const { pageId } = lane
    const command = { id: crypto.randomUUID(), pageId, updateId: update.id, worker, ...verdict } as ReportUpdate
    const deadline = performance.now() + leaseMs
    for (let pause = 100; performance.now() < deadline; pause = Math.min(pause * 2, 5_000)) {
      const outcome = await desk.handle(incidentId, command, muster)
      if (outcome.type === 'done') return
      await new Promise(resolve => setTimeout(resolve, pause))
    }
    fault(new Error(`could not write down what became of update ${update.id}`), verdict.type)
  }
}

function publicationOf({ lane, update, incident }: Taken): Publication {
  const { id, title, severity } = incident
  return {
    key: `${update.id}-${lane.pageId}`,
    updateId: update.id,
    incident: { id, title, severity },
    status: update.status,
    text: update.text,
    approvedAt: update.decidedAt ?? update.proposedAt,
    externalId: lane.externalId,
    begun: lane.begun,
  }
}
