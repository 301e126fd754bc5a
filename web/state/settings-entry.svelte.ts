import type { Outcome } from '@muster/shared/refusal.ts'
import { channelId } from './channel-id.ts'
import type { Courier, Wish } from './courier.ts'
import type { Listing } from './listing.svelte.ts'
import { outcomeSentence } from './sentences.ts'

type Saved = { id: string; name: string; version: string }
/** `over`: the version it takes the place of, null for a new one; undefined where that is not known. */
type Saving = (id: string, over: string | null | undefined) => Wish

/** How often another id is looked for, where each is taken by the time it is saved. */
const mostIds = 3

/** As what a form of the settings is saved: under its own id or one that is free, and over nobody's change unseen. */
export class SettingsEntry<Item extends Saved> {
  readonly #courier: Courier
  readonly #listing: Listing<Item>
  readonly #former: Item | null
  /** What was saved when whoever fills in the form last heard of it; null where it is not there. */
  #over: string | null
  /** As what a new one may have been saved, until somebody answers. */
  #doubtful = $state<string | null>(null)
  #busy = $state(false)
  /** What went wrong with the last that was asked. */
  trouble = $state<string | null>(null)

  constructor(courier: Courier, listing: Listing<Item>, former: Item | null) {
    this.#courier = courier
    this.#listing = listing
    this.#former = former
    this.#over = former?.version ?? null
  }

  get busy(): boolean {
    return this.#busy
  }

  idFor(name: string): string {
    const taken = (this.#listing.items ?? []).map(({ id }) => id)
    return this.#former?.id ?? this.#doubtful ?? channelId(name, taken)
  }

  /** Answers the id it is saved under; null where it is not. */
  async save(name: string, wish: Saving): Promise<string | null> {
    if (this.#busy) return null
    this.#busy = true
    this.trouble = null
    const { id, outcome } = await this.#send(name, wish, mostIds)
    this.trouble = outcomeSentence(outcome)
    this.#busy = false
    return this.trouble === null ? id : null
  }

  async #send(name: string, wish: Saving, tries: number): Promise<{ id: string; outcome: Outcome }> {
    const id = this.idFor(name)
    const over = this.#doubtful === null ? this.#over : undefined
    if (this.#former === null) this.#doubtful = id
    const outcome = await this.#courier.send(wish(id, over))
    if (outcome.type !== 'unavailable') this.#doubtful = null
    const listed = this.#listing.refresh()
    const obstacle = why(outcome)
    if (obstacle === null) return { id, outcome }
    await listed
    if (this.#former !== null) this.#over = this.#listing.items?.find(item => item.id === id)?.version ?? null
    else if (obstacle === 'id-taken' && tries > 1) return this.#send(name, wish, tries - 1)
    return { id, outcome }
  }
}

function why(outcome: Outcome): string | null {
  return outcome.type === 'refused' && outcome.refusal.code === 'conflict' ? outcome.refusal.why : null
}
