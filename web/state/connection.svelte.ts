import type { Command } from '@muster/shared/command.ts'
import type {
  PairMessage,
  PresenceReport,
  ScreenEvents,
  ServerEvents,
  Watch,
  WatchAnswer,
} from '@muster/shared/protocol.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { io, type Socket } from 'socket.io-client'

const patience = 8_000

export type Line =
  | { type: 'connecting' }
  | { type: 'live' }
  | { type: 'reconnecting'; since: number }
  | { type: 'offline'; since: number }

function open(): Socket<ServerEvents, ScreenEvents> {
  return io({
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: 750,
    reconnectionDelayMax: 20_000,
    // Full jitter: after an outage of ours thousands of screens must not come back in step.
    randomizationFactor: 1,
  })
}

/** The one socket. Nothing is queued in it: whoever sends waits for the line, and sends again. */
export class Connection {
  readonly #socket: Socket<ServerEvents, ScreenEvents>
  readonly #refused: () => void
  #line = $state.raw<Line>({ type: 'connecting' })
  #closed = false
  readonly #network = () => this.#look()

  /** `refused` is called when the server turned the handshake down, which an ended session explains. */
  constructor(refused: () => void, socket: Socket<ServerEvents, ScreenEvents> = open()) {
    this.#socket = socket
    this.#refused = refused
    socket.on('connect', () => this.#look())
    socket.on('disconnect', reason => this.#lost(reason))
    socket.on('connect_error', () => this.#failed())
    window.addEventListener('offline', this.#network)
    window.addEventListener('online', this.#network)
    socket.connect()
  }

  get line(): Line {
    return this.#line
  }

  get live(): boolean {
    return this.#line.type === 'live'
  }

  on<Name extends keyof ServerEvents>(name: Name, listener: ServerEvents[Name]): () => void {
    // The library's type of a listener is narrower than any generic name can be shown to fit.
    this.#socket.on(name as string as 'incidents', listener as ServerEvents['incidents'])
    return () => this.#socket.off(name as string as 'incidents', listener as ServerEvents['incidents'])
  }

  /** Calls now if connected, and at every connect after. */
  onLive(listener: () => void): () => void {
    this.#socket.on('connect', listener)
    if (this.#socket.connected) listener()
    return () => this.#socket.off('connect', listener)
  }

  /** Resolves when the line is there, at the latest after `ms`. */
  async awaitLive(ms: number): Promise<void> {
    if (this.#socket.connected) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1))
    this.#socket.once('connect', resolve)
    await promise
    clearTimeout(timer)
    this.#socket.off('connect', resolve)
  }

  /** The server's answer; null when none came, which says nothing about whether it was done. */
  async command(command: Command): Promise<Outcome | null> {
    if (!this.#socket.connected) return null
    return this.#socket
      .timeout(patience)
      .emitWithAck('command', command)
      .catch(() => null)
  }

  async watch(watch: Watch): Promise<WatchAnswer | null> {
    if (!this.#socket.connected) return null
    return this.#socket
      .timeout(patience)
      .emitWithAck('watch', watch)
      .catch(() => null)
  }

  unwatch(incidentId: string): void {
    if (this.#socket.connected) this.#socket.emit('unwatch', { incidentId })
  }

  report(report: PresenceReport): void {
    if (this.#socket.connected) this.#socket.volatile.emit('presence', report)
  }

  /** To the other of a pair. */
  pass(message: PairMessage): void {
    if (this.#socket.connected) this.#socket.emit('pair', message)
  }

  close(): void {
    this.#closed = true
    window.removeEventListener('offline', this.#network)
    window.removeEventListener('online', this.#network)
    this.#socket.disconnect()
  }

  #look(): void {
    if (this.#socket.connected) this.#line = { type: 'live' }
    else if (!navigator.onLine) this.#line = { type: 'offline', since: this.#since() }
    else this.#line = { type: 'reconnecting', since: this.#since() }
    if (navigator.onLine && !this.#socket.connected) this.#socket.connect()
  }

  /** A server that ends the line on purpose is not tried again by the library. */
  #lost(reason: string): void {
    this.#line = { type: navigator.onLine ? 'reconnecting' : 'offline', since: Date.now() }
    if (reason !== 'io server disconnect') return
    this.#refused()
    this.#again(Math.random() * 2_000)
  }

  #failed(): void {
    if (this.#line.type === 'connecting') this.#line = { type: 'reconnecting', since: Date.now() }
    this.#refused()
    if (!this.#socket.active) this.#again(2_000 + Math.random() * 4_000)
  }

  #again(ms: number): void {
    setTimeout(() => {
      if (!this.#closed) this.#socket.connect()
    }, ms)
  }

  #since(): number {
    return 'since' in this.#line ? this.#line.since : Date.now()
  }
}
