import type { Incident } from '@muster/shared/incident.ts'
import { lists } from '../domain/indexes.ts'
import { longestTryingMs } from '../domain/report.ts'
import type { Store } from '../store/store.ts'
import { deliveringIncidents } from './picture.ts'

const everyMs = 60_000
/** A reply may wait for its channel's cap until the next month. */
const longestMs = 40 * 86_400_000

/**
 * All incidents with replies on their way: the open ones and those resolved lately, and those resolved long ago whose replies
 * still wait for a limit, which are looked for now and then, for they are few, once for all on this node who ask.
 */
export class Lingering {
  readonly #store: Store
  #found: readonly Incident[] = []
  #lookedAt = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | null = null

  constructor(store: Store) {
    this.#store = store
  }

  /** At `now` by the store's clock. */
  async delivering(now: number): Promise<Incident[]> {
    const [usual, lingering] = await Promise.all([deliveringIncidents(this.#store, now), this.#at(now)])
    return [...new Map([...lingering, ...usual].map(incident => [incident.id, incident])).values()]
  }

  async #at(now: number): Promise<readonly Incident[]> {
    if (now - this.#lookedAt < everyMs) return this.#found
    this.#looking ??= this.#look(now).finally(() => {
      this.#looking = null
    })
    await this.#looking
    return this.#found
  }

  async #look(now: number): Promise<void> {
    const resolved = (await deliveringIncidents(this.#store, now, longestMs)).filter(
      // None is missed that ceases to be among the usual ones before the next look.
      ({ resolvedAt }) => resolvedAt !== null && resolvedAt < now + everyMs - longestTryingMs,
    )
    const waiting = await Promise.all(resolved.map(incident => this.#waits(incident)))
    this.#found = resolved.filter((_, at) => waiting[at])
    this.#lookedAt = now
  }

  async #waits({ id }: Incident): Promise<boolean> {
    const standing = [lists.outbox, lists.sending, lists.sought].map(list => this.#store.count(id, list))
    return (await Promise.all(standing)).some(count => count > 0)
  }
}
