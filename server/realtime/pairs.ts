import type { Conversation } from '@muster/shared/conversation.ts'
import type { PairMessage } from '@muster/shared/protocol.ts'
import { lives } from '../domain/claim.ts'
import { keyOf } from '../domain/indexes.ts'
import { StoreUnavailable } from '../store/store.ts'
import { Allowance } from './allowance.ts'
import type { Screen, Surroundings } from './surroundings.ts'

type Needs = Pick<Surroundings, 'store' | 'observe'>
type Two = readonly [holder: string, partner: string]

/** What one screen may pass on, in bytes: a long text whole a few times, and someone who types without pause. */
const burst = 240_000
const perSecond = 60_000
/** What a message costs, however short. */
const least = 1_000

export function passingAllowance(clock: () => number): Allowance {
  return new Allowance(burst, perSecond, clock)
}

/**
 * Passes on what two people on one claim tell each other of their draft. Each message is judged by the record as it stands,
 * so a claim or a pair that ended passes nothing more. Whatever does not pass changes nothing and is not answered: it may be
 * lost, as all of this may.
 */
export class Pairs {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async pass(screen: Screen, message: PairMessage): Promise<void> {
    const { observe } = this.#needs
    const { watches, passing, visitor } = screen.data
    if (!passing.take(least + message.payload.length)) return observe({ type: 'unpassed', reason: 'too much' })
    const isWatched = watches.has(message.incidentId)
    const pair = isWatched ? await this.#pairOf(message) : null
    if (pair === 'unavailable') return observe({ type: 'unpassed', reason: pair })
    if (pair === null || !pair.includes(visitor.actor.id)) return observe({ type: 'unpassed', reason: 'no pair' })
    if (!screen.connected) return
    enter(screen, roomOf(message, visitor.actor.id))
    screen.to(pair.map(personId => roomOf(message, personId))).emit('pair', { ...message, from: visitor.actor.id })
  }

  /** Who shares the draft under this fence; null when nobody does. */
  async #pairOf({ incidentId, conversationId, fence }: PairMessage): Promise<Two | null | 'unavailable'> {
    try {
      const { now, records } = await this.#needs.store.read(incidentId, [keyOf.conversation(conversationId)])
      const { claim = null } = (records[0]?.value ?? {}) as Partial<Conversation>
      if (!lives(claim, now) || claim.fence !== fence) return null
      const partner = claim.pair?.partner
      return partner ? [claim.holder.id, partner.id] : null
    } catch (error) {
      if (error instanceof StoreUnavailable) return 'unavailable'
      throw error
    }
  }
}

/** The screens on which this person has this draft open. */
function roomOf({ incidentId, conversationId, fence }: PairMessage, personId: string): string {
  return `pair:${incidentId}/${conversationId}/${fence}/${personId}`
}

/** A screen shows one conversation at a time, so it has one shared draft. */
function enter(screen: Screen, room: string): void {
  const { data } = screen
  if (data.pairRoom === room) return
  if (data.pairRoom !== null) void screen.leave(data.pairRoom)
  data.pairRoom = room
  void screen.join(room)
}
