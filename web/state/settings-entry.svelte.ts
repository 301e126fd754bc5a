import type { Outcome } from '@muster/shared/refusal.ts'
import { channelId } from './channel-id.ts'
import type { Courier, Wish } from './courier.ts'
import type { Listing } from './listing.svelte.ts'
import { outcomeSentence } from './sentences.ts'

type Saved = { id: string; name: string; version: string }
/** `over`: the version it takes the place of; null for a new one. */
type Saving = (id: string, over: string | null) => Wish
type Sent = { id: string; commandId: string; wish: Wish }

/** How many ids are tried for a new one, where each is taken by the time it is saved. */
const mostIds = 3

/** As what a form of the settings is saved: under its own id or one that is free, and over nobody's change unseen. */
export class SettingsEntry<Item extends Saved> {
  readonly #courier: Courier
  readonly #listing: Listing<Item>
  /** What it is saved under, once that is certain. */
  #id = $state<string | null>(null)
  /** What was saved when whoever fills in the form last heard of it; null where it is not there. */
  #over: string | null
  /** What nobody answered: it may be saved or not. */
  #unanswered = $state.raw<Sent | null>(null)
  #busy = $state(false)
  /** What went wrong with the last that was asked. */
  trouble = $state<string | null>(null)

  constructor(courier: Courier, listing: Listing<Item>, former: Item | null) {
    this.#courier = courier
    this.#listing = listing
    this.#id = former?.id ?? null
    this.#over = former?.version ?? null
  }

  get busy(): boolean {
    return this.#busy
  }

  idFor(name: string): string {
    const taken = (this.#listing.items ?? []).map(({ id }) => id)
    return this.#id ?? this.#unanswered?.id ?? channelId(name, taken)
  }

  /** Answers the id it is saved under; null where it is not. */
  async save(name: string, wish: Saving): Promise<string | null> {
    if (this.#busy) return null
    this.#busy = true
    this.trouble = null
    const outcome = (await this.#settle()) ?? (await this.#try(name, wish, mostIds))
    this.trouble = outcomeSentence(outcome)
    this.#busy = false
    return this.trouble === null ? this.#id : null
  }

  /**
   * What got no answer is sent again under its own id first, so that what it did is known. Null where what stands in the form
   * now may follow it.
   */
  async #settle(): Promise<Outcome | null> {
    if (this.#unanswered === null) return null
    const outcome = await this.#send(this.#unanswered)
    const changed = this.#id !== null && meanwhile.includes(whyOf(outcome))
    return changed || outcome.type === 'unavailable' ? outcome : null
  }

  async #try(name: string, wish: Saving, tries: number): Promise<Outcome> {
    const id = this.idFor(name)
    const outcome = await this.#send({ id, commandId: crypto.randomUUID(), wish: wish(id, this.#over) })
    const isTaken = this.#id === null && whyOf(outcome) === 'id-taken'
    return isTaken && tries > 1 ? this.#try(name, wish, tries - 1) : outcome
  }

  async #send(sent: Sent): Promise<Outcome> {
    this.#unanswered = sent
    const outcome = await this.#courier.send(sent.wish, undefined, sent.commandId)
    if (outcome.type !== 'unavailable') this.#unanswered = null
    const listed = this.#listing.refresh()
    if (outcome.type === 'done') {
      this.#id = sent.id
      this.#over = String(outcome.answer.version)
    } else if (meanwhile.includes(whyOf(outcome))) {
      await listed
      this.#look(sent.id)
    }
    return outcome
  }

  /** Whoever is told that somebody was there first has heard of what is there now. */
  #look(id: string): void {
    if (this.#id === null || this.#listing.trouble !== null) return
    this.#over = this.#listing.items?.find(item => item.id === id)?.version ?? null
  }
}

const meanwhile: readonly unknown[] = ['changed-since', 'removed-since', 'id-taken']

function whyOf(outcome: Outcome): string | null {
  return outcome.type === 'refused' && outcome.refusal.code === 'conflict' ? outcome.refusal.why : null
}
