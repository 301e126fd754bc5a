import type { XAccount } from './x-account.ts'
import { rest } from './x-keep-up.ts'
import type { XStream } from './x-stream.ts'

/** The stream of posts that hold a word: open for as long as the channel may cost more, for these are missed the least. */
export class XWords {
  readonly stream: XStream
  readonly #account: XAccount
  #isPaused = false

  constructor(account: XAccount, stream: XStream) {
    this.#account = account
    this.stream = stream
  }

  /** Nothing is looked for until there is a higher cap, or another month. */
  get isPaused(): boolean {
    return this.#isPaused
  }

  async listen(signal: AbortSignal): Promise<void> {
    const { pace, surroundings } = this.#account
    while (!signal.aborted) {
      this.#isPaused = !(await surroundings.mayCost())
      if (this.#isPaused) await rest(pace.capMs, null, signal)
      else await this.#listenWhileItMay(signal)
    }
  }

  async #listenWhileItMay(signal: AbortSignal): Promise<void> {
    const { pace, surroundings } = this.#account
    const over = new AbortController()
    const listening = this.stream.listen(AbortSignal.any([signal, over.signal]))
    do await rest(pace.capMs, null, signal)
    while (!signal.aborted && (await surroundings.mayCost()))
    this.#isPaused = !signal.aborted
    over.abort()
    await listening
  }
}
