import type { ServerEvents } from '@muster/shared/protocol.ts'
import { Connections } from './connections.ts'
import { originGate, sessionGate } from './door.ts'
import { Heartbeat } from './heartbeat.ts'
import { News } from './news.ts'
import { Pairs } from './pairs.ts'
import { Presences } from './presences.ts'
import { Reception } from './reception.ts'
import { joinNodes } from './redis-adapter.ts'
import { socketServer } from './socket-server.ts'
import { Standing } from './standing.ts'
import { type Limits, roomOf, type Screen, type Sockets, type Surroundings, standardLimits } from './surroundings.ts'
import { Turnstile } from './turnstile.ts'
import { Watching } from './watching.ts'

export type Gateway = {
  /** How many connections there are. */
  connections(): number
  /** How many screens of this node watch an incident. */
  watchers(incidentId: string): number
  /** The incidents that screens of this node watch. */
  watched(): string[]
  /** Tells those who watch an incident how its channels are doing. May be lost. */
  tellWeather(weather: Parameters<ServerEvents['weather']>[0]): void
  /** Lets what was asked be answered and ends all connections, so that they come back elsewhere, within `closeMs`. */
  close(): Promise<void>
}

/** Opens the door for screens on an HTTP server that listens, or will. */
export function openGateway(surroundings: Surroundings): Gateway {
  return new OpenGateway(surroundings)
}

/** How many a turn of the loop lets in, and lets begin to watch. */
const handshakesPerTurn = 25
const watchesPerTurn = 50

/**
 * The door for screens: who may come in, what they send, and what they are told.
 *
 *     handshake ─► origin ─► session ─► screen ──watch──► a room's tail ──batches──► screen
 *                                          └──command──► ask ──answer──► screen
 *
 * Entries come from the store's log, which every node follows by itself; the nodes tell each other only what may be lost.
 */
class OpenGateway implements Gateway {
  readonly #limits: Limits
  readonly #io: Sockets
  readonly #nodes: { leave(): void } | null
  readonly #connections: Connections
  readonly #presences: Presences
  readonly #watching: Watching
  readonly #heartbeat: Heartbeat
  readonly #standing: Standing
  readonly #news: News
  readonly #reception: Reception
  #closing = false

  constructor(surroundings: Surroundings) {
    const { store, log, observe, clock = () => performance.now(), random = Math.random } = surroundings
    const closing = () => this.#closing
    const fault = (about: string) => (error: unknown) => {
      log('error', about, { nodeId: surroundings.nodeId, error: String(error) })
    }
    const limits = { ...standardLimits, ...surroundings.limits }
    const { httpServer, redisUrl } = surroundings
    const allowRequest = originGate({ ...surroundings, turnstile: new Turnstile(handshakesPerTurn), closing })
    const io = socketServer({ httpServer, payloadBytes: limits.payloadBytes, allowRequest, log })
    const unpublished = () => observe({ type: 'unpublished' })
    this.#nodes =
      redisUrl === null ? null : joinNodes(io, { url: redisUrl, fault: fault('Redis is away'), unpublished })

    const common = { ...surroundings, io, clock, limits, random }
    const connections = new Connections(common)
    const presences = new Presences({ ...common, node: crypto.randomUUID(), together: redisUrl !== null })
    const outflowOf = (screen: Screen) => connections.outflowOf(screen)
    const watching = new Watching({ ...common, presences, outflowOf, turnstile: new Turnstile(watchesPerTurn) })
    const standing = new Standing({ ...common, outflowOf })
    const cut = (screen: Screen, reason: 'malformed', sentence: string) =>
      connections.cut(screen.conn, reason, sentence)
    this.#limits = limits
    this.#io = io
    this.#connections = connections
    this.#presences = presences
    this.#watching = watching
    this.#standing = standing
    this.#heartbeat = new Heartbeat({ ...common, watching })
    this.#news = new News({ io, store, standing, fault: fault('the log of the company cannot be followed') })
    this.#reception = new Reception({ ...common, watching, presences, pairs: new Pairs(common), closing, cut })

    sessionGate(io, { ...common, standing })
    io.on('connection', screen => this.#welcome(screen, fault('a connection failed')))
  }

  connections(): number {
    return this.#connections.count
  }

  watchers(incidentId: string): number {
    return this.#watching.watchers(incidentId)
  }

  watched(): string[] {
    return [...this.#watching.rooms].map(({ incidentId }) => incidentId).filter(id => this.watchers(id) > 0)
  }

  tellWeather(weather: Parameters<ServerEvents['weather']>[0]): void {
    this.#io.local.to(roomOf(weather.incidentId)).emit('weather', weather)
  }

  async close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    const { closeMs } = this.#limits
    this.#heartbeat.stop()
    this.#standing.stop()
    await within(closeMs / 2, Promise.all([this.#reception.settled(), this.#news.close()]))
    this.#presences.close()
    await within(closeMs / 4, this.#watching.close())
    await this.#connections.close()
    this.#io.engine.close()
    await this.#io.of('/').adapter.close()
    this.#nodes?.leave()
  }

  #welcome(screen: Screen, fault: (error: unknown) => void): void {
    screen.onAny((event: unknown, ...given: unknown[]) => this.#reception.receive(screen, event, given))
    // A client may name an event so as well: what it sends is no fault of ours, and must not even be read.
    screen.on('error', (error: unknown) => void (error instanceof Error && fault(error)))
    screen.on('disconnect', () => this.#watching.left(screen))
    if (screen.data.changes !== this.#standing.changes) this.#standing.judge(screen, 'let go')
  }
}

/** Waits, but not for ever; a failure is as good as an end. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([work.catch(() => {}), promise])
  clearTimeout(timer)
}
