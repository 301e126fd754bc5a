import type { Cursor } from '@muster/shared/position.ts'
import type { Limits, Sockets, Surroundings } from './surroundings.ts'
import { roomOf } from './surroundings.ts'
import type { WatchedRoom } from './watched-room.ts'
import type { Watching } from './watching.ts'

type Needs = Pick<Surroundings, 'store' | 'log'> & {
  io: Sockets
  watching: Watching
  limits: Pick<Limits, 'heartbeatMs'>
  random: () => number
}

/**
 * Tells every room where it stands, so that silence is told from loss; and notices a tail that has fallen silent itself,
 * by the position at which the store was a whole beat ago.
 */
export class Heartbeat {
  readonly #needs: Needs
  #timer: NodeJS.Timeout
  /** What the store's clock is ahead of this process's, ms: told on while the store is away. */
  #ahead = 0

  constructor(needs: Needs) {
    this.#needs = needs
    // Nodes that start together must not beat together.
    this.#timer = setTimeout(() => this.#beat(), needs.limits.heartbeatMs * needs.random())
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #beat(): void {
    const { io, watching, store, log, limits } = this.#needs
    this.#timer = setTimeout(() => this.#beat(), limits.heartbeatMs)
    watching.tidy()
    const now = Date.now() + this.#ahead
    for (const { incidentId, tail } of watching.rooms) {
      io.local.to(roomOf(incidentId)).emit('top', { incidentId, at: tail.at, now })
    }
    const looks = [this.#learn(), ...[...watching.rooms].map(room => this.#look(room))]
    Promise.all(looks).catch(error =>
      log('warn', `the ${store.kind} store was away at a heartbeat`, { error: String(error) }),
    )
  }

  async #learn(): Promise<void> {
    const before = Date.now()
    const now = await this.#needs.store.now()
    this.#ahead = now - (before + Date.now()) / 2
  }

  async #look(room: WatchedRoom): Promise<void> {
    const top = await this.#needs.store.top(room.incidentId)
    const { tail, topBefore } = room
    if (topBefore !== null && !tail.ended && isBehind(tail.heard, topBefore)) tail.giveUp()
    room.topBefore = top
  }
}

function isBehind(heard: Cursor, top: Cursor): boolean {
  return heard.era !== top.era || heard.seq < top.seq
}
