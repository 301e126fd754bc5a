import type { Incident } from '@muster/shared/incident.ts'
import { lists } from '../domain/indexes.ts'
import { longestTryingMs } from '../domain/report.ts'
import type { Store } from '../store/store.ts'
import { deliveringIncidents } from './picture.ts'

const everyMs = 60_000
/** A reply may wait for its channel's cap until the next month. */
const longestMs = 40 * 86_400_000

/** Incidents resolved long ago whose replies still wait for a limit: looked for now and then, for they are few. */
export class Lingering {
  readonly #store: Store
  #ids: readonly string[] = []
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(store: Store) {
    this.#store = store
  }

  /** Their ids, at `now` by the store's clock. */
  async at(now: number): Promise<readonly string[]> {
    if (now - this.#lookedAt < everyMs) return this.#ids
    this.#lookedAt = now
    const resolved = (await deliveringIncidents(this.#store, now, longestMs)).filter(
      ({ resolvedAt }) => resolvedAt !== null && resolvedAt < now - longestTryingMs,
    )
    const waiting = await Promise.all(resolved.map(incident => this.#waits(incident)))
    this.#ids = resolved.filter((_, at) => waiting[at]).map(({ id }) => id)
    return this.#ids
  }

  async #waits({ id }: Incident): Promise<boolean> {
    const standing = [lists.outbox, lists.sending, lists.sought].map(list => this.#store.count(id, list))
    return (await Promise.all(standing)).some(count => count > 0)
  }
}
