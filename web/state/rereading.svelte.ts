import type { QuarantineView } from '@muster/shared/endpoint.ts'
import type { Courier } from './courier.ts'
import { outcomeSentence } from './sentences.ts'
import { say } from './words.ts'

/** What was set aside, read again one after another, the oldest first. What still cannot be read stays, with its reason. */
export class Rereading {
  readonly #courier: Courier
  #all = $state(0)
  #read = $state(0)
  #left = $state(0)
  #running = $state(false)
  #stopped = false
  #trouble = $state<string | null>(null)

  constructor(courier: Courier) {
    this.#courier = courier
  }

  get running(): boolean {
    return this.#running
  }

  /** How far it is, or what came of it; null before. */
  get sentence(): string | null {
    if (this.#running) return say('quarantine.rereading', { number: this.#read + this.#left, all: this.#all })
    if (this.#all === 0) return null
    const left = this.#all - this.#read
    return left === 0 ? say('quarantine.rereadAll') : say('quarantine.reread', { read: this.#read, left })
  }

  /** Why it ended before the last. */
  get trouble(): string | null {
    return this.#trouble
  }

  async run(items: readonly QuarantineView[]): Promise<void> {
    if (this.#running) return
    this.#running = true
    this.#stopped = false
    this.#trouble = null
    this.#all = items.length
    this.#read = 0
    this.#left = 0
    for (const { id } of items) {
      if (this.#stopped || this.#trouble !== null) break
      await this.#one(id)
    }
    this.#running = false
  }

  stop(): void {
    this.#stopped = true
  }

  forget(): void {
    if (this.#running) return
    this.#all = 0
    this.#trouble = null
  }

  async #one(quarantineId: string): Promise<void> {
    const outcome = await this.#courier.send({ type: 'quarantine/retry', quarantineId })
    if (outcome.type === 'done') this.#read += 1
    else if (outcome.type === 'refused') this.#left += 1
    else this.#trouble = outcomeSentence(outcome)
  }
}
