import type { Alert, AlertSource } from '@muster/shared/alert.ts'
import type { Playbook } from '@muster/shared/playbook.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { AlertRecord } from '../domain/alert.ts'
import { muster } from '../domain/decision.ts'
import type { Declare } from '../domain/incident.ts'
import { company } from '../domain/indexes.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import { mirrorIncident } from './ask.ts'
import type { Desk } from './desk.ts'

type Surroundings = {
  desk: Desk
  /** A new incident takes the messages that came before it. */
  incidentDeclared: () => Promise<void>
  fault: (error: unknown, about: string) => void
}

/**
 * What other systems alarm about. Hearing it is one decision in the company's room and is done when that is stored; what
 * follows in a room of an incident is done afterwards, by this node or, should it die, by another.
 */
export class Alerts {
  readonly #surroundings: Surroundings
  #following: Promise<void> | null = null
  #again = false

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /**
   * Resolves when it is stored, with whether any of it is news; throws `StoreUnavailable` when that is not known, and may
   * then be given again. `toldAt`: when it came, ms since 1970.
   */
  async hear(source: AlertSource, alerts: readonly Alert[], toldAt: number): Promise<boolean> {
    const { desk } = this.#surroundings
    let news = false
    for (const alert of alerts) {
      const hear = { id: crypto.randomUUID(), type: 'alert/hear', alert, source, toldAt } as const
      const { answer } = stored(await desk.handle(company.room, hear, muster))
      news ||= answer.news === true
    }
    void this.follow()
    return news
  }

  /** Declares and tells what is due. Safe at any time, on every node. */
  follow(): Promise<void> {
    this.#again = true
    this.#following ??= this.#followOn()
      .catch(error => this.#surroundings.fault(error, 'alerts'))
      .finally(() => {
        this.#following = null
      })
    return this.#following
  }

  async close(): Promise<void> {
    await this.#following
  }

  /** Whoever asks while it runs is served too: what they mean may have become due behind its back. */
  async #followOn(): Promise<void> {
    const { store } = this.#surroundings.desk
    while (this.#again) {
      this.#again = false
      const due = await store.list(company.room, company.dueAlerts, { after: null, limit: 100 })
      for (const { stored } of due) await this.#followOne(stored.value as AlertRecord)
    }
  }

  async #followOne({ alert, times, incidentId, due }: AlertRecord): Promise<void> {
    const { desk } = this.#surroundings
    if (incidentId === null || due === null) return
    if (due === 'declare' && !(await this.#declare(incidentId, alert))) return
    const id = `@alert-${incidentId}-${times}-${alert.state}`
    const told = await desk.handle(incidentId, { id, type: 'alert/tell', alert }, muster)
    if (told.type === 'unavailable' && told.faulty !== true) return
    await desk.handle(company.room, { id: crypto.randomUUID(), type: 'alert/done', alert, times }, muster)
  }

  /** False where that is not known: then it is tried again. */
  async #declare(incidentId: string, alert: Alert): Promise<boolean> {
    const { desk, incidentDeclared } = this.#surroundings
    for (const command of await declarations(desk.store, incidentId, alert)) {
      const outcome = await desk.handle(incidentId, command, muster)
      if (outcome.type === 'unavailable' && outcome.faulty !== true) return false
      if (outcome.type === 'done') break
    }
    await mirrorIncident(desk, incidentId)
    await incidentDeclared()
    return true
  }
}

type Common = Pick<Declare, 'id' | 'type' | 'severity' | 'channels'>

/** From its source's playbook, and from the alert alone where that is refused; none where the source was removed meanwhile. */
async function declarations(store: Store, incidentId: string, alert: Alert): Promise<Declare[]> {
  const { records } = await store.read(company.room, [company.alertSource(alert.sourceId)])
  const source = (records[0]?.value ?? null) as AlertSource | null
  if (source === null) return []
  const playbook = await playbookOf(store, source)
  const common: Common = { id: incidentId, type: 'incident/declare', severity: source.severity, channels: [] }
  const nothing = { know: '', maySay: '', mustNotSay: [], example: '', topics: [], wordings: [] }
  const alone: Declare = { ...nothing, title: alert.title.slice(0, 120).toWellFormed(), affected: '', ...common }
  return playbook === null ? [alone] : [preparedBy(playbook, common), alone]
}

function preparedBy({ id: _, name: __, ...prepared }: Playbook, common: Common): Declare {
  return { ...prepared, ...common }
}

async function playbookOf(store: Store, { playbookId }: AlertSource): Promise<Playbook | null> {
  if (playbookId === null) return null
  const { records } = await store.read(company.room, [company.playbook(playbookId)])
  return (records[0]?.value ?? null) as Playbook | null
}

function stored(outcome: Outcome): Extract<Outcome, { type: 'done' }> {
  if (outcome.type === 'done') return outcome
  const sentence = outcome.type === 'unavailable' ? outcome.sentence : `It was answered ${outcome.type}.`
  throw new StoreUnavailable(sentence)
}
