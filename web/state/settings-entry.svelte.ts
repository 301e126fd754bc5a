import { channelId } from './channel-id.ts'
import type { Courier, Wish } from './courier.ts'
import type { Listing } from './listing.svelte.ts'
import { outcomeSentence } from './sentences.ts'
import { say } from './words.ts'

type Named = { id: string; name: string }

/** As what a form of the settings is saved: under its own id or one that is free, and over nobody's change unseen. */
export class SettingsEntry<Item extends Named> {
  readonly #courier: Courier
  readonly #listing: Listing<Item>
  readonly #former: Item | null
  /** What of it somebody saved: the rest changes by itself. */
  readonly #savedOf: (item: Item) => unknown
  /** What was saved when whoever fills in the form last heard of it; null where it is not there. */
  #known: string | null
  /** As what it may have been saved, until somebody answers. */
  #doubtful = $state<string | null>(null)
  #busy = $state(false)
  /** What went wrong with the last that was asked. */
  trouble = $state<string | null>(null)

  constructor(
    courier: Courier,
    listing: Listing<Item>,
    former: Item | null,
    savedOf: (item: Item) => unknown = item => item,
  ) {
    this.#courier = courier
    this.#listing = listing
    this.#former = former
    this.#savedOf = savedOf
    this.#known = this.#sayingOf(former)
  }

  get busy(): boolean {
    return this.#busy
  }

  idFor(name: string): string {
    const taken = (this.#listing.items ?? []).map(({ id }) => id)
    return this.#former?.id ?? this.#doubtful ?? channelId(name, taken)
  }

  /** Answers the id it is saved under; null where it is not. */
  async save(name: string, wish: (id: string) => Wish): Promise<string | null> {
    if (this.#busy) return null
    this.#busy = true
    this.trouble = await this.#obstacle()
    const id = this.trouble === null ? await this.#send(this.idFor(name), wish) : null
    this.#busy = false
    return id
  }

  /** Why it is not saved yet, by the newest list; null where it may be. */
  async #obstacle(): Promise<string | null> {
    await this.#listing.refresh()
    const former = this.#former
    if (former === null || this.#listing.trouble !== null) return this.#listing.trouble
    const known = this.#sayingOf(this.#listing.items?.find(({ id }) => id === former.id) ?? null)
    if (known === this.#known) return null
    this.#known = known
    return say(known === null ? 'settings.removedSince' : 'settings.changedSince', { name: former.name })
  }

  async #send(id: string, wish: (id: string) => Wish): Promise<string | null> {
    this.#doubtful = id
    const outcome = await this.#courier.send(wish(id))
    if (outcome.type !== 'unavailable') this.#doubtful = null
    this.trouble = outcomeSentence(outcome)
    void this.#listing.refresh()
    return this.trouble === null ? id : null
  }

  #sayingOf(item: Item | null): string | null {
    return item === null ? null : JSON.stringify(this.#savedOf(item))
  }
}
