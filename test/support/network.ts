import type {
  Called,
  Channel,
  Found,
  Health,
  Outgoing,
  Received,
  Sent,
  Spending,
} from '@muster/server/channels/channel.ts'
import type { Trial } from '@muster/shared/trial.ts'
import { refusedWith } from './setback.ts'

/** A network of the tests' own behind the channel port: it shows what arrived, and fails as it is told. */
export class Network implements Channel {
  readonly id: string
  readonly kind = 'webhook'
  readonly counting = 'characters'
  readonly longestCall = null
  readonly idempotency: Channel['idempotency']
  /** Every sending that reached it, in order, doubles included. */
  readonly visible: Outgoing[] = []
  /** What the next sendings meet; then all is well. */
  readonly ahead: ('refuse' | 'busy' | 'accept-then-time-out' | 'time-out')[] = []
  longest: number | null = null

  constructor(id: string, idempotency: Channel['idempotency'] = 'none') {
    this.id = id
    this.idempotency = idempotency
  }

  async receive(..._: Parameters<Channel['receive']>): Promise<void> {}

  async reread(): Promise<Received> {
    throw new Error('nothing here was ever unreadable')
  }

  async send(outgoing: Outgoing): Promise<Sent> {
    const next = this.ahead.shift()
    if (next === 'refuse')
      return { type: 'refused', setback: refusedWith('No such customer.'), again: false, afterMs: null }
    if (next === 'busy') return { type: 'refused', setback: refusedWith('Busy.'), again: true, afterMs: 0 }
    if (next === 'time-out') return { type: 'unknown', setback: refusedWith('It did not answer.') }
    const doubled = this.visible.some(({ key }) => key === outgoing.key)
    if (!doubled || this.idempotency !== 'native') this.visible.push(outgoing)
    if (next === 'accept-then-time-out') return { type: 'unknown', setback: refusedWith('It did not answer.') }
    return { type: 'sent', externalId: `at-${outgoing.key}` }
  }

  async find({ key }: Outgoing): Promise<Found> {
    if (this.idempotency !== 'search') return { type: 'unknown' }
    const found = this.visible.some(outgoing => outgoing.key === key)
    return found ? { type: 'sent', externalId: `at-${key}` } : { type: 'absent' }
  }

  length(text: string) {
    return { used: text.length, longest: this.longest, unit: 'characters' as const }
  }

  spending(..._: Parameters<Channel['spending']>): Spending {
    return { limits: [], price: 0 }
  }

  async probe(): Promise<Trial[]> {
    return []
  }

  async called(): Promise<Called> {
    return { received: [], status: 404, body: {} }
  }

  health(): Health {
    return { state: 'receiving', complaint: null, currentAt: null }
  }

  async close(): Promise<void> {}
}
