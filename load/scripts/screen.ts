import type { Command } from '@muster/shared/command.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { Batch, ServerEvents, WatchAnswer } from '@muster/shared/protocol.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Counter } from 'k6/metrics'
import { clearTimeout, setTimeout } from 'k6/timers'
import type { Claims } from './claims.ts'
import { Connection } from './connection.ts'
import { findings, unexpected } from './findings.ts'
import { Place } from './place.ts'
import type { Stage } from './stage.ts'

type Payload<Name extends keyof ServerEvents> = Parameters<ServerEvents[Name]>[0]

/**
 * One person's screen. It is opened and closed many times and keeps its place in the log, so that each time after the
 * first it asks for what it missed.
 */
export class Screen {
  /** The guidance it shows. */
  epoch = 0
  readonly #stage: Stage
  readonly #token: string
  readonly #claims: Claims
  readonly #place = new Place()
  readonly #listeners = new Set<(entry: Entry) => void>()
  #connection: Connection | null = null
  /** What happened before is no news: a snapshot may be a second or two old, and a batch then catches up. */
  #watchingSince = Number.POSITIVE_INFINITY

  constructor(stage: Stage, token: string, claims: Claims) {
    this.#stage = stage
    this.#token = token
    this.#claims = claims
  }

  /** False when it was not let in, or told nothing to begin with. */
  async open(): Promise<boolean> {
    const { url } = this.#stage
    const onEvent = (name: string, payload: unknown) => this.#hear(name, payload)
    const connection = new Connection({ url, token: this.#token, onEvent })
    this.#connection = connection
    const refusal = await connection.opened
    if (refusal !== null) {
      findings.turnedAway.add(1)
      unexpected(`Somebody was turned away: ${refusal}`)
      return false
    }
    return this.#watch(connection)
  }

  ask(command: Command): Promise<Outcome | null> {
    return this.#connection?.ask<Outcome>('command', command) ?? Promise.resolve(null)
  }

  /** The first entry from now on that fits; null when none has come within `limitMs`. */
  hears(fits: (entry: Entry) => boolean, limitMs: number): Promise<Entry | null> {
    return new Promise(resolve => {
      const end = (entry: Entry | null) => {
        clearTimeout(timer)
        this.#listeners.delete(listener)
        resolve(entry)
      }
      const listener = (entry: Entry) => {
        if (fits(entry)) end(entry)
      }
      const timer = setTimeout(() => end(null), limitMs)
      this.#listeners.add(listener)
    })
  }

  /** Resolves when it shows everything up to this entry, or after `limitMs`. */
  async shows(seq: number, limitMs: number): Promise<void> {
    if ((this.#place.at?.seq ?? 0) < seq) await this.hears(entry => entry.seq >= seq, limitMs)
  }

  close(politely: boolean): void {
    this.#connection?.close({ politely })
  }

  async #watch(connection: Connection): Promise<boolean> {
    const { incidentId } = this.#stage
    const answer = await connection.ask<WatchAnswer>('watch', { incidentId, cursor: this.#place.at })
    if (answer?.type !== 'reset' && answer?.type !== 'resumed') {
      unexpected(`A watch was answered ${JSON.stringify(answer)}.`)
      this.close(true)
      return false
    }
    findings[answer.type].add(1)
    this.#watchingSince = Date.now()
    if (answer.type === 'reset') {
      this.epoch = answer.snapshot.facts.epoch
      this.#claims.begin(answer.snapshot)
    }
    this.#checked(() => this.#place.begin(answer))
    return true
  }

  #hear(name: string, payload: unknown): void {
    if (name === 'entries') {
      const batch = payload as Batch
      const happenedAt = batch.entries[0]?.at ?? 0
      if (happenedAt > this.#watchingSince) findings.telling.add(Date.now() - happenedAt)
      this.#checked(() => this.#place.goOn(batch))
    } else if (name === 'top') {
      this.#checked(() => {
        this.#place.hear((payload as Payload<'top'>).at)
        return []
      })
    }
  }

  /** Applies what its place makes of something, and counts what was amiss. */
  #checked(step: () => readonly Entry[]): void {
    const { gaps, repeats } = this.#place
    const doubles = this.#claims.doubles
    for (const entry of step()) this.#apply(entry)
    add(findings.gaps, this.#place.gaps - gaps)
    add(findings.repeats, this.#place.repeats - repeats)
    add(findings.doubleClaims, this.#claims.doubles - doubles)
  }

  #apply(entry: Entry): void {
    if ('facts' in entry) this.epoch = entry.facts.epoch
    this.#claims.tell(entry)
    for (const listener of this.#listeners) listener(entry)
  }
}

/** Nothing is not worth a sample: k6 keeps each. */
function add(counter: Counter, count: number): void {
  if (count > 0) counter.add(count)
}
