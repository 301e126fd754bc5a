import type { Command } from '@muster/shared/command.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { Facts } from '@muster/shared/incident.ts'
import type { Batch, ScreenEvents, ServerEvents, WatchAnswer } from '@muster/shared/protocol.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { io, type Socket } from 'socket.io-client'
import type { sharedParser } from './parser.ts'
import { Place } from './place.ts'

type Surroundings = {
  url: string
  /** What lets them in: a program's token, or the cookie of a browser. */
  headers: Readonly<Record<string, string>>
  incidentId: string
  parser: ReturnType<typeof sharedParser>
  whole: boolean
  /** `late`: it came while the screen had been away of its own doing. */
  onEntry?: (entry: Entry, late: boolean) => void
}

export type ReplyFate = 'sent' | 'held' | 'failed' | 'uncertain' | 'returned' | 'recalled'

const underway = ['submitted', 'in-review', 'queued', 'sending']

const answerLimitMs = 15_000

/**
 * One person's screen: a real socket, and the incident as the log moves it.
 *
 *     connecting ──connect──▶ watching ──resumed, reset──▶ live ──a gap──▶ watching
 *         ▲                                                 │
 *         └────────────────── connection lost ◀─────────────┘   (comes back with its cursor)
 */
export class Screen {
  readonly place: Place
  readonly counts = { connections: 0, resets: 0, refusedWatches: 0 }
  readonly #incidentId: string
  readonly #socket: Socket<ServerEvents, ScreenEvents>
  readonly #awaited = new Map<string, (fate: ReplyFate) => void>()
  /** Batches that came while the answer to a watch was still out; null while live. */
  #held: Batch[] | null = []
  /** Called when live, or when it is closed. */
  #onLive: (() => void)[] = []
  #crashed = false
  #closed = false

  constructor({ url, headers, incidentId, parser, whole, onEntry }: Surroundings) {
    this.#incidentId = incidentId
    this.place = new Place({
      whole,
      onEntry: entry => {
        if ('reply' in entry) this.#hearFate(entry.reply.id, entry.reply.state)
        onEntry?.(entry, this.#crashed)
      },
    })
    this.#socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      autoConnect: false,
      extraHeaders: { ...headers, origin: url },
      parser,
      reconnectionDelay: 200,
      reconnectionDelayMax: 1_500,
      randomizationFactor: 1,
    })
    this.#listen()
  }

  /** The guidance on this screen. */
  get facts(): Facts {
    const { facts } = this.place
    if (facts === null) throw new Error('this screen has not seen the incident yet')
    return facts
  }

  get live(): boolean {
    return this.#held === null && this.#socket.connected
  }

  /** Resolves when the screen shows the incident, or was closed. */
  async open(): Promise<void> {
    this.#socket.connect()
    await this.untilLive()
  }

  async untilLive(): Promise<void> {
    if (!this.live && !this.#closed) await new Promise<void>(resolve => this.#onLive.push(resolve))
  }

  /** The machine dies: no goodbye, no close frame. It stays away until it is opened again. */
  crash(): void {
    const engine = this.#socket.io.engine as unknown as { transport?: { ws?: { terminate?: () => void } } } | undefined
    engine?.transport?.ws?.terminate?.()
    this.#socket.disconnect()
    this.#held = []
    this.#crashed = true
  }

  close(): void {
    this.#closed = true
    this.#socket.disconnect()
    this.#release()
  }

  /** Gives a command once. Null when no answer came: whether it acted is then unknown. */
  async ask(command: Command): Promise<Outcome | null> {
    if (!this.#socket.connected) return null
    try {
      return await this.#socket.timeout(answerLimitMs).emitWithAck('command', command)
    } catch {
      return null
    }
  }

  /** Gives the same command again until there is an answer; null after `attempts` without one. */
  async askUntilAnswered(command: Command, attempts = 20): Promise<Outcome | null> {
    for (let attempt = 0; attempt < attempts && !this.#closed; attempt++) {
      await this.untilLive()
      const outcome = await this.ask(command)
      if (outcome !== null && outcome.type !== 'unavailable') return outcome
      await new Promise(resolve => setTimeout(resolve, 200))
    }
    return null
  }

  /** What became of a reply; null when nothing was heard of it within `limitMs`. To be asked before it is submitted. */
  fateOf(replyId: string, limitMs: number): Promise<ReplyFate | null> {
    return new Promise(resolve => {
      const end = (fate: ReplyFate | null) => {
        clearTimeout(timer)
        this.#awaited.delete(replyId)
        resolve(fate)
      }
      const timer = setTimeout(() => end(null), limitMs).unref()
      this.#awaited.set(replyId, end)
    })
  }

  #listen(): void {
    this.#socket.on('connect', () => {
      this.counts.connections++
      this.place.reconnected()
      void this.#watch()
    })
    this.#socket.on('connect_error', () => this.#revive())
    this.#socket.on('disconnect', reason => {
      if (reason === 'io server disconnect') this.#revive()
    })
    this.#socket.on('entries', batch => this.#receive(batch))
    this.#socket.on('top', ({ at }) => {
      if (this.#held === null && !this.place.hearTop(at)) void this.#watch()
    })
    this.#socket.on('reset', () => {
      this.place.forget()
      void this.#watch()
    })
  }

  /** Refused or sent away by the server, socket.io leaves it at that; a person would try again. */
  #revive(): void {
    if (this.#socket.active || this.#closed) return
    setTimeout(() => {
      if (!this.#closed) this.#socket.connect()
    }, 500)
  }

  async #watch(): Promise<void> {
    const held: Batch[] = []
    this.#held = held
    const watch = { incidentId: this.#incidentId, cursor: this.place.at }
    const answer = await this.#socket
      .timeout(answerLimitMs)
      .emitWithAck('watch', watch)
      .catch(() => null)
    if (this.#held !== held || this.#closed) return
    if (answer === null || !this.#begin(answer)) {
      setTimeout(() => {
        if (this.#held === held && this.#socket.connected) void this.#watch()
      }, 300)
      return
    }
    this.#held = null
    for (const batch of held) this.#receive(batch)
    this.#crashed = false
    this.#release()
  }

  /** False where the answer was a no. */
  #begin(answer: WatchAnswer): boolean {
    switch (answer.type) {
      case 'resumed':
        this.place.resume(answer)
        return true
      case 'reset':
        this.counts.resets++
        this.place.begin(answer.snapshot)
        return true
      default:
        this.counts.refusedWatches++
        return false
    }
  }

  #receive(batch: Batch): void {
    if (batch.incidentId !== this.#incidentId) return
    if (this.#held !== null) this.#held.push(batch)
    else if (!this.place.take(batch)) void this.#watch()
  }

  #hearFate(replyId: string, state: string): void {
    if (!underway.includes(state)) this.#awaited.get(replyId)?.(state as ReplyFate)
  }

  #release(): void {
    for (const resolve of this.#onLive.splice(0)) resolve()
  }
}
