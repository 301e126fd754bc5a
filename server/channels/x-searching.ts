import type { Failure } from '@muster/shared/failure.ts'
import type { XAccount } from './x-account.ts'
import { XTrouble } from './x-client.ts'

/** Why X is not searched, and since when, ms since 1970. */
export type Unsearched = { failure: Failure; since: number }
type Search = (from: number) => Promise<void>

/**
 * One thing that X is searched for. Plans are without search, and a query may be one that X does not take: what is refused
 * holds nothing else up, and is asked for again where it stopped, later and later.
 */
export class XSearching {
  readonly #account: XAccount
  readonly #failed: (error: XTrouble) => Failure
  #missed = true
  #failures = 0
  #againAt: number | null = null
  #complaint: Unsearched | null = null

  /** `failed`: hears of each failure, and says what it was. */
  constructor(account: XAccount, failed: (error: XTrouble) => Failure) {
    this.#account = account
    this.#failed = failed
  }

  /** Something may not have been told, or was not found. */
  get missed(): boolean {
    return this.#missed
  }

  /** When it is asked again, ms since 1970; null where nothing was refused. */
  get againAt(): number | null {
    return this.#againAt
  }

  /** Null where nothing is wrong. */
  get complaint(): Unsearched | null {
    return this.#complaint
  }

  lose(): void {
    this.#missed = true
  }

  /** Nothing of it is wanted any more. */
  drop(): void {
    this.#missed = false
    this.#settle()
  }

  /** Searches from a little before `mark`, until when it was surely searched; answers until when it now was. */
  async look(mark: number, asked: number, search: Search, signal: AbortSignal): Promise<number> {
    if (this.#againAt !== null && asked < this.#againAt) return mark
    this.#missed = false
    try {
      await search(mark - this.#account.pace.overlapMs)
      this.#settle()
      return asked
    } catch (error) {
      this.#missed = true
      if (signal.aborted || !(error instanceof XTrouble)) throw error
      this.#refused(error)
      return mark
    }
  }

  #refused(error: XTrouble): void {
    const { pace, surroundings } = this.#account
    const now = surroundings.clock()
    this.#complaint = { failure: this.#failed(error), since: this.#complaint?.since ?? now }
    const waitMs = Math.min(pace.refusedFirstMs * 2 ** this.#failures++, pace.refusedLongestMs)
    this.#againAt = now + Math.max(error.afterMs ?? 0, waitMs)
  }

  #settle(): void {
    this.#failures = 0
    this.#againAt = null
    this.#complaint = null
  }
}
