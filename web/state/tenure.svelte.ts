import type { Conversation, Draft } from '@muster/shared/conversation.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { Errand, Errands } from './errands.svelte.ts'
import { type Holding, holdingOf } from './holding.ts'
import { betweenRenewals, isLate } from './lease.ts'
import type { Room } from './room.svelte.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

/**
 * How a claim of this person ended without their doing on this screen; `moved` by somebody else, `parted` by whom they sat
 * beside.
 */
export type Ending = 'lapsed' | 'moved' | 'parted' | 'released' | 'handed-over' | 'left' | 'answered'

const elsewhere: readonly Ending[] = ['released', 'handed-over', 'left', 'answered']
const givingUp: readonly (Errand | null)[] = ['releasing', 'handing-over', 'leaving']

/**
 * One person's claim on one conversation.
 *
 *     free ──claim──► mine ──release, hand over──► free, theirs
 *       ▲               │
 *       └─────lapse─────┘  `lost`; `engaged` goes on, so that the editor stays under whoever is typing
 */
export class Tenure {
  readonly #conversationId: string
  readonly #workplace: Workplace
  readonly #room: Room
  readonly #errands: Errands
  readonly #deafen: () => void
  #ending = $state<Ending | null>(null)
  #engaged = $state(false)
  #told: Ending = 'lapsed'
  #mover = $state('')
  #given = false
  #holds = false
  #beside = false
  #renewedAt = 0
  #warned = 0

  constructor(conversationId: string, workplace: Workplace, room: Room, errands: Errands) {
    this.#conversationId = conversationId
    this.#workplace = workplace
    this.#room = room
    this.#errands = errands
    this.#engaged = errands.busy === 'sending'
    this.#deafen = room.hear(entry => this.#hear(entry))
  }

  get conversation(): Conversation | null {
    return this.#room.conversations.get(this.#conversationId) ?? null
  }

