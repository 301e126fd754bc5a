import type { Found, Outgoing, Sent, Spending } from '@muster/server/channels/channel.ts'
import { closedFor } from '@muster/shared/closed.ts'
import { Network } from './network.ts'
import { refusedWith } from './setback.ts'

/** What becomes of one sending: whether the network takes it, and what it answers. */
const fates = [
  'taken',
  'taken',
  'taken',
  'taken, and tells of its limit',
  'taken, then silence',
  'taken, then reset',
  'taken, then 500',
  'taken later, after silence',
  'taken, then thrown',
  'lost in silence',
  'thrown',
  '429 with a time',
  '429 without',
  'busy',
  'refused',
  'closed',
] as const

const laterMs = 20_000
const closed = closedFor('replies-off', { network: 'Bluesky', how: 'write-directly' })

type Given = { idempotency: Network['idempotency']; clock: () => number; random: () => number }

/** A channel threw, as it should for nothing. */
export class Broken extends Error {}

/** A network that fails in every way there is, and knows what it shows. */
export class FaultyNetwork extends Network {
  readonly #given: Given
  /** How often each reply stands there for its customer to see. */
  readonly #shown = new Map<string, number>()
  #later: { key: string; at: number }[] = []
  fair = false

  constructor(id: string, given: Given) {
    super(id, given.idempotency)
    this.#given = given
  }

  shown(key: string): number {
    this.#arrive()
    return this.#shown.get(key) ?? 0
  }

  override async send({ key }: Outgoing): Promise<Sent> {
    this.#arrive()
    const fate = this.fair ? 'taken' : fates[Math.floor(this.#given.random() * fates.length)]
    if (fate === 'taken later, after silence') this.#later.push({ key, at: this.#given.clock() + laterMs })
    else if (fate?.startsWith('taken')) this.#show(key)
    if (fate?.endsWith('thrown')) throw new Broken('The connection broke.')
    return this.#answer(fate ?? 'taken', key)
  }

  override async find({ key }: Outgoing): Promise<Found> {
    this.#arrive()
    if (this.idempotency !== 'search') return { type: 'unknown' }
    // What is still on its way, and now and then anything, cannot be told.
    const unsure = this.#later.some(each => each.key === key) || (!this.fair && this.#given.random() < 0.3)
    if (unsure) return { type: 'unknown' }
    return this.#shown.has(key) ? { type: 'sent', externalId: `at-${key}` } : { type: 'absent' }
  }

  override spending(): Spending {
    return { limits: [{ pool: this.id, most: 20, perMs: 60_000, points: 1 }], price: 0 }
  }

  #answer(fate: (typeof fates)[number], key: string): Sent {
    switch (fate) {
      case 'taken':
        return { type: 'sent', externalId: `at-${key}`, link: `https://network.example/${key}` }
      case 'taken, and tells of its limit':
        return { type: 'sent', externalId: `at-${key}`, told: { left: 1, resetsAt: this.#given.clock() + 5_000 } }
      case '429 with a time':
        return { type: 'refused', setback: refusedWith('Too many.'), again: true, afterMs: 7_000, limited: true }
      case '429 without':
        return { type: 'refused', setback: refusedWith('Too many.'), again: true, afterMs: null, limited: true }
      case 'busy':
        return { type: 'refused', setback: refusedWith('Busy.'), again: true, afterMs: null }
      case 'refused':
        return { type: 'refused', setback: refusedWith('No.'), again: false, afterMs: null }
      case 'closed':
        return { type: 'refused', setback: refusedWith('Closed.'), again: false, afterMs: null, closed }
      default:
        return { type: 'unknown', setback: refusedWith('It did not answer.') }
    }
  }

  #arrive(): void {
    const now = this.#given.clock()
    for (const { key, at } of this.#later) if (at <= now) this.#show(key)
    this.#later = this.#later.filter(({ at }) => at > now)
  }

  #show(key: string): void {
    const before = this.#shown.get(key) ?? 0
    if (before === 0 || this.idempotency !== 'native') this.#shown.set(key, before + 1)
  }
}
