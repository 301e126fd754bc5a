import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Told } from '@muster/shared/entry.ts'
import type { IncidentSeries, IncidentUsage } from '@muster/shared/figures.ts'
import type { Cursor } from '@muster/shared/position.ts'
import { Figures } from '../domain/series.ts'
import { Usage } from '../domain/usage.ts'
import type { Store } from '../store/store.ts'

type Log = Pick<Store, 'now' | 'top' | 'lines'>

/** How long one reading of the log answers everybody who asks, in ms. */
const sharedMs = 1_000

/** An incident nobody asked about for this long is forgotten, and read again from its beginning when somebody does. */
const keptMs = 10 * 60_000

/** Lines read in one turn of the loop: a millisecond or two, and whoever claims meanwhile is served before the next. */
const mostInATurn = 200

/** The figures of incidents over time and of their wordings, for as many screens as look at them. */
export class Histories {
  readonly #log: Log
  readonly #clock: () => number
  readonly #histories = new Map<string, History>()

  /** `clock` is of this process, in ms. */
  constructor(log: Log, clock: () => number = () => performance.now()) {
    this.#log = log
    this.#clock = clock
  }

  /** The last `minutes` of an incident; null where there is no such one. Throws `StoreUnavailable`. */
  series(incidentId: string, minutes: number): Promise<IncidentSeries | null> {
    return this.#of(incidentId, history => history.series(minutes))
  }

  /** How an incident's wordings fare; null where there is no such one. Throws `StoreUnavailable`. */
  usage(incidentId: string): Promise<IncidentUsage | null> {
    return this.#of(incidentId, history => history.usage())
  }

  async #of<Answer>(incidentId: string, asked: (history: History) => Promise<Answer | null>): Promise<Answer | null> {
    const now = this.#clock()
    for (const [id, { askedAt }] of this.#histories) if (now - askedAt > keptMs) this.#histories.delete(id)
    const history = this.#histories.get(incidentId) ?? new History(incidentId, this.#log, this.#clock)
    this.#histories.set(incidentId, history)
    const answer = await asked(history)
    if (answer === null) this.#histories.delete(incidentId)
    return answer
  }
}

/** One incident's log, folded as far as it was read. */
class History {
  readonly #incidentId: string
  readonly #log: Log
  readonly #clock: () => number
  #figures = new Figures()
  #usage = new Usage()
  #at: Cursor | null = null
  #asOf = 0
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | null = null
  readonly #answers = new Map<number, IncidentSeries>()
  askedAt = 0

  constructor(incidentId: string, log: Log, clock: () => number) {
    this.#incidentId = incidentId
    this.#log = log
    this.#clock = clock
  }

  async series(minutes: number): Promise<IncidentSeries | null> {
    await this.#read()
    if (this.#at === null || this.#figures.empty) return null
    const answer = this.#answers.get(minutes) ?? {
      at: this.#at,
      asOf: this.#asOf,
      ...this.#figures.series(this.#asOf, minutes),
    }
    this.#answers.set(minutes, answer)
    return answer
  }

  async usage(): Promise<IncidentUsage | null> {
    await this.#read()
    return this.#at === null || this.#figures.empty ? null : { at: this.#at, wordings: this.#usage.wordings }
  }

  async #read(): Promise<void> {
    this.askedAt = this.#clock()
    if (this.askedAt - this.#readAt >= sharedMs) {
      this.#reading ??= this.#catchUp().finally(() => {
        this.#reading = null
      })
    }
    await this.#reading
  }

  #add(told: Told): void {
    this.#figures.add(told)
    this.#usage.add(told)
  }

  /** Up to where the log stood when it began: a log that grows as fast as it is read is not run after. */
  async #catchUp(): Promise<void> {
    let at = this.#at ?? { era: (await this.#log.top(this.#incidentId)).era, seq: 0 }
    for (let end = Infinity; at.seq < end; ) {
      const page = await this.#log.lines(this.#incidentId, at, mostInATurn)
      if (page.type === 'reset') {
        this.#figures = new Figures()
        this.#usage = new Usage()
        at = { era: page.at.era, seq: 0 }
        end = Infinity
        continue
      }
      for (const { told } of page.lines) this.#add(told as Told)
      at = { era: at.era, seq: at.seq + page.lines.length }
      this.#at = at
      end = Math.min(end, page.at.seq)
      if (at.seq < end) await nextTurn()
    }
    this.#asOf = await this.#log.now()
    this.#answers.clear()
    this.#readAt = this.#clock()
  }
}
