import type { Conversation } from '@muster/shared/conversation.ts'
import { arrange, type Counts, type Filter, tally } from './queue.ts'
import type { Room } from './room.svelte.ts'

const pointerRests = 2_000

/**
 * The queue on one screen. Under somebody's pointer it holds still, so that a row is not pulled away from a click: rows
 * change in place, new ones join at the end, none leaves. "Hold still" keeps it so until they let go.
 */
export class QueueView {
  readonly #room: Room
  readonly #personId: string
  #filter = $state<Filter>('waiting')
  #search = $state('')
  #still = $state.raw<readonly string[] | null>(null)
  #asked = $state(false)
  #active = $state<string | null>(null)
  #activeIndex = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  readonly #arranged = $derived.by(() => {
    const sieve = { filter: this.#filter, search: this.#search, personId: this.#personId }
    return arrange(this.#room.conversations.values(), sieve)
  })

  readonly rows: readonly Conversation[] = $derived.by(() => {
    if (this.#still === null) return this.#arranged
    const conversations = this.#room.conversations
    const ids = new Set([...this.#still, ...this.#arranged.map(({ id }) => id)])
    return [...ids].flatMap(id => conversations.get(id) ?? [])
  })

  readonly counts: Counts = $derived.by(() => tally(this.#room.conversations.values(), this.#personId))

  /** The row the keys act on: kept by id while rows come and go, else the one that took its place. */
  readonly activeIndex: number = $derived.by(() => {
    const found = this.rows.findIndex(({ id }) => id === this.#active)
    if (found >= 0) this.#activeIndex = found
    return Math.min(this.#activeIndex, this.rows.length - 1)
  })

  constructor(room: Room, personId: string) {
    this.#room = room
    this.#personId = personId
  }

  get filter(): Filter {
    return this.#filter
  }

  set filter(filter: Filter) {
    this.#filter = filter
    this.#restart()
  }

  get search(): string {
    return this.#search
  }

  set search(search: string) {
    this.#search = search
    this.#restart()
  }

  get holdsStill(): boolean {
    return this.#asked
  }

  get active(): Conversation | null {
    return this.rows[this.activeIndex] ?? null
  }

  set active(conversation: Conversation | null) {
    this.#active = conversation?.id ?? null
  }

  move(by: number): void {
    const index = Math.max(0, Math.min(this.rows.length - 1, this.activeIndex + by))
    this.active = this.rows[index] ?? null
  }

  /** The pointer moved over the rows. */
  pointed(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#letGo(), pointerRests)
    this.#still ??= this.#arranged.map(({ id }) => id)
  }

  toggleStill(): void {
    this.#asked = !this.#asked
    if (this.#asked) this.#still = this.rows.map(({ id }) => id)
    else this.#still = null
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #letGo(): void {
    if (!this.#asked) this.#still = null
  }

  #restart(): void {
    this.#active = null
    this.#activeIndex = 0
    this.#still = this.#asked ? this.#arranged.map(({ id }) => id) : null
  }
}
