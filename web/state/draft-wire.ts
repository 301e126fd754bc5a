import { packed } from './parcel.ts'
import { nothing, type SharedText } from './shared-text.ts'

export type Kind = 'ask' | 'tell' | 'here'

export type Line = {
  /** Whether the line is there. What is said without one is lost. */
  live: () => boolean
  say: (kind: Kind, payload: string) => void
  /** Calls back later, until the returned function is called. */
  later: (ms: number, act: () => void) => () => void
  /** 0 up to, not including, 1. */
  random: () => number
}

/** How long strokes are gathered, ms. */
const gathering = 80
const betweenAsks = 3_000

/** What one screen says to the other of a text they share, and when. */
export class DraftWire {
  readonly #line: Line
  readonly #shared: () => SharedText | null
  readonly #flush: () => void
  readonly #stops = new Set<() => void>()
  #gathers = false
  #asksSoon = false

  /** `shared`: what this screen has; `flush` says what was written and not said yet. */
  constructor(line: Line, shared: () => SharedText | null, flush: () => void) {
    this.#line = line
    this.#shared = shared
    this.#flush = flush
  }

  beat(): void {
    this.ask()
    this.later(betweenAsks, () => this.beat())
  }

  ask(born = this.#shared()?.born ?? 0): void {
    const shared = this.#shared()
    this.say('ask', born, born === shared?.born ? shared.known() : nothing)
  }

  askSoon(born?: number): void {
    if (this.#asksSoon) return
    this.#asksSoon = true
    this.later(gathering, () => {
      this.#asksSoon = false
      this.ask(born)
    })
  }

  flushSoon(): void {
    if (this.#gathers) return
    this.#gathers = true
    this.later(gathering, () => {
      this.#gathers = false
      this.#flush()
    })
  }

  say(kind: Kind, born: number, bytes: Uint8Array): void {
    if (!this.#line.live()) return
    const id = Math.floor(this.#line.random() * 2 ** 32)
    for (const payload of packed({ born, bytes }, id)) this.#line.say(kind, payload)
  }

  later(ms: number, act: () => void): void {
    const stop = this.#line.later(ms, () => {
      this.#stops.delete(stop)
      act()
    })
    this.#stops.add(stop)
  }

  stop(): void {
    for (const stop of this.#stops) stop()
  }
}
