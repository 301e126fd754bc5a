import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry, ReplyMark } from '@muster/shared/entry.ts'
import type { Facts, Incident, Responder, Wording } from '@muster/shared/incident.ts'
import type { Cursor } from '@muster/shared/position.ts'
import type { Batch, ChannelMark, Presence, WatchAnswer } from '@muster/shared/protocol.ts'
import type { StatusUpdate } from '@muster/shared/status-page.ts'
import type { Bench } from '@muster/shared/training.ts'
import type { ChannelWeather } from '@muster/shared/weather.ts'
import type { Connection } from './connection.svelte.ts'
import { Frame } from './frame.ts'
import { byId, byViewing, fromSnapshot, put, type Records } from './records.ts'
import { outcomeSentence } from './sentences.ts'

const betweenTries = 2_000

/** The records as they stand on screen: the maps are the room's own, and change before this is made anew. */
type Shown = Records & { present: ReadonlyMap<string, Presence>; viewers: ReadonlyMap<string, readonly Presence[]> }

const nobody: readonly Presence[] = []

/**
 * An incident as this screen sees it, fed by the log.
 *
 *     begin ─► watching ─► current ──entries──► current
 *                 ▲           │ a gap, another era, a `reset`, behind the heartbeat twice, a new connection
 *                 └───────────┘
 *
 * Batches that come while it watches wait for the answer. Entries up to `#at` were applied; older ones are dropped. The
 * records change at once; what is on screen follows once per frame.
 */
export class Room {
  readonly id: string
  readonly #connection: Connection
  readonly #frame = new Frame(() => this.#show())
  readonly #undo: (() => void)[] = []
  #records: Records | null = null
  #present = new Map<string, Presence>()
  #viewers = new Map<string, Presence[]>()
  #presenceMoved = false
  #at: Cursor | null = null
  #top: Cursor | null = null
  #watching = false
  #again = false
  #stopped = false
  #early: Batch[] = []
  readonly #hearers = new Set<(entry: Entry) => void>()
  #shown = $state.raw<Shown | null>(null)
  #current = $state(false)
  #trouble = $state<string | null>(null)
  #weatherAt = 0
  #weather = $state.raw<ReadonlyMap<string, ChannelWeather>>(new Map())

  constructor(id: string, connection: Connection) {
    this.id = id
    this.#connection = connection
  }

