import { setTimeout as pause } from 'node:timers/promises'
import { company } from '../domain/indexes.ts'
import type { Following, LogLine, Store } from '../store/store.ts'

type Needs = {
  store: Store
  heard: (lines: readonly LogLine[]) => void
  /** Lines may have gone by unheard: before this began, or because the store lost them. Asked again where it fails. */
  missed: () => void | Promise<void>
  fault: (error: unknown) => void
}

/** How long to wait before the store is tried again, ms. */
const pauseMs = 500

/** Follows the company's log, whatever becomes of the store, until closed. */
export class CompanyLog {
  readonly #needs: Needs
  readonly #closing = new AbortController()
  readonly #begun = Promise.withResolvers<void>()
  #following: Following | null = null
  #end = () => {}

  constructor(needs: Needs) {
    this.#needs = needs
    void this.#keepOn()
  }

  /** Resolves when it follows, and what went by before is made up for. */
  get begun(): Promise<void> {
    return this.#begun.promise
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#end()
    await this.#following?.stop()
  }

  async #keepOn(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      try {
        await this.#followOnce()
      } catch (error) {
        if (!signal.aborted) this.#needs.fault(error)
      }
      await pause(pauseMs, null, { signal }).catch(() => {})
    }
    this.#begun.resolve()
  }

  /** Resolves when the store has lost it, or this was closed. */
  async #followOnce(): Promise<void> {
    const { store, heard, missed } = this.#needs
    const { signal } = this.#closing
    const over = Promise.withResolvers<void>()
    this.#end = over.resolve
    const top = await store.top(company.room)
    const hear = (lines: readonly LogLine[]) => void (signal.aborted || heard(lines))
    const following = await store.follow(company.room, top, hear, over.resolve)
    this.#following = following
    try {
      if (signal.aborted) return
      await missed()
      this.#begun.resolve()
      await over.promise
    } finally {
      this.#following = null
      await following.stop()
    }
  }
}
