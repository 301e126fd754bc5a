import type { Sight } from './bluesky-post.ts'

export type FoundPost = Pick<Sight, 'ref' | 'record'> & { did: string }
type TakeIn = (batch: readonly FoundPost[]) => Promise<void>
/** `cursor`: a place in the stream, in its own microseconds. */
type Reached = (cursor: number) => Promise<void>

/** Beyond so many that wait to be taken in, the stream itself waits. */
const mostWaiting = 200
const mostTogether = 25
const saveEveryUs = 5_000_000

/** Posts on their way to be taken in, a few at a time, and the place up to which that is done. */
export class Basket {
  readonly #takeIn: TakeIn
  readonly #reached: Reached
  #waiting: { post: FoundPost; at: number }[] = []
  #emptying: Promise<void> | null = null
  #savedAt: number
  #failure: unknown = null

  constructor(takeIn: TakeIn, reached: Reached, savedAt: number) {
    this.#takeIn = takeIn
    this.#reached = reached
    this.#savedAt = savedAt
  }

  /** Resolves once there is room again; throws where some could not be stored. */
  async put(post: FoundPost | null, at: number): Promise<void> {
    if (this.#failure !== null) throw this.#failure
    if (post !== null) this.#waiting.push({ post, at })
    if (this.#waiting.length > 0) this.#emptying ??= this.#empty()
    else if (this.#emptying === null && at - this.#savedAt >= saveEveryUs) await this.#save(at)
    if (this.#waiting.length >= mostWaiting) await this.#emptying
  }

  async settled(): Promise<void> {
    await this.#emptying
  }

  async #empty(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.splice(0, mostTogether)
        await this.#takeIn(batch.map(({ post }) => post))
        await this.#save(batch.at(-1)?.at ?? this.#savedAt)
      }
    } catch (error) {
      this.#failure = error
      this.#waiting = []
    }
    this.#emptying = null
  }

  async #save(at: number): Promise<void> {
    this.#savedAt = at
    await this.#reached(at)
  }
}
