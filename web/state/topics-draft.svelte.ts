import type { Topic } from '@muster/shared/incident.ts'
import type { Begun } from './begun.ts'
import type { Courier } from './courier.ts'
import { Errand } from './errand.svelte.ts'
import { lines } from './lines.ts'
import type { Room } from './room.svelte.ts'

type Row = { id: string; name: string; words: string }

/** The rows as they were left, and the topics they were written over. */
export type TopicsForm = { base: string; rows: Row[] }

/** The incident's topics as somebody changes them, all at once. Another's change is never overwritten unseen. */
export class TopicsDraft {
  readonly #room: Room
  readonly #errand: Errand
  readonly #begun: Begun<TopicsForm>
  #busy = $state(false)
  #base: string
  /** The incident's own when they were last looked at. */
  #seen: string
  #newer = $state.raw<readonly Topic[] | null>(null)
  rows = $state<Row[]>([])

  constructor(room: Room, courier: Courier, begun: Begun<TopicsForm>) {
    this.#room = room
    this.#errand = new Errand(courier)
    this.#base = $state.raw('')
    this.#seen = JSON.stringify(room.incident.topics)
    this.#begun = begun
    this.#show(room.incident.topics)
    const kept = begun.get()
    if (kept === null) return
    this.#base = kept.base
    this.#seen = kept.base
    this.rows = kept.rows
  }

  /** In this browser, for as long as it is unpublished. */
  keep(): void {
    const rows = $state.snapshot(this.rows)
    const text = rows.map(({ name, words }) => [name, words].filter(Boolean).join('\n')).join('\n\n')
    if (!this.changed) this.#begun.drop()
    else this.#begun.put(text, { base: this.#base, rows })
  }

  get newer(): readonly Topic[] | null {
    return this.#newer
  }

  get busy(): boolean {
    return this.#busy
  }

  get trouble(): string | null {
    return this.#errand.trouble
  }

  get changed(): boolean {
    return JSON.stringify(this.#typed()) !== this.#base
  }

  follow(topics: readonly Topic[]): void {
    const found = JSON.stringify(topics)
    if (this.#busy || found === this.#seen) return
    this.#seen = found
    if (found === this.#base) this.#newer = null
    else if (found === JSON.stringify(this.#typed()) || !this.changed) this.#show(topics)
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
    if (this.#busy || !this.changed || this.#newer !== null) return false
    this.#busy = true
    const topics = this.#typed()
    const done = await this.#errand.do({ type: 'incident/change', incidentId: this.#room.id, topics })
    if (done) this.#published(topics)
    this.#busy = false
    return done
  }

  /** What was typed while it was under way stays, over what was published. */
  #published(topics: readonly Topic[]): void {
    this.#base = JSON.stringify(topics)
    if (!this.changed) this.#show(topics)
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
