import type { PresenceReport } from '@muster/shared/protocol.ts'
import { Here } from './here.ts'
import { Nodes, type RoomChange } from './nodes.ts'
import { type Limits, roomOf, type Screen, type Sockets } from './surroundings.ts'

type Needs = { io: Sockets; node: string; clock: () => number; limits: Limits; together: boolean }

/** This node's people among all: the source under which they are entered. */
const here = 'here'

/**
 * Who is in which room. Twice: those of this node's screens, to tell the other nodes; and those of all nodes, to tell the
 * screens. Everything waits for the tick, so however fast somebody types it is one line in one frame.
 */
export class Presences {
  readonly #needs: Needs
  readonly #ours = new Map<string, Here>()
  readonly #all = new Map<string, Here>()
  readonly #nodes: Nodes | null
  readonly #ticking: NodeJS.Timeout

  constructor(needs: Needs) {
    this.#needs = needs
    this.#nodes = needs.together ? this.#meetOthers() : null
    this.#ticking = setInterval(() => this.#tick(), needs.limits.presenceMs)
  }

  /** Whoever watches again stays as they were. */
  enter(screen: Screen, incidentId: string): void {
    if (this.#ours.get(incidentId)?.has(screen.id, screen.data.visitor.actor.id)) return
    this.#put(screen, { incidentId, viewing: null, typing: false })
  }

  /** Heard only from those who watch the incident. */
  report(screen: Screen, report: PresenceReport): void {
    if (screen.data.watches.has(report.incidentId)) this.#put(screen, report)
  }

  leave(screen: Screen, incidentId: string): void {
    this.#ours.get(incidentId)?.remove(screen.id, screen.data.visitor.actor.id)
  }

  /** Everybody in the room as all its screens know it by now, as JSON. */
  listed(incidentId: string): string {
    return this.#all.get(incidentId)?.listed ?? '[]'
  }

  /** Tells the other nodes that nobody is here any more. */
  close(): void {
    clearInterval(this.#ticking)
    this.#nodes?.say([], true)
  }

  #put(screen: Screen, { incidentId, viewing, typing }: PresenceReport): void {
    const { id, name } = screen.data.visitor.actor
    roomIn(this.#ours, incidentId).put(screen.id, { id, name, viewing, typing })
  }

  #tick(): void {
    const changes = this.#gather()
    this.#nodes?.bury()
    for (const [incidentId, room] of this.#all) {
      const change = room.change()
      if (change !== null) this.#needs.io.local.to(roomOf(incidentId)).emit('presence', { incidentId, ...change })
      if (room.empty) this.#all.delete(incidentId)
    }
    this.#nodes?.say(changes)
  }

  /** What changed on this node, entered among all. */
  #gather(): RoomChange[] {
    const changes: RoomChange[] = []
    for (const [incidentId, room] of this.#ours) {
      const change = room.change()
      if (change !== null) {
        changes.push({ incidentId, ...change })
        this.#enterAmongAll(here, { incidentId, ...change })
      }
      if (room.empty) this.#ours.delete(incidentId)
    }
    return changes
  }

  #enterAmongAll(source: string, change: RoomChange): void {
    const room = roomIn(this.#all, change.incidentId)
    for (const presence of change.here) room.put(source, presence)
    for (const personId of change.gone) room.remove(source, personId)
  }

  #meetOthers(): Nodes {
    const { io, node, clock, limits } = this.#needs
    const forget = (other: string) => {
      for (const room of this.#all.values()) room.removeSource(other)
    }
    const nodes = new Nodes({
      node,
      clock,
      silenceMs: limits.nodeSilenceMs,
      say: message => void io.serverSideEmit('presence', message),
      ask: other => void io.serverSideEmit('presence-wanted', other),
      everybody: () => [...this.#ours].map(([incidentId, room]) => ({ incidentId, here: room.told, gone: [] })),
      told: (other, rooms, whole) => {
        if (whole) forget(other)
        for (const change of rooms) this.#enterAmongAll(other, change)
      },
      gone: forget,
    })
    io.on('presence', message => nodes.hear(message))
    io.on('presence-wanted', wanted => nodes.wanted(wanted))
    return nodes
  }
}

function roomIn(rooms: Map<string, Here>, incidentId: string): Here {
  const known = rooms.get(incidentId)
  if (known !== undefined) return known
  const room = new Here()
  rooms.set(incidentId, room)
  return room
}
