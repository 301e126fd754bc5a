import { company } from '../domain/indexes.ts'
import type { Following, LogLine, Store } from '../store/store.ts'

type Needs = {
  store: Store
  heard: (lines: readonly LogLine[]) => void
  /** Lines may have gone by unheard: before this began, or because the store lost them. */
  missed: () => void
  fault: (error: unknown) => void
}

/** How long to wait before the store is tried again, ms. */
const pauseMs = 500

/** Follows the company's log, whatever becomes of the store, until closed. */
export class CompanyLog {
  readonly #needs: Needs
  #following: Following | null = null
  #closed = false
  #retry: NodeJS.Timeout | null = null

  constructor(needs: Needs) {
    this.#needs = needs
    void this.#begin()
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    await this.#following?.stop()
  }

  async #begin(): Promise<void> {
    const { store, heard, missed, fault } = this.#needs
    try {
      const top = await store.top(company.room)
      const lost = () => this.#later()
      const following = await store.follow(company.room, top, lines => void (this.#closed || heard(lines)), lost)
      if (this.#closed) return await following.stop()
      this.#following = following
      missed()
    } catch (error) {
      if (!this.#closed) fault(error)
      this.#later()
    }
  }

  #later(): void {
    this.#following = null
    if (!this.#closed) this.#retry = setTimeout(() => void this.#begin(), pauseMs)
  }
}
