import type { Topic } from '@muster/shared/incident.ts'
import type { Courier } from './courier.ts'
import { Errand } from './errand.svelte.ts'
import { lines } from './lines.ts'
import type { Room } from './room.svelte.ts'

type Row = { id: string; name: string; words: string }

/** The incident's topics as somebody changes them, all at once. Another's change is never overwritten unseen. */
export class TopicsDraft {
  readonly #room: Room
  readonly #errand: Errand
  #base: string
  #newer = $state.raw<readonly Topic[] | null>(null)
  rows = $state<Row[]>([])

  constructor(room: Room, courier: Courier) {
    this.#room = room
    this.#errand = new Errand(courier)
    this.#base = $state.raw('')
    this.#show(room.incident.topics)
  }

  get newer(): readonly Topic[] | null {
    return this.#newer
  }

  get busy(): boolean {
    return this.#errand.busy
  }

  get trouble(): string | null {
    return this.#errand.trouble
  }

  get changed(): boolean {
    return JSON.stringify(this.#typed()) !== this.#base
  }

  follow(topics: readonly Topic[]): void {
    if (this.busy || JSON.stringify(topics) === this.#base) return
    if (JSON.stringify(topics) === JSON.stringify(this.#typed()) || !this.changed) this.#show(topics)
    else this.#newer = topics
  }

  add(): void {
    this.rows.push({ id: crypto.randomUUID(), name: '', words: '' })
  }

  remove(id: string): void {
    this.rows = this.rows.filter(row => row.id !== id)
  }

  takeNewer(): void {
    this.#show(this.#newer ?? this.#room.incident.topics)
  }

  keepMine(): void {
    this.#base = JSON.stringify(this.#newer ?? this.#room.incident.topics)
    this.#newer = null
  }

  async publish(): Promise<boolean> {
    if (!this.changed || this.#newer !== null) return false
    const topics = this.#typed()
    const done = await this.#errand.do({ type: 'incident/change', incidentId: this.#room.id, topics })
    if (done) this.#show(topics)
    return done
  }

  /** A topic without a name is one that was begun and left. */
  #typed(): Topic[] {
    return this.rows
      .map(({ id, name, words }) => ({ id, name: name.trim(), words: lines(words) }))
      .filter(({ name, words }) => name !== '' || words.length > 0)
  }

  #show(topics: readonly Topic[]): void {
    this.#base = JSON.stringify(topics)
    this.#newer = null
    this.rows = topics.map(({ id, name, words }) => ({ id, name, words: words.join('\n') }))
  }
}
