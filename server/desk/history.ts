import { setImmediate as nextTurn } from 'node:timers/promises'
import type { IncidentSeries } from '@muster/shared/endpoint.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Cursor } from '@muster/shared/position.ts'
import { Figures } from '../domain/series.ts'
import type { Store } from '../store/store.ts'

type Log = Pick<Store, 'now' | 'top' | 'lines'>

/** How long one reading of the log answers everybody who asks, in ms. */
const sharedMs = 1_000

/** An incident nobody asked about for this long is forgotten, and read again from its beginning when somebody does. */
const keptMs = 10 * 60_000

/** Lines read in one turn of the loop: a millisecond or two, and whoever claims meanwhile is served before the next. */
const mostInATurn = 200

/** The figures of incidents over time, for as many boards as look at them. */
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
  async series(incidentId: string, minutes: number): Promise<IncidentSeries | null> {
    const now = this.#clock()
    for (const [id, { askedAt }] of this.#histories) if (now - askedAt > keptMs) this.#histories.delete(id)
    const history = this.#histories.get(incidentId) ?? new History(incidentId, this.#log, this.#clock)
    this.#histories.set(incidentId, history)
    const series = await history.series(minutes)
    if (series === null) this.#histories.delete(incidentId)
    return series
  }
}

/** One incident's log, folded as far as it was read. */
class History {
  readonly #incidentId: string
  readonly #log: Log
  readonly #clock: () => number
  #figures = new Figures()
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
    this.askedAt = this.#clock()
    if (this.askedAt - this.#readAt >= sharedMs) {
      this.#reading ??= this.#catchUp().finally(() => {
        this.#reading = null
      })
    }
    await this.#reading
    if (this.#at === null || this.#figures.empty) return null
    const answer = this.#answers.get(minutes) ?? {
      at: this.#at,
      asOf: this.#asOf,
      ...this.#figures.series(this.#asOf, minutes),
    }
    this.#answers.set(minutes, answer)
    return answer
  }

  /** Up to where the log stood when it began: a log that grows as fast as it is read is not run after. */
  async #catchUp(): Promise<void> {
    let at = this.#at ?? { era: (await this.#log.top(this.#incidentId)).era, seq: 0 }
    for (let end = Infinity; at.seq < end; ) {
      const page = await this.#log.lines(this.#incidentId, at, mostInATurn)
      if (page.type === 'reset') {
        this.#figures = new Figures()
        at = { era: page.at.era, seq: 0 }
        end = Infinity
        continue
      }
      for (const { told } of page.lines) this.#figures.add(told as Told)
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