  get holding(): Holding {
    const { conversation } = this
    return conversation ? holdingOf(conversation, this.#workplace.me.id, this.#workplace.clock.now) : { type: 'free' }
  }

  /** Whether the lease ends soon. */
  get late(): boolean {
    const { holding } = this
    const { leaseMs } = this.#room.incident.policy
    return holding.type === 'mine' && isLate(holding.claim.until, leaseMs, this.#workplace.clock.now)
  }

  /** How the claim ended, where nobody on this screen ended it. */
  get lost(): Ending | null {
    return this.#ending
  }

  /** Who handed it to somebody else, or ended the pair. */
  get mover(): string {
    return this.#mover
  }

  /** Whether somebody else gave it to this person, while this screen showed it. */
  get given(): boolean {
    return this.#given
  }

  /** Whether somebody writes here: from the claim until it was given back or its reply is on its way. */
  get engaged(): boolean {
    return this.#engaged
  }

  /** Whether it is somebody else's claim, beside whom this person sits. */
  get beside(): boolean {
    const { holding } = this
    return holding.type === 'mine' && holding.beside
  }

  /** Where this conversation is, under the fence of its claim; null without one. */
  get place(): { incidentId: string; conversationId: string; fence: number } | null {
    const { holding } = this
    return holding.type === 'mine' ? { ...this.#here, fence: holding.claim.fence } : null
  }

  /** Follows the log; `leaving` while a reply is on its way. */
  follow(leaving: boolean): void {
    const { holding } = this
    const holds = holding.type === 'mine' || holding.type === 'leaving'
    if (this.#holds && !holds && !leaving) this.#lose(holding)
    if (holds) this.#ending = null
    if (holding.type === 'mine' && !leaving) this.#engaged = true
    if (leaving || holding.type === 'leaving') this.#engaged = false
    this.#holds = holds
    this.#beside = holds && holding.claim.holder.id !== this.#workplace.me.id
    this.#warn(holding)
  }

  /** The draft that waits there; undefined when it was not claimed. */
  async claim(): Promise<Draft | null | undefined> {
    const outcome = await this.#errands.run('claiming', () => ({ type: 'conversation/claim', ...this.#here }))
    if (outcome?.type !== 'done') return undefined
    this.#ending = null
    return (outcome.answer.draft ?? null) as Draft | null
  }

  /** Typing has renewed it. */
  worked(): void {
    this.#renewedAt = this.#workplace.clock.read()
  }

  /** Reading on, without typing, is work too. */
  readOn(): void {
    const now = this.#workplace.clock.read()
    if (this.place !== null && now - this.#renewedAt >= betweenRenewals) void this.renew()
  }

  async renew(): Promise<void> {
    const { place } = this
    if (place === null) return
    this.worked()
    await this.#errands.aside({ type: 'conversation/renew', ...place })
  }

  release(before: () => Promise<void>): Promise<boolean> {
    return this.#giveUp('releasing', { type: 'conversation/release' }, before)
  }

  handOver(personId: string, before: () => Promise<void>): Promise<boolean> {
    return this.#giveUp('handing-over', { type: 'conversation/hand-over', personId }, before)
  }

  /** Leaves whoever it is that this person sits beside. */
  leave(before: () => Promise<void>): Promise<boolean> {
    return this.#giveUp('leaving', { type: 'pair/leave' }, before)
  }

  async ask(text: string): Promise<boolean> {
    const { place } = this
    if (place === null) return false
    const outcome = await this.#errands.run('asking', () => ({ type: 'question/ask', ...place, text }))
    return outcome?.type === 'done'
  }

  stop(): void {
    this.#deafen()
  }

  get #here(): { incidentId: string; conversationId: string } {
    return { incidentId: this.#room.id, conversationId: this.#conversationId }
  }

  async #giveUp(
    errand: 'releasing' | 'handing-over' | 'leaving',
    wish: { type: 'conversation/release' | 'pair/leave' } | { type: 'conversation/hand-over'; personId: string },
    before: () => Promise<void>,
  ): Promise<boolean> {
    const { place } = this
    if (place === null) return false
    const outcome = await this.#errands.run(errand, async () => {
      await before()
      return { ...wish, ...place }
    })
    if (outcome?.type !== 'done') return false
    this.#holds = false
    this.#engaged = false
    this.#ending = null
    return true
  }

  /** What ended it is in the log, if the log told it; of a snapshot it can only be said that it ended. */
  #hear(entry: Entry): void {
    if (!('conversation' in entry) || entry.conversation.id !== this.#conversationId) return
    const own = entry.by?.id === this.#workplace.me.id
    if (entry.type === 'conversation/claimed') this.#begin(false)
    if (entry.type === 'pair/joined' && own) this.#begin(false)
    if (entry.type === 'conversation/released') this.#part(own, 'released', entry.by?.name)
    if (entry.type === 'pair/left' && this.#beside) this.#part(own, 'left', entry.by?.name)
    if (entry.type === 'conversation/handed-over') this.#passed(entry, own)
    const sent = 'reply' in entry && entry.reply.state === 'sent'
    const writers = sent ? [entry.reply.writer.id, entry.reply.partner?.id] : []
    if (writers.includes(this.#workplace.me.id)) this.#told = 'answered'
  }

  #part(own: boolean, ending: 'released' | 'left', by = ''): void {
    this.#told = own ? ending : 'parted'
    this.#mover = by
  }

  #passed({ conversation, by }: Entry & { conversation: Conversation }, own: boolean): void {
    if (conversation.claim?.holder.id === this.#workplace.me.id) this.#begin(!own)
    else this.#told = own ? 'handed-over' : 'moved'
    this.#mover = by?.name ?? ''
  }

  #begin(given: boolean): void {
    this.#told = 'lapsed'
    this.#given = given
  }

  #lose(holding: Holding): void {
    if (givingUp.includes(this.#errands.busy)) return
    const ending = this.#told
    this.#ending = ending
    this.#told = 'lapsed'
    if (elsewhere.includes(ending)) this.#engaged = false
    else this.#workplace.announcer.say(this.#farewell(ending, holding))
  }

  #farewell(ending: Ending, holding: Holding): string {
    const holder = holding.type === 'theirs' ? holding.claim.holder.name : null
    if (ending === 'parted') return say('pair.partedKept', { name: this.#mover })
    if (ending === 'moved' && holder !== null) return say('composer.movedKept', { name: this.#mover, holder })
    return holder === null ? say('composer.claimEndedKept') : say('composer.claimEndedToKept', { holder })
  }

  #warn(holding: Holding): void {
    if (holding.type !== 'mine' || !this.late || this.#warned === holding.claim.until) return
    this.#warned = holding.claim.until
    this.#workplace.announcer.say(say('composer.claimEndsSoon'))
  }
}
