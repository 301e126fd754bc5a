import type { Server as HttpServer, IncomingHttpHeaders } from 'node:http'
import type { ScreenEvents, ServerEvents } from '@muster/shared/protocol.ts'
import type { Server, Socket } from 'socket.io'
import type { Ask } from '../desk/ask.ts'
import type { Actor } from '../domain/decision.ts'
import type { Farewell } from '../domain/guest.ts'
import type { Store } from '../store/store.ts'
import type { Allowance } from './allowance.ts'

export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown>) => void

/** What the gateway saw, for whoever counts. */
export type Seen =
  | { type: 'refused'; reason: 'origin' | 'session' | 'closing' | 'unavailable' }
  | { type: 'watched'; answer: 'resumed' | 'reset'; entries: number }
  | { type: 'command'; command: string; outcome: string; ms: number }
  | { type: 'flushed'; entries: number; watchers: number; bytes: number; waitedMs: number }
  | { type: 'bad'; field: string }
  | { type: 'cut'; reason: 'slow' | 'flood' | 'malformed' | 'signed-out' | 'rights-changed' }
  | { type: 'followed-anew'; incidentId: string }
  | { type: 'unpublished' }
  | { type: 'unpassed'; reason: 'too much' | 'no pair' | 'unavailable' }

export const standardLimits = {
  /** Lines of a room kept in memory, from which screens resume. */
  ring: 5_000,
  /** Lines read back when a room is first followed, so that screens that come from another node resume here. */
  readBack: 1_000,
  /** How long one snapshot is handed to others, ms. */
  snapshotMs: 2_000,
  /** How long a room is followed after its last watcher left, ms. */
  lingerMs: 30_000,
  heartbeatMs: 5_000,
  /** How often a session is looked at again, ms. */
  sessionMs: 60_000,
  /** How often backlogs are looked at, ms. */
  sweepMs: 500,
  /** What may wait for one client: bytes, and ms. */
  backlogBytes: 1_048_576,
  backlogMs: 5_000,
  /** The longest payload a client may send, in bytes. */
  payloadBytes: 65_536,
  eventsPerSecond: 50,
  /** How often presence is told, to screens and to nodes, ms. */
  presenceMs: 250,
  /** A node unheard for this long is taken for dead, ms. */
  nodeSilenceMs: 1_200,
  /** The longest a stop may take, ms. */
  closeMs: 5_000,
}
export type Limits = typeof standardLimits

/** Somebody who was let in. */
export type Visitor = {
  actor: Actor
  /** Who they are now; null, or a word for them, when they are to go. Looking is no work. */
  again: () => Promise<Actor | Farewell | null>
  /** They worked, so their session is not idle; called at most once a minute. */
  touch: () => Promise<void>
}

export type Surroundings = {
  httpServer: HttpServer
  store: Store
  ask: Ask
  /** Whether pages of this origin may connect. */
  allowedOrigins: (origin: string) => boolean
  /** Who stands behind a handshake; null without a live session, or a word for whoever had one. */
  visitorOf: (headers: IncomingHttpHeaders, auth: Record<string, unknown>) => Promise<Visitor | Farewell | null>
  /** Where the nodes of an installation tell each other who is here; null for a node alone. */
  redisUrl: string | null
  nodeId: string
  log: Log
  observe: (seen: Seen) => void
  /** ms that never go back. */
  clock?: () => number
  /** 0 up to, not including, 1. */
  random?: () => number
  limits?: Partial<Limits>
}

/** What nodes tell each other; it may be lost. Both are judged when they arrive. */
export type NodeEvents = {
  presence: (message: unknown) => void
  /** Asks a node for everybody it has. */
  'presence-wanted': (node: unknown) => void
}

export type ScreenData = {
  visitor: Visitor
  /** How much the company had changed when they were looked up. */
  changes: number
  /** When its session was last looked at, by the gateway's clock. */
  checkedAt: number
  touchedAt: number
  /** Set while it is being found out whether they may stay: until then nothing they ask is done. */
  doubt: Promise<void> | null
  /** The rooms it watches or is about to, each with the number of the request that asked. */
  watches: Map<string, number>
  malformed: Allowance
  /** What it may pass on to the other of a pair. */
  passing: Allowance
  /** The shared draft it has open, as the name of a room; null while it has none. */
  pairRoom: string | null
}

/** The server's end of one screen's connection. */
export type Screen = Socket<ScreenEvents, ServerEvents, NodeEvents, ScreenData>
export type Sockets = Server<ScreenEvents, ServerEvents, NodeEvents, ScreenData>

export function roomOf(incidentId: string): `room:${string}` {
  return `room:${incidentId}`
}
