import { conflict } from '@muster/shared/conflict.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { may } from '@muster/shared/permission.ts'
import type { Batch, Watch, WatchAnswer } from '@muster/shared/protocol.ts'
import { beyondGuest } from '../domain/guest.ts'
import { keyOf } from '../domain/indexes.ts'
import { notAllowed } from '../domain/refusals.ts'
import { StoreUnavailable } from '../store/store.ts'
import { encoded } from './encoded.ts'
import type { Outflow } from './outflow.ts'
import type { Presences } from './presences.ts'
import { type Limits, roomOf, type Screen, type Sockets, type Surroundings } from './surroundings.ts'
import type { Told } from './tail.ts'
import type { Turnstile } from './turnstile.ts'
import { type Beginning, openRoom, type WatchedRoom } from './watched-room.ts'

type Needs = Pick<Surroundings, 'store' | 'log' | 'observe'> & {
  io: Sockets
  clock: () => number
  limits: Limits
  presences: Presences
  outflowOf: (screen: Screen) => Outflow | null
  turnstile: Turnstile
}

const mostWatches = 20
const attempts = 3

/** Which screens watch which rooms, and the one tail that each watched room has on this node. */
export class Watching {
  readonly #needs: Needs
  readonly #rooms = new Map<string, WatchedRoom>()
  readonly #opening = new Map<string, Promise<WatchedRoom | null>>()
  #requests = 0

  constructor(needs: Needs) {
    this.#needs = needs
  }

  get rooms(): Iterable<WatchedRoom> {
    return this.#rooms.values()
  }

  /**
   * Answers with everything after the cursor, or with a snapshot, and lets the screen into the room in the same turn: what
   * is told next goes on from there. Throws `StoreUnavailable`.
   */
  async watch(screen: Screen, watch: Watch, answer: (answer: WatchAnswer) => void): Promise<void> {
    const { visitor, watches } = screen.data
    const { role } = visitor.actor
    const { incidentId } = watch
    const beyond = beyondGuest(visitor.actor, incidentId, 'read/incident')
    if (beyond !== null) return answer({ type: 'refused', refusal: beyond })
    if (!may(role, 'read/incident')) return answer({ type: 'refused', refusal: notAllowed(role, 'read/incident') })
    if (watches.size >= mostWatches && !watches.has(incidentId)) return answer(tooMany)
    // Out of the room until it is answered: what is told meanwhile is part of the answer.
    void screen.leave(roomOf(incidentId))
    const request = ++this.#requests
    watches.set(incidentId, request)
    try {
      await this.#begin(screen, watch, request, answer)
    } finally {
      if (watches.get(incidentId) === request && !screen.rooms.has(roomOf(incidentId))) this.leave(screen, incidentId)
    }
  }

  leave(screen: Screen, incidentId: string): void {
    screen.data.watches.delete(incidentId)
    void screen.leave(roomOf(incidentId))
    this.#needs.presences.leave(screen, incidentId)
  }

  left(screen: Screen): void {
    for (const incidentId of screen.data.watches.keys()) this.leave(screen, incidentId)
  }

  watchers(incidentId: string): number {
    return this.#needs.io.of('/').adapter.rooms.get(roomOf(incidentId))?.size ?? 0
  }

  /** Follows no more what nobody has watched for a while. */
  tidy(): void {
    const now = this.#needs.clock()
    for (const room of this.rooms) {
      if (this.watchers(room.incidentId) > 0) room.watchedAt = now
      else if (now - room.watchedAt >= this.#needs.limits.lingerMs) this.#forget(room)
    }
  }

  /** Tells what is still to be told, and stops. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#opening.values())
    await Promise.all([...this.rooms].map(({ tail }) => tail.stop()))
    this.#rooms.clear()
  }

  async #begin(screen: Screen, watch: Watch, request: number, answer: (answer: WatchAnswer) => void): Promise<void> {
    const { incidentId, cursor } = watch
    await this.#needs.turnstile.pass()
    for (let attempt = 0; attempt < attempts; attempt++) {
      const room = await this.#open(incidentId)
      if (room === null) return answer({ type: 'refused', refusal: notFound('incident') })
      const snapshot = room.covers(cursor) ? null : await room.snapshot()
      // From here on nothing is awaited: what would be told meanwhile would be missing on this screen.
      if (screen.data.watches.get(incidentId) !== request) return answer(superseded)
      const beginning = room.begin(cursor, snapshot)
      if (beginning !== null) return this.#admit(screen, incidentId, beginning, answer)
    }
    throw new StoreUnavailable(`the log of ${incidentId} could not be followed`)
  }

  #admit(screen: Screen, incidentId: string, beginning: Beginning, answer: (answer: WatchAnswer) => void): void {
    const { outflowOf, presences, observe } = this.#needs
    const { type, fields, entries, batch } = beginning
    outflowOf(screen)?.allow(fields.length + (batch?.length ?? 0))
    answer(encoded(`{"type":"${type}",${fields},"present":${presences.listed(incidentId)}}`))
    if (batch !== null) screen.emit('entries', encoded<Batch>(batch))
    void screen.join(roomOf(incidentId))
    presences.enter(screen, incidentId)
    observe({ type: 'watched', answer: type, entries })
  }

  async #open(incidentId: string): Promise<WatchedRoom | null> {
    const open = this.#rooms.get(incidentId)
    if (open !== undefined) return open
    let opening = this.#opening.get(incidentId)
    if (opening === undefined) {
      opening = this.#openNow(incidentId).finally(() => this.#opening.delete(incidentId))
      this.#opening.set(incidentId, opening)
    }
    return opening
  }

  /** Only of what is an incident: nobody can have any number of logs followed by inventing names. */
  async #openNow(incidentId: string): Promise<WatchedRoom | null> {
    const { store, limits, clock } = this.#needs
    const { records } = await store.read(incidentId, [keyOf.incident])
    if (!records[0]) return null
    let lostAlready = false
    const room = await openRoom(incidentId, {
      store,
      limits,
      clock,
      watchers: () => this.watchers(incidentId),
      tell: told => this.#tell(incidentId, told),
      lost: () => {
        lostAlready = true
        this.#beginAnew(incidentId)
      },
    })
    if (!lostAlready) this.#rooms.set(incidentId, room)
    return room
  }

  #tell(incidentId: string, { batch, entries, waitedMs }: Told): void {
    const { io, observe } = this.#needs
    io.local.to(roomOf(incidentId)).emit('entries', encoded<Batch>(batch))
    observe({ type: 'flushed', entries, watchers: this.watchers(incidentId), bytes: batch.length, waitedMs })
  }

  /** Every screen of the room must watch again: what comes next cannot be told from here. */
  #beginAnew(incidentId: string): void {
    const { io, log, observe } = this.#needs
    this.#rooms.delete(incidentId)
    io.local.to(roomOf(incidentId)).emit('reset', { incidentId })
    io.local.in(roomOf(incidentId)).socketsLeave(roomOf(incidentId))
    log('warn', 'the log of an incident is followed anew', { incidentId })
    observe({ type: 'followed-anew', incidentId })
  }

  #forget(room: WatchedRoom): void {
    this.#rooms.delete(room.incidentId)
    room.tail.stop().catch(error => this.#needs.log('error', 'a tail did not stop', { error: String(error) }))
  }
}

const tooMany: WatchAnswer = {
  type: 'refused',
  refusal: conflict('watches-full', { number: mostWatches }),
}

const superseded: WatchAnswer = {
  type: 'refused',
  refusal: conflict('watch-overtaken', {}),
}
