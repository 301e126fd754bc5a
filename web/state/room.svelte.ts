import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry, ReplyMark } from '@muster/shared/entry.ts'
import type { Facts, Incident, Responder, Wording } from '@muster/shared/incident.ts'
import type { ChannelMark, Presence } from '@muster/shared/protocol.ts'
import type { StatusUpdate } from '@muster/shared/status-page.ts'
import type { Bench } from '@muster/shared/training.ts'
import type { ChannelWeather } from '@muster/shared/weather.ts'
import type { Connection } from './connection.svelte.ts'
import { Following } from './following.svelte.ts'
import { Frame } from './frame.ts'
import { byId, byViewing, fromSnapshot, put, type Records } from './records.ts'

/** The records as they stand on screen: the maps are the room's own, and change before this is made anew. */
type Shown = Records & { present: ReadonlyMap<string, Presence>; viewers: ReadonlyMap<string, readonly Presence[]> }

const nobody: readonly Presence[] = []

/**
 * An incident as this screen sees it, fed by the log. The records change at once; what is on screen follows once per frame.
 */
export class Room {
  readonly id: string
  readonly #connection: Connection
  readonly #following: Following
  readonly #frame = new Frame(() => this.#show())
  readonly #undo: (() => void)[] = []
  #records: Records | null = null
  #present = new Map<string, Presence>()
  #viewers = new Map<string, Presence[]>()
  #presenceMoved = false
  #shown = $state.raw<Shown | null>(null)
  #weatherAt = $state(0)
  #weather = $state.raw<ReadonlyMap<string, ChannelWeather>>(new Map())

  constructor(id: string, connection: Connection) {
    this.id = id
    this.#connection = connection
    this.#following = new Following(id, connection, {
      begin: snapshot => {
        this.#records = fromSnapshot(snapshot)
      },
      put: entry => this.#records && put(this.#records, entry),
      moved: () => this.#frame.ask(),
      caughtUp: present => this.#begun(present),
    })
  }

  begin(): void {
    const connection = this.#connection
    this.#undo.push(
      connection.on('presence', change => this.#isMine(change) && this.#meet(change)),
      connection.on('weather', weather => this.#isMine(weather) && this.forecast(weather)),
    )
    this.#following.begin()
  }

  end(): void {
    for (const undo of this.#undo) undo()
    this.#frame.stop()
    this.#following.end()
  }

  /** Whether anything can be shown yet. */
  get known(): boolean {
    return this.#shown !== null
  }

  /** Whether it stands where the log stands, as far as this screen can tell. */
  get current(): boolean {
    return this.#following.current
  }

  /** Why it cannot be watched, as a sentence. */
  get trouble(): string | null {
    return this.#following.trouble
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

  /** For which moment it was told, ms since 1970. */
  get weatherAt(): number {
    return this.#weatherAt
  }

  get present(): ReadonlyMap<string, Presence> {
    return this.#known.present
  }

  /** Hears every entry as it is told, and what a reconnect brings after; what only a snapshot shows is never heard. */
  hear(hearer: (entry: Entry) => void): () => void {
    return this.#following.hear(hearer)
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

  #begun(present: readonly Presence[]): void {
    this.#present = byId(present)
    this.#presenceMoved = true
    this.#show()
  }

  #isMine({ incidentId }: { incidentId: string }): boolean {
    return incidentId === this.id
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
