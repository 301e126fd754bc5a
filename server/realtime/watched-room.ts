import type { Cursor } from '@muster/shared/position.ts'
import type { Store } from '../store/store.ts'
import { SnapshotShare, type Taken } from './snapshot-share.ts'
import type { Limits } from './surroundings.ts'
import { batchOf, openTail, type Tail, type Told } from './tail.ts'

type Surroundings = {
  store: Store
  limits: Limits
  clock: () => number
  watchers: () => number
  tell: (told: Told) => void
  lost: () => void
}

/** What a screen is given to begin with: the answer without who is here, and a batch that goes on from it. */
export type Beginning = { type: 'resumed' | 'reset'; fields: string; entries: number; batch: string | null }

/** How long a tail may take to hear what the store already showed, ms. */
const patience = 3_000

/** An incident that somebody on this node watches. */
export class WatchedRoom {
  readonly incidentId: string
  readonly tail: Tail
  readonly #snapshots: SnapshotShare
  /** When the last watcher was seen, by the gateway's clock. */
  watchedAt: number
  /** Where the store stood at the heartbeat before. */
  topBefore: Cursor | null = null

  constructor(incidentId: string, tail: Tail, { store, limits, clock }: Surroundings) {
    this.incidentId = incidentId
    this.tail = tail
    this.watchedAt = clock()
    const covers = (at: Cursor) => tail.covers(at)
    this.#snapshots = new SnapshotShare(incidentId, { store, clock, snapshotMs: limits.snapshotMs, covers })
  }

  /** Whether a screen at `cursor` can begin without a snapshot. */
  covers(cursor: Cursor | null): boolean {
    return cursor !== null && this.tail.covers(cursor)
  }

  /** A snapshot from which this tail goes on; null when there is none, and the tail has ended. Throws `StoreUnavailable`. */
  async snapshot(): Promise<Taken | null> {
    const taken = await this.#snapshots.take()
    const { tail } = this
    if (taken !== null && taken.at.era === tail.at.era && (await tail.reach(taken.at.seq, patience))) return taken
    tail.giveUp()
    return null
  }

  /**
   * What a screen begins with: the lines after its cursor, or the snapshot and the lines after that. Both end where the
   * tail's screens stand, so the screen must join them in the same turn. Null when neither is to be had any more.
   */
  begin(cursor: Cursor | null, snapshot: Taken | null): Beginning | null {
    if (this.tail.ended) return null
    const from = snapshot?.at ?? cursor
    const lines = this.tail.recover(from)
    if (lines === null || from === null) return null
    const entries = lines.length
    if (snapshot === null) {
      const fields = `"at":${JSON.stringify(this.tail.at)},"entries":[${lines.join(',')}]`
      return { type: 'resumed', fields, entries, batch: null }
    }
    const batch = entries === 0 ? null : batchOf(this.incidentId, from.era, from.seq + 1, lines)
    return { type: 'reset', fields: `"snapshot":${snapshot.text}`, entries, batch }
  }
}

/** Throws `StoreUnavailable`. */
export async function openRoom(incidentId: string, surroundings: Surroundings): Promise<WatchedRoom> {
  return new WatchedRoom(incidentId, await openTail(incidentId, surroundings), surroundings)
}
