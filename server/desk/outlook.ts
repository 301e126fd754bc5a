import type { Store } from '../store/store.ts'
import { type Survey, type Surveyed, survey } from './survey.ts'
import { ToldWholes } from './told-wholes.ts'

type Surroundings = Omit<Surveyed, 'wholes'> & {
  store: Store
  /** A look answers all who ask for so long, in ms by this process. */
  sharedMs: number
}

/** Looks at all that leaves, once for all who ask at about the same time. */
export class Outlook {
  readonly #surroundings: Surroundings
  readonly #wholes = new ToldWholes()
  #last: Survey | null = null
  #lastAt = Number.NEGATIVE_INFINITY
  #looking: Promise<Survey> | null = null
  #next: Promise<Survey> | null = null

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  look(): Promise<Survey> {
    const { store, sharedMs } = this.#surroundings
    if (this.#last !== null && performance.now() - this.#lastAt < sharedMs) return Promise.resolve(this.#last)
    this.#looking ??= survey(store, { ...this.#surroundings, wholes: this.#wholes })
      .then(found => {
        this.#last = found
        this.#lastAt = performance.now()
        return found
      })
      .finally(() => {
        this.#looking = null
      })
    return this.#looking
  }

  /** By a look that begins after this was asked: one that is under way may have passed by what is asked about. */
  again(): Promise<Survey> {
    this.#next ??= this.#anew()
    return this.#next
  }

  async #anew(): Promise<Survey> {
    await this.#looking?.catch(() => null)
    this.#next = null
    this.#lastAt = Number.NEGATIVE_INFINITY
    return this.look()
  }
}
