import type { TimelinePage } from '@muster/shared/moment.ts'
import { ask } from './http.ts'
import { withNewest, withOlder } from './moment-pages.ts'
import { isMomentType } from './moments.ts'
import { timelinePath } from './path.ts'
import type { Room } from './room.svelte.ts'

const atMostEvery = 1_000
const nothing: TimelinePage = { moments: [], next: null }

/** An incident's timeline, the newest first. What the room hears says when to look again; the lines come from the server. */
export class Timeline {
  readonly #room: Room
  #page = $state.raw<TimelinePage | null>(null)
  #busy = $state(false)
  #trouble = $state<string | null>(null)
  #timer: ReturnType<typeof setTimeout> | undefined
  #lookedAt = Number.NEGATIVE_INFINITY
  #reading = Promise.resolve()

  constructor(room: Room) {
    this.#room = room
  }

  get moments(): TimelinePage['moments'] {
    return (this.#page ?? nothing).moments
  }

  /** Whether it was read at all. */
  get known(): boolean {
    return this.#page !== null
  }

  get more(): boolean {
    return this.#page !== null && this.#page.next !== null
  }

  get busy(): boolean {
    return this.#busy
  }

  get trouble(): string | null {
    return this.#trouble
  }

  /** Looks again when something that is told happens, until what it returns is called. */
  follow(): () => void {
    const unhear = this.#room.hear(({ type }) => isMomentType(type) && this.look())
    return () => {
      unhear()
      clearTimeout(this.#timer)
      this.#timer = undefined
    }
  }

  /** Soon, and once for all calls of a second. */
  look(): void {
    if (this.#timer !== undefined) return
    const pause = Math.max(0, this.#lookedAt + atMostEvery - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#lookedAt = performance.now()
      void this.#read(null)
    }, pause)
  }

  async older(): Promise<void> {
    const next = this.#page?.next
    if (this.#busy || !next) return
    this.#busy = true
    await this.#read(next)
    this.#busy = false
  }

  /** One after another: a page is put to what the one before it left. */
  #read(next: string | null): Promise<void> {
    this.#reading = this.#readAfter(this.#reading, next)
    return this.#reading
  }

  async #readAfter(former: Promise<void>, next: string | null): Promise<void> {
    await former
    const answer = await ask<TimelinePage>('GET', timelinePath(this.#room.id, next))
    this.#trouble = answer.type === 'ok' ? null : answer.sentence
    if (answer.type !== 'ok') return
    if (this.#page === null) this.#page = answer.body
    else if (next === null) this.#page = withNewest(this.#page, answer.body)
    else if (next === this.#page.next) this.#page = withOlder(this.#page, answer.body)
  }
}
