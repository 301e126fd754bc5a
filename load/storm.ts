import { setTimeout as pause } from 'node:timers/promises'
import type { Actor } from '@muster/server/domain/decision.ts'
import { muster } from '@muster/server/domain/decision.ts'
import type { StormHouse } from './storm-house.ts'

const turnMs = 20
const says = [
  'Still down here.',
  'My card was declined twice!',
  'Is anybody there??',
  'Any news on this?',
  'Thank you.',
]

/** A storm over one incident: customers who write again and again, and people who take, keep and let go. */
export class Storm {
  readonly #house: StormHouse
  readonly #incidentId: string
  readonly #people: Actor[]
  readonly #customers: number
  readonly #held: { conversationId: string; fence: number; by: Actor }[] = []
  #made = 0
  given = 0

  constructor(house: StormHouse, incidentId: string, people: Actor[], customers: number) {
    this.#house = house
    this.#incidentId = incidentId
    this.#people = people
    this.#customers = customers
  }

  /** Everybody writes for the first time. */
  async begin(): Promise<void> {
    for (let first = 0; first < this.#customers; first += 500) {
      const until = Math.min(first + 500, this.#customers)
      await Promise.all(Array.from({ length: until - first }, (_, index) => this.#write(first + index)))
    }
  }

  /** Gives `rate` commands a second until the signal aborts; waits while a whole second's worth is unanswered. */
  async blow(rate: number, signal: AbortSignal): Promise<void> {
    const from = performance.now()
    const before = this.given
    const under = new Set<Promise<void>>()
    while (!signal.aborted) {
      const due = Math.floor(((performance.now() - from) / 1_000) * rate) - (this.given - before)
      for (let one = 0; one < Math.min(due, rate - under.size); one++) {
        const work = this.#anything().finally(() => under.delete(work))
        under.add(work)
      }
      await pause(turnMs)
    }
    await Promise.all(under)
  }

  async #anything(): Promise<void> {
    this.given++
    const chance = Math.random()
    if (chance < 0.7) return this.#write(Math.floor(Math.random() * this.#customers))
    if (chance < 0.85 || this.#held.length === 0) return this.#take()
    return this.#letGo()
  }

  async #write(customer: number): Promise<void> {
    const text = says[this.#made % says.length] ?? ''
    const arrival = {
      externalId: `post-${++this.#made}`,
      from: { address: `customer-${customer}@example.com`, name: `Customer ${customer}`, reach: null },
      subject: null,
      text,
      whole: true,
      sentAt: null,
      answersReply: null,
      automatic: null,
    }
    const id = `arrive-${this.#made}`
    // Some are one of many, most are one of a few.
    const alike = `alike-${Math.floor(Math.random() ** 2 * this.#customers)}`
    await this.#house.give(
      this.#incidentId,
      { id, type: 'message/arrive', channelId: 'posts', arrival, arrivedAt: null, alike },
      muster,
    )
  }

  async #take(): Promise<void> {
    const by = this.#people[Math.floor(Math.random() * this.#people.length)] ?? muster
    const command = { id: crypto.randomUUID(), type: 'conversation/take-next' as const, topics: [] }
    const outcome = await this.#house.give(this.#incidentId, { ...command, incidentId: this.#incidentId }, by)
    if (outcome.type !== 'done') return
    const { id, fence } = outcome.answer.conversation as { id: string; fence: number }
    this.#held.push({ conversationId: id, fence, by })
  }

  async #letGo(): Promise<void> {
    const [held] = this.#held.splice(Math.floor(Math.random() * this.#held.length), 1)
    if (held === undefined) return
    const { conversationId, fence, by } = held
    const incidentId = this.#incidentId
    const id = crypto.randomUUID()
    await this.#house.give(incidentId, { id, type: 'conversation/release', incidentId, conversationId, fence }, by)
  }
}
