import { Server } from 'socket.io'
import { CompanyLog } from './company-log.ts'
import { Connections } from './connections.ts'
import { originGate, sessionGate } from './door.ts'
import { acceptEncoded } from './encoded.ts'
import { Heartbeat } from './heartbeat.ts'
import { Presences } from './presences.ts'
import { Reception } from './reception.ts'
import { joinNodes } from './redis-adapter.ts'
import { Standing } from './standing.ts'
import { type Limits, type Screen, type Sockets, type Surroundings, standardLimits } from './surroundings.ts'
import { Turnstile } from './turnstile.ts'
import { Watching } from './watching.ts'

export type Gateway = {
  /** How many connections there are. */
  connections(): number
  /** How many screens of this node watch an incident. */
  watchers(incidentId: string): number
  /** Lets what was asked be answered, ends all connections so that they come back elsewhere, within `closeMs`. */
  close(): Promise<void>
}

/** How often the list of incidents may be called out of date, ms. */
const incidentsMs = 250

/**
 * The door for screens: who may come in, what they send, and what they are told.
 *
 *     handshake ─► origin ─► session ─► screen ──watch──► a room's tail ──batches──► screen
 *                                          └──command──► ask ──answer──► screen
 *
 * Entries come from the store's log, which every node follows by itself; the nodes tell each other only what may be lost.
 */
export function openGateway(surroundings: Surroundings): Gateway {
  const { store, ask, log, observe, nodeId, clock = () => performance.now(), random = Math.random } = surroundings
  const limits: Limits = { ...standardLimits, ...surroundings.limits }
  let closing = false
  const turnstile = new Turnstile(50)
  const io = serverOf(
    surroundings,
    limits,
    originGate({ ...surroundings, turnstile: new Turnstile(25), closing: () => closing }),
  )
  const fault = (about: string) => (error: unknown) => log('error', about, { nodeId, error: String(error) })
  const { redisUrl } = surroundings
  const nodes =
    redisUrl === null
      ? null
      : joinNodes(io, {
          url: redisUrl,
          fault: fault('the other nodes cannot be told'),
          unpublished: () => observe({ type: 'unpublished' }),
        })
  const connections = new Connections({ io, clock, limits, observe })
  const presences = new Presences({ io, node: crypto.randomUUID(), clock, limits, together: nodes !== null })
  const outflowOf = (screen: Screen) => connections.outflowOf(screen)
  const watching = new Watching({ io, store, log, observe, clock, limits, presences, outflowOf, turnstile })
  const heartbeat = new Heartbeat({ io, store, log, watching, random, everyMs: limits.heartbeatMs })
  const standing = new Standing({ io, clock, log, observe, sessionMs: limits.sessionMs })
  const cut = (screen: Screen, sentence: string) => connections.cut(screen.conn, sentence)
  const reception = new Reception({ ask, observe, log, clock, watching, presences, closing: () => closing, cut })

  let incidentsDue: NodeJS.Timeout | null = null
  const incidentsChanged = () => {
    incidentsDue ??= setTimeout(() => {
      incidentsDue = null
      io.local.emit('incidents')
    }, incidentsMs)
  }
  const companyLog = new CompanyLog({
    store,
    heard: lines => {
      standing.hear(lines)
      if (lines.some(({ told }) => told.type === 'incident/mirrored')) incidentsChanged()
    },
    missed: () => {
      standing.judgeAll()
      incidentsChanged()
    },
    fault: fault('the log of the company cannot be followed'),
  })

  sessionGate(io, { ...surroundings, standing, clock })
  io.on('connection', screen => {
    screen.onAny((event: unknown, ...given: unknown[]) => reception.receive(screen, event, given))
    screen.on('error', fault('a connection failed'))
    screen.on('disconnect', () => watching.left(screen))
    if (screen.data.changes !== standing.changes) standing.judge(screen, 'let go')
  })

  async function close(): Promise<void> {
    if (closing) return
    closing = true
    heartbeat.stop()
    standing.stop()
    await within(limits.closeMs / 2, Promise.all([reception.settled(), companyLog.close()]))
    if (incidentsDue !== null) clearTimeout(incidentsDue)
    presences.close()
    await within(limits.closeMs / 4, watching.close())
    await connections.close()
    io.engine.close()
    await io.of('/').adapter.close()
    nodes?.leave()
  }

  return { connections: () => connections.count, watchers: incidentId => watching.watchers(incidentId), close }
}

function serverOf(
  { httpServer, log }: Surroundings,
  limits: Limits,
  allowRequest: ReturnType<typeof originGate>,
): Sockets {
  const io: Sockets = new Server(httpServer, {
    transports: ['websocket'],
    allowUpgrades: false,
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: limits.payloadBytes,
    allowRequest,
    // A laptop that was closed is gone from the list of who is here within this.
    pingInterval: 15_000,
    pingTimeout: 10_000,
    connectTimeout: 10_000,
  })
  acceptEncoded(io)
  io.engine.on('connection_error', ({ code, message }: { code: number; message: string }) => {
    log('debug', 'a handshake failed', { code, message })
  })
  return io
}

/** Waits, but not for ever; a failure is as good as an end. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([work.catch(() => {}), promise])
  clearTimeout(timer)
}
