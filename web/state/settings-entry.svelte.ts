import type { Outcome } from '@muster/shared/refusal.ts'
import { channelId } from './channel-id.ts'
import type { Listing } from './listing.svelte.ts'
import { say } from './words.ts'

type Named = { id: string; name: string }

/** As what a form of the settings is saved: under its own id or one that is free, and over nobody's change unseen. */
export class SettingsEntry<Item extends Named> {
  readonly #listing: Listing<Item>
  readonly #former: Item | null
  /** What of it somebody saved: the rest changes by itself. */
  readonly #savedOf: (item: Item) => unknown
  /** What was saved when whoever fills in the form last heard of it; null where it is not there. */
  #known: string | null
  /** As what it may have been saved, until somebody answers. */
  #doubtful = $state<string | null>(null)

  constructor(listing: Listing<Item>, former: Item | null, savedOf: (item: Item) => unknown = item => item) {
    this.#listing = listing
    this.#former = former
    this.#savedOf = savedOf
    this.#known = this.#sayingOf(former)
  }

  idFor(name: string): string {
    const taken = (this.#listing.items ?? []).map(({ id }) => id)
    return this.#former?.id ?? this.#doubtful ?? channelId(name, taken)
  }

  /** Why it is not saved yet, by the newest list; null where it may be. */
  async obstacle(): Promise<string | null> {
    await this.#listing.refresh()
    const former = this.#former
    if (former === null || this.#listing.trouble !== null) return this.#listing.trouble
    const known = this.#sayingOf(this.#listing.items?.find(({ id }) => id === former.id) ?? null)
    if (known === this.#known) return null
    this.#known = known
    return say(known === null ? 'settings.removedSince' : 'settings.changedSince', { name: former.name })
  }

  /** Saves it under the id, which stays its own until somebody answers. */
  async saving(id: string, send: () => Promise<Outcome>): Promise<Outcome> {
    this.#doubtful = id
    const outcome = await send()
    if (outcome.type !== 'unavailable') this.#doubtful = null
    return outcome
  }

  #sayingOf(item: Item | null): string | null {
    return item === null ? null : JSON.stringify(this.#savedOf(item))
  }
}
