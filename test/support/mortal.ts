import type { Channel } from '@muster/server/channels/channel.ts'
import type { Store } from '@muster/server/store/store.ts'

const never = () => new Promise<never>(() => {})

/**
 * A worker's life: so many times it asks its store or its channels, then it is dead, as after kill -9: the last that it asked
 * happens or not, and it never hears of it.
 */
export class Life {
  readonly died: Promise<void>
  readonly #last: number
  readonly #asksLast: boolean
  #asked = 0
  #die = () => {}

  constructor(last: number, asksLast: boolean) {
    this.#last = last
    this.#asksLast = asksLast
    this.died = new Promise(resolve => {
      this.#die = resolve
    })
  }

  async ask<T>(act: () => Promise<T>): Promise<T> {
    const turn = ++this.#asked
    if (turn > this.#last) return never()
    if (turn < this.#last) return act()
    if (this.#asksLast) await act().catch(() => {})
    this.#die()
    return never()
  }
}

const asked = new Set(['now', 'read', 'list', 'count', 'commit', 'recall', 'send', 'find'])

/** The same store or channel, as one whose life may end at any of its questions has it. */
export function mortal<T extends Store | Channel>(whole: T, life: Life): T {
  return new Proxy(whole, {
    get: (target, name) => {
      const own: unknown = Reflect.get(target, name, target)
      if (typeof own !== 'function') return own
      const act = (...given: unknown[]): unknown => own.apply(target, given)
      if (!asked.has(String(name))) return act
      return (...given: unknown[]) => life.ask(async () => act(...given))
    },
  })
}
