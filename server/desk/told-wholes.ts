import type { SendLimit } from '../channels/channel.ts'
import { type Budget, wholeTold } from '../domain/budget.ts'

/** A network's word is believed for so many of the times it speaks of. */
const believed = 3

type Heard = { most: number; until: number }

/** How much networks were heard to allow, also while they say nothing: a word ends with its window. */
export class ToldWholes {
  readonly #heard = new Map<string, Heard>()

  /** A limit as its network keeps it: never more than it documents. */
  of(limit: SendLimit, spent: Budget, words: Budget, now: number): SendLimit {
    const { pool, perMs, most } = limit
    const name = `${pool} ${perMs}`
    const told = wholeTold(limit, spent, words, now)
    if (told !== null) this.#hear(name, { most: told, until: now + believed * perMs }, now)
    const heard = this.#heard.get(name)
    return heard === undefined || heard.until <= now ? limit : { ...limit, most: Math.min(most, heard.most) }
  }

  /** The least holds: what was let through and then refused makes a whole look larger. */
  #hear(name: string, told: Heard, now: number): void {
    const heard = this.#heard.get(name)
    if (heard === undefined || heard.until <= now || told.most <= heard.most) this.#heard.set(name, told)
  }
}
