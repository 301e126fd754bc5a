const betweenSaves = 2_000
const longestBetween = 8_000

/** Saves a draft on the server; `again` when it may be the next time: nobody answered, or no claim is held. */
export type SaveDraft = (text: string, epoch: number) => Promise<'saved' | 'refused' | 'again'>

/** When a text is saved: soon after a change, once at a time, and less often while nobody answers. */
export class Saving {
  readonly #once: () => Promise<'done' | 'again'>
  #running: Promise<void> | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #failures = 0
  #stopped = false

  constructor(once: () => Promise<'done' | 'again'>) {
    this.#once = once
  }

  soon(): void {
    const pause = Math.min(betweenSaves * 2 ** this.#failures, longestBetween)
    this.#timer ??= setTimeout(() => void this.now(), pause)
  }

  /** Resolves when what stands there now was saved or could not be. */
  async now(): Promise<void> {
    this.forget()
    while (this.#running !== null) await this.#running
    this.#running = this.#run()
    await this.#running
  }

  forget(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** What was to be saved soon is saved now, and nothing later. */
  stop(): void {
    this.#stopped = true
    if (this.#timer !== undefined) void this.now()
  }

  async #run(): Promise<void> {
    const outcome = await this.#once()
    this.#running = null
    this.#failures = outcome === 'again' ? this.#failures + 1 : 0
    if (outcome === 'again' && !this.#stopped) this.soon()
  }
}
