import type { Entry } from '@muster/shared/entry.ts'
import type { Level } from './level.ts'
import type { Notebook } from './notebook.ts'
import { type LogMark, markOf } from './observation.ts'
import { sharedParser } from './parser.ts'
import { headersOf, type Persona, Responder } from './responder.ts'
import { Reviewer } from './reviewer.ts'
import { Screen } from './screen.ts'

/** Who takes part. Each persona's id is the one the server knows them by. */
export type Cast = {
  commander: Persona
  lead: Persona
  observer: Persona
  responders: readonly Persona[]
  reviewers: readonly Persona[]
}

type Surroundings = { url: string; incidentId: string; cast: Cast; level: Level; notebook: Notebook; now: () => number }
type Seat = { persona: Persona; screen: Screen; whole: boolean }

const sampledScreens = 15
const openedAtOnce = 50

/** Everybody's screens, and what was seen on them. */
export class Crowd {
  readonly seats: Seat[] = []
  readonly responders: Responder[] = []
  readonly reviewers: Reviewer[] = []
  readonly commander: Screen
  readonly lead: Screen
  readonly observer: Screen
  /** The log as the observer was told it. */
  readonly log: LogMark[] = []
  /** When each sampled screen that was there was told of a message. */
  readonly sights = new Map<string, number[]>()
  readonly #surroundings: Surroundings
  readonly #parser = sharedParser()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    const { cast, level } = surroundings
    this.observer = this.#seat(cast.observer, true, (entry, late) => {
      this.log.push(markOf(entry))
      this.#sight(entry, late)
    })
    this.commander = this.#seat(cast.commander, true)
    this.lead = this.#seat(cast.lead, true)
    for (const [index, persona] of cast.responders.entries()) {
      const whole = index < level.wholeScreens
      const sight = index < sampledScreens ? (entry: Entry, late: boolean) => this.#sight(entry, late) : undefined
      this.responders.push(new Responder(this.#about(persona, this.#seat(persona, whole, sight))))
    }
    for (const persona of cast.reviewers) {
      this.reviewers.push(new Reviewer(this.#about(persona, this.#seat(persona, true))))
    }
  }

  /** Opens the screens, the observer's first, and lets everybody who answers join. */
  async open(): Promise<void> {
    await this.observer.open()
    const others = this.seats.filter(({ screen }) => screen !== this.observer)
    for (let from = 0; from < others.length; from += openedAtOnce) {
      await Promise.all(others.slice(from, from + openedAtOnce).map(({ screen }) => screen.open()))
    }
    const answering = [...this.responders, ...this.reviewers.map(reviewer => reviewer.answering)]
    for (let from = 0; from < answering.length; from += openedAtOnce) {
      await Promise.all(answering.slice(from, from + openedAtOnce).map(responder => responder.join()))
    }
  }

  /** The guidance when the observer's log began. To be asked for before anything happens. */
  get guidance() {
    const { facts, wordings } = this.observer.place.picture ?? {}
    if (facts === undefined || wordings === undefined) throw new Error('the observer has not seen the incident yet')
    return { facts, wordings: [...wordings.values()] }
  }

  /** Resolves when every screen is connected and has caught up, or after `limitMs`. */
  async untilLive(limitMs: number): Promise<void> {
    const limit = new Promise<void>(resolve => setTimeout(resolve, limitMs).unref())
    await Promise.race([Promise.all(this.seats.map(({ screen }) => screen.untilLive())), limit])
  }

  total(count: keyof Screen['counts']): number {
    return this.seats.reduce((sum, { screen }) => sum + screen.counts[count], 0)
  }

  close(): void {
    for (const { screen } of this.seats) screen.close()
  }

  #seat(persona: Persona, whole: boolean, onEntry?: (entry: Entry, late: boolean) => void): Screen {
    const { url, incidentId } = this.#surroundings
    const parser = this.#parser
    const screen = new Screen({
      url,
      headers: headersOf(persona),
      incidentId,
      parser,
      whole,
      ...(onEntry && { onEntry }),
    })
    this.seats.push({ persona, screen, whole })
    return screen
  }

  #about(persona: Persona, screen: Screen) {
    const { notebook, incidentId, now } = this.#surroundings
    return { persona, screen, notebook, incidentId, now }
  }

  #sight(entry: Entry, late: boolean): void {
    if (entry.type !== 'message/arrived') return
    const times = this.sights.get(entry.messageId) ?? []
    if (!late) times.push(this.#surroundings.now())
    this.sights.set(entry.messageId, times)
  }
}
