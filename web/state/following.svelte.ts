import type { Entry } from '@muster/shared/entry.ts'
import type { Cursor } from '@muster/shared/position.ts'
import type { Batch, Presence, Snapshot, WatchAnswer } from '@muster/shared/protocol.ts'
import type { Connection } from './connection.svelte.ts'
import { outcomeSentence } from './sentences.ts'
import { Trail } from './trail.ts'

const betweenTries = 2_000

/** What becomes of what the log says. */
type Reader = {
  begin: (snapshot: Snapshot) => void
  put: (entry: Entry) => void
  /** A batch was put. */
  moved: () => void
  /** All that was told is put, and these people are here. */
  caughtUp: (present: readonly Presence[]) => void
}

/**
 * Keeps a screen where the log of an incident is.
 *
 *     begin ─► watching ─► current ──entries──► current
 *                 ▲           │ a gap, another era, a `reset`, behind the heartbeat twice, a new connection
 *                 └───────────┘
 *
 * Batches that come while it watches wait for the answer.
 */
export class Following {
  readonly #incidentId: string
  readonly #connection: Connection
  readonly #reader: Reader
  readonly #trail = new Trail()
  readonly #undo: (() => void)[] = []
  #watching = false
  #again = false
  #stopped = false
  #early: Batch[] = []
  readonly #hearers = new Set<(entry: Entry) => void>()
  #current = $state(false)
  #trouble = $state<string | null>(null)

  constructor(incidentId: string, connection: Connection, reader: Reader) {
    this.#incidentId = incidentId
    this.#connection = connection
    this.#reader = reader
  }

  /** Whether it stands where the log stands, as far as this screen can tell. */
  get current(): boolean {
    return this.#current
  }

  /** Why it cannot be watched, as a sentence. */
  get trouble(): string | null {
    return this.#trouble
  }

  begin(): void {
    const connection = this.#connection
    const isMine = ({ incidentId }: { incidentId: string }) => incidentId === this.#incidentId
    this.#undo.push(
      connection.on('entries', batch => isMine(batch) && this.#take(batch)),
      connection.on('top', top => isMine(top) && this.#compare(top.at)),
      connection.on('reset', reset => isMine(reset) && this.#watchAgain()),
      connection.onLive(() => this.#watchAgain()),
    )
  }

  end(): void {
    this.#stopped = true
    for (const undo of this.#undo) undo()
    this.#connection.unwatch(this.#incidentId)
  }

  /** Hears every entry as it is told, and what a reconnect brings after; what only a snapshot shows is never heard. */
  hear(hearer: (entry: Entry) => void): () => void {
    this.#hearers.add(hearer)
    return () => this.#hearers.delete(hearer)
  }

  async #watch(): Promise<void> {
    this.#current = false
    this.#again = this.#watching
    if (this.#watching) return
    this.#watching = true
    const answer = await this.#connection.watch({ incidentId: this.#incidentId, cursor: this.#trail.at })
    this.#watching = false
    if (this.#stopped) return
    if (this.#again) void this.#watch()
    else if (answer) this.#begun(answer)
    else this.#tryLater()
  }

  /** A lost line needs no timer: the next connect watches. */
  #tryLater(): void {
    if (!this.#connection.live) return
    setTimeout(
      () => {
        if (!this.#stopped && !this.#current && !this.#watching) void this.#watch()
      },
      betweenTries * (0.5 + Math.random()),
    )
  }

  #begun(answer: WatchAnswer): void {
    if (answer.type === 'reset') {
      this.#reader.begin(answer.snapshot)
      this.#trail.begin(answer.snapshot.at)
    } else if (answer.type === 'resumed') {
      this.#put(answer.entries)
      this.#trail.begin(answer.at)
    } else {
      this.#trouble = outcomeSentence(answer)
      if (answer.type === 'unavailable') this.#tryLater()
      return
    }
    this.#trouble = null
    this.#current = true
    this.#reader.caughtUp(answer.present)
    for (const batch of this.#early.splice(0)) this.#take(batch)
  }

  #take(batch: Batch): void {
    if (this.#watching) this.#early.push(batch)
    else if (!this.#current) return
    else if (this.#trail.meets(batch)) {
      this.#put(batch.entries)
      this.#reader.moved()
    } else void this.#watch()
  }

  #put(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (!this.#trail.isAhead(entry.seq)) continue
      this.#reader.put(entry)
      this.#trail.reach(entry.seq)
      for (const hearer of this.#hearers) hearer(entry)
    }
  }

  #compare(top: Cursor): void {
    if (this.#trail.lost(top) && this.#current) void this.#watch()
  }

  #watchAgain(): void {
    void this.#watch()
  }
}