  begin(): void {
    const connection = this.#connection
    this.#undo.push(
      connection.on('entries', batch => this.#isMine(batch) && this.#take(batch)),
      connection.on('top', top => this.#isMine(top) && this.#compare(top.at)),
      connection.on('reset', reset => this.#isMine(reset) && this.#watchAgain()),
      connection.on('presence', change => this.#isMine(change) && this.#meet(change)),
      connection.on('weather', weather => this.#isMine(weather) && this.forecast(weather)),
      connection.onLive(() => this.#watchAgain()),
    )
  }

  end(): void {
    this.#stopped = true
    for (const undo of this.#undo) undo()
    this.#frame.stop()
    this.#connection.unwatch(this.id)
  }

  /** Whether anything can be shown yet. */
  get known(): boolean {
    return this.#shown !== null
  }

  /** Whether it stands where the log stands, as far as this screen can tell. */
  get current(): boolean {
    return this.#current
  }

  /** Why it cannot be watched, as a sentence. */
  get trouble(): string | null {
    return this.#trouble
  }

  get incident(): Incident {
    return this.#known.incident
  }

  get facts(): Facts {
    return this.#known.facts
  }

  get wordings(): ReadonlyMap<string, Wording> {
    return this.#known.wordings
  }

  get channels(): ReadonlyMap<string, ChannelMark> {
    return this.#known.channels
  }

  get conversations(): ReadonlyMap<string, Conversation> {
    return this.#known.conversations
  }

  get responders(): ReadonlyMap<string, Responder> {
    return this.#known.responders
  }

  get replies(): ReadonlyMap<string, ReplyMark> {
    return this.#known.replies
  }

  /** What the public is told. */
  get updates(): ReadonlyMap<string, StatusUpdate> {
    return this.#known.updates
  }

  /** Who reviews, and how fast. */
  get bench(): Bench {
    return this.#known.bench
  }

  /** The newest that was heard of stands. */
  forecast({ at, channels }: { at: number; channels: readonly ChannelWeather[] }): void {
    if (at < this.#weatherAt) return
    this.#weatherAt = at
    this.#weather = new Map(channels.map(channel => [channel.channelId, channel]))
  }

  /** How its channels are doing, by their ids; empty until it was told. */
  get weather(): ReadonlyMap<string, ChannelWeather> {
    return this.#weather
  }

  get present(): ReadonlyMap<string, Presence> {
    return this.#known.present
  }

  /** Hears every entry as it is told, and what a reconnect brings after; what only a snapshot shows is never heard. */
  hear(hearer: (entry: Entry) => void): () => void {
    this.#hearers.add(hearer)
    return () => this.#hearers.delete(hearer)
  }

  /** The number of the entry by which something was last said in a conversation; 0 while none was seen. */
  saidIn(conversationId: string): number {
    return this.#known.said.get(conversationId) ?? 0
  }

  viewersOf(conversationId: string): readonly Presence[] {
    return this.#known.viewers.get(conversationId) ?? nobody
  }

  get #known(): Shown {
    if (this.#shown === null) throw new Error('a room was read before it was known')
    return this.#shown
  }

  async #watch(): Promise<void> {
    this.#current = false
    this.#again = this.#watching
    if (this.#watching) return
    this.#watching = true
    const answer = await this.#connection.watch({ incidentId: this.id, cursor: this.#at })
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
      this.#records = fromSnapshot(answer.snapshot)
      this.#at = answer.snapshot.at
    } else if (answer.type === 'resumed') {
      this.#apply(answer.entries)
      this.#at = answer.at
    } else {
      this.#trouble = outcomeSentence(answer)
      if (answer.type === 'unavailable') this.#tryLater()
      return
    }
    this.#present = byId(answer.present)
    this.#presenceMoved = true
    this.#trouble = null
    this.#current = true
    this.#top = null
    this.#show()
    for (const batch of this.#early.splice(0)) this.#take(batch)
  }

  #take(batch: Batch): void {
    if (this.#watching) {
      this.#early.push(batch)
      return
    }
    if (this.#at === null || !this.#current) return
    if (batch.era !== this.#at.era || batch.from > this.#at.seq + 1) {
      void this.#watch()
      return
    }
    this.#apply(batch.entries)
    this.#frame.ask()
  }

  #apply(entries: Batch['entries']): void {
    for (const entry of entries) {
      if (this.#at === null || this.#records === null || entry.seq <= this.#at.seq) continue
      put(this.#records, entry)
      this.#at = { era: this.#at.era, seq: entry.seq }
      for (const hearer of this.#hearers) hearer(entry)
    }
  }

  /** Behind one heartbeat is the ordinary delay of a batch; still behind it at the next, something was lost. */
  #compare(top: Cursor): void {
    const before = this.#top
    this.#top = top
    if (this.#at === null || !this.#current) return
    const lost = before !== null && before.era === this.#at.era && before.seq > this.#at.seq
    if (lost || top.era !== this.#at.era) void this.#watch()
  }

  #isMine({ incidentId }: { incidentId: string }): boolean {
    return incidentId === this.id
  }

  #watchAgain(): void {
    void this.#watch()
  }

  #meet({ here, gone }: { here: readonly Presence[]; gone: readonly string[] }): void {
    for (const id of gone) this.#present.delete(id)
    for (const presence of here) this.#present.set(presence.id, presence)
    this.#presenceMoved = true
    this.#frame.ask()
  }

  #show(): void {
    if (this.#records === null) return
    if (this.#presenceMoved) this.#viewers = byViewing(this.#present.values())
    this.#presenceMoved = false
    this.#shown = { ...this.#records, present: this.#present, viewers: this.#viewers }
  }
}
