import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { Cursor } from '@muster/shared/position.ts'
import type { Batch, Presence, ScreenEvents, ServerEvents, WatchAnswer } from '@muster/shared/protocol.ts'
import { io, type Socket } from 'socket.io-client'
import { type Node, origin, type Person } from './stage.ts'

type Options = { url?: string; reconnects?: boolean }

/**
 * A screen that believes nothing: it writes down every batch that does not go on exactly where it stands, and a table of
 * conversations from snapshots and entries alone. It is never behind the wire: answers are taken as they are decoded.
 */
export class Witness {
  readonly socket: Socket<ServerEvents, ScreenEvents>
  readonly incidentId: string
  at: Cursor | null = null
  conversations = new Map<string, Conversation>()
  readonly present = new Map<string, Presence>()
  readonly seqs: number[] = []
  readonly answers: WatchAnswer[] = []
  readonly tops: { at: Cursor; now: number }[] = []
  readonly farewells: string[] = []
  /** How a batch did not fit. */
  readonly faults: string[] = []
  #watching: Promise<WatchAnswer> | null = null
  frames = 0
  incidents = 0
  resets = 0

  constructor(node: Node, person: Person, incidentId: string, { url = node.url, reconnects = true }: Options = {}) {
    this.incidentId = incidentId
    this.socket = io(url, {
      transports: ['websocket'],
      extraHeaders: { cookie: person.cookie, origin },
      reconnection: reconnects,
      reconnectionDelay: 50,
      reconnectionDelayMax: 300,
      forceNew: true,
    })
    const { socket } = this
    socket.on('disconnect', () => {
      this.#watching = null
    })
    socket.on('entries', batch => this.#take(batch))
    socket.on('top', ({ at, now }) => this.#compare(at, now))
    socket.on('reset', () => void this.#begunAnew())
    socket.on('presence', ({ here, gone }) => this.#meet(here, gone))
    socket.on('incidents', () => void this.incidents++)
    socket.on('signed-out', ({ sentence }) => void this.farewells.push(sentence))
    socket.on('cut-off', ({ sentence }) => void this.farewells.push(sentence))
  }

  /** Watches now and after every reconnect; resolves with the first answer. */
  static async open(node: Node, person: Person, incidentId: string, options: Options = {}): Promise<Witness> {
    const witness = new Witness(node, person, incidentId, options)
    await new Promise<void>((resolve, reject) => {
      witness.socket.once('connect', resolve)
      witness.socket.once('connect_error', reject)
    })
    await witness.watch()
    witness.socket.on('connect', () => void witness.watch())
    return witness
  }

  /** One at a time, as a screen must: the answer to a cursor that has moved on says nothing. */
  watch(cursor: Cursor | null = this.at): Promise<WatchAnswer> {
    if (this.#watching !== null) return this.#watching
    const { promise, resolve } = Promise.withResolvers<WatchAnswer>()
    this.#watching = promise
    this.socket.emit('watch', { incidentId: this.incidentId, cursor }, answer => {
      this.#watching = null
      this.#begin(answer)
      resolve(answer)
    })
    return promise
  }

  close(): void {
    this.socket.disconnect()
  }

  /** As rows that can be compared with the store's. */
  get rows(): Conversation[] {
    return [...this.conversations.values()].sort((one, other) => (one.id < other.id ? -1 : 1))
  }

  #begin(answer: WatchAnswer): void {
    this.answers.push(answer)
    if (answer.type === 'reset') {
      this.at = answer.snapshot.at
      this.conversations = new Map(answer.snapshot.conversations.map(conversation => [conversation.id, conversation]))
    } else if (answer.type === 'resumed') {
      const seq = this.at?.seq ?? answer.at.seq
      // What was on its way when it asked came already, and comes again with the answer.
      const entries = answer.entries.filter(entry => entry.seq > seq)
      if (entries.length > 0) this.#apply({ era: answer.at.era, from: seq + 1, entries }, 'the answer')
      if (this.at?.seq !== answer.at.seq)
        this.faults.push(`resumed to ${answer.at.seq} with entries to ${this.at?.seq}`)
    } else {
      if (answer.type === 'unavailable') setTimeout(() => void (this.socket.connected && this.watch()), 200)
      return
    }
    this.present.clear()
    for (const presence of answer.present) this.present.set(presence.id, presence)
  }

  #take(batch: Batch): void {
    this.frames++
    this.#apply(batch, 'a batch')
  }

  #apply({ era, from, entries }: Omit<Batch, 'incidentId'>, what: string): void {
    if (this.at === null) return
    if (era !== this.at.era) this.faults.push(`${what} of era ${era} at ${this.at.era}`)
    if (from !== this.at.seq + 1) this.faults.push(`${what} from ${from} at ${this.at.seq}`)
    for (const [index, entry] of entries.entries()) this.#put(entry, from + index)
    this.at = { era, seq: from + entries.length - 1 }
  }

  #put(entry: Entry, seq: number): void {
    if (entry.seq !== seq) this.faults.push(`entry ${entry.seq} stood at ${seq}`)
    this.seqs.push(entry.seq)
    if ('conversation' in entry) this.conversations.set(entry.conversation.id, entry.conversation)
    if ('other' in entry) this.conversations.set(entry.other.id, entry.other)
    if ('goneId' in entry) this.conversations.delete(entry.goneId)
  }

  #compare(at: Cursor, now: number): void {
    this.tops.push({ at, now })
    if (this.at !== null && at.era === this.at.era && at.seq > this.at.seq) this.faults.push(`the heartbeat was ahead`)
  }

  async #begunAnew(): Promise<void> {
    this.resets++
    await this.watch()
  }

  #meet(here: readonly Presence[], gone: readonly string[]): void {
    for (const id of gone) this.present.delete(id)
    for (const presence of here) this.present.set(presence.id, presence)
  }
}
