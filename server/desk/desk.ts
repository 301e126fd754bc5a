import type { Outcome } from '@muster/shared/refusal.ts'
import type { RoomCommand } from '../domain/decide.ts'
import type { Actor } from '../domain/decision.ts'
import type { Store } from '../store/store.ts'
import { Room, type Surroundings } from './room.ts'

/**
 * The only road to the store: read, decide, commit, and again when somebody else was first. Commands of one room that
 * arrive in the same turn of the loop are one batch; while a batch commits, the next one gathers.
 */
export class Desk {
  readonly store: Store
  readonly #surroundings: Surroundings
  readonly #rooms = new Map<string, Room>()

  constructor(store: Store, surroundings: Surroundings) {
    this.store = store
    this.#surroundings = surroundings
  }

  /** Answers `unavailable` when the store did not: the same command may be given again, and acts once. */
  handle(room: string, command: RoomCommand, actor: Actor): Promise<Outcome> {
    return this.#room(room).handle(command, actor)
  }

  /** Resolves when nothing that was asked is still unanswered. */
  async settled(): Promise<void> {
    await Promise.all([...this.#rooms.values()].map(room => room.settled()))
  }

  #room(name: string): Room {
    let room = this.#rooms.get(name)
    if (room === undefined) {
      room = new Room(name, this.store, this.#surroundings)
      this.#rooms.set(name, room)
    }
    return room
  }
}
