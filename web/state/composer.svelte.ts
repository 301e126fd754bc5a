import type { Conversation, Draft } from '@muster/shared/conversation.ts'
import type { ReplyMark } from '@muster/shared/entry.ts'
import type { Facts } from '@muster/shared/incident.ts'
import type { ConversationDetail } from '@muster/shared/protocol.ts'
import type { GateReason, Outcome } from '@muster/shared/refusal.ts'
import { DraftKeeper } from './draft-keeper.svelte.ts'
import { type Holding, holdingOf } from './holding.ts'
import type { Reading } from './reading.svelte.ts'
import type { Room } from './room.svelte.ts'
import { outcomeSentence } from './sentences.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

const betweenRenewals = 20_000
const lastWarning = 60_000
/** Of a short lease: the last third. */
const lastPart = 3
const untilAnswered = Number.POSITIVE_INFINITY

export type Problem = { sentence: string; reasons: readonly GateReason[] }

/**
 * One person's work on one conversation. Nothing is shown as done before the log or an answer says so.
 *
 *     free ──claim──► mine ──send──► leaving ──sent──► free, and the text is dropped
 *       ▲               │  ▲            └── held, failed ──► mine, with the text and the reason
 *       └── lapse, ─────┘  └── the facts changed: `stale` until they were read
 *           release; `lost` keeps the text in sight
 */
export class Composer {
  readonly keeper: DraftKeeper
  readonly #conversationId: string
  readonly #workplace: Workplace
  readonly #room: Room
  readonly #reading: Reading
  #busy = $state<'claiming' | 'releasing' | 'sending' | null>(null)
  #problem = $state.raw<Problem | null>(null)
  #refusedBy = $state.raw<Facts | null>(null)
  #read = $state.raw<Facts | null>(null)
  #lost = $state(false)
  #holds = false
  #renewedAt = 0
  #warned = 0
  #met: ConversationDetail | null = null
  #touched = false

  constructor(conversationId: string, workplace: Workplace, room: Room, reading: Reading) {
    this.#conversationId = conversationId
    this.#workplace = workplace
    this.#room = room
    this.#reading = reading
    const place = { incidentId: room.id, conversationId }
    const save = (text: string, epoch: number) => this.#saveDraft(text, epoch)
    this.keeper = new DraftKeeper(workplace.drafts, place, save, () => workplace.clock.read())
    this.#read = this.keeper.epoch === room.facts.epoch || this.keeper.blank ? room.facts : null
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
    const warning = Math.min(lastWarning, this.#room.incident.policy.leaseMs / lastPart)
    return holding.type === 'mine' && holding.claim.until - this.#workplace.clock.now <= warning
  }

  get busy(): 'claiming' | 'releasing' | 'sending' | null {
    return this.#busy
  }

  get problem(): Problem | null {
    return this.#problem
  }

  /** Whether a claim ended here without this person's doing. */
  get lost(): boolean {
    return this.#lost
  }

  /** The newest facts this screen heard of. */
  get facts(): Facts {
    const { facts } = this.#room
    return this.#refusedBy !== null && this.#refusedBy.epoch > facts.epoch ? this.#refusedBy : facts
  }

  /** The facts the text was written under; null where they are not known any more. */
  get factsRead(): Facts | null {
    return this.#read
  }

  get stale(): boolean {
    return !this.keeper.blank && this.keeper.epoch !== this.facts.epoch
  }

  /** Whether a message waits for an answer. */
  get owed(): boolean {
    return this.conversation !== null && this.conversation.waitingSince !== null
  }

  /** Why the last reply came back to this person, as a sentence; null when none did. */
  get returned(): string | null {
    const reply = this.#reading.detail?.replies.at(-1)
    if (!reply || reply.writer.id !== this.#workplace.me.id) return null
    const { state, reason } = this.#room.replies.get(reply.id) ?? { reason: null, ...reply }
    if (state === 'held') return say('composer.heldBack', { reason: reason ?? '' })
    return state === 'failed' ? say('composer.refused', { reason: reason ?? '' }) : null
  }

  /** The reply on its way. */
  get mark(): ReplyMark | null {
    const id = this.keeper.replyId ?? this.conversation?.claim?.replyId ?? null
    return id === null ? null : (this.#room.replies.get(id) ?? null)
  }

  /** Follows what the log and the server said meanwhile. */
  follow(): void {
    this.#followClaim()
    this.#followReply()
    const { detail } = this.#reading
    if (detail === null || detail === this.#met || this.#touched) return
    this.#met = detail
    if (this.holding.type === 'mine' || !this.keeper.blank) this.keeper.meet(detail.draft)
  }

  type(text: string): void {
    if (this.keeper.blank) this.#read = this.facts
    this.keeper.type(text, this.facts.epoch)
    this.#problem = null
    this.#touched = true
    this.#renewedAt = this.#workplace.clock.read()
  }

  /** Reading on, without typing, is work too. */
  worked(): void {
    const now = this.#workplace.clock.read()
    if (this.holding.type === 'mine' && now - this.#renewedAt >= betweenRenewals) void this.renew()
  }

  async renew(): Promise<void> {
    const { holding } = this
    if (holding.type !== 'mine') return
    this.#renewedAt = this.#workplace.clock.read()
    await this.#send({ type: 'conversation/renew', ...this.#under(holding.claim.fence) })
  }

  readFacts(): void {
    this.#read = this.facts
    this.#problem = null
    this.keeper.read(this.facts.epoch)
  }

  async claim(): Promise<void> {
    if (this.#busy) return
    this.#busy = 'claiming'
    const outcome = await this.#send({ type: 'conversation/claim', ...this.#here })
    this.#busy = null
    if (outcome.type !== 'done') return
    this.#lost = false
    this.#touched = false
    this.keeper.meet((outcome.answer.draft ?? null) as Draft | null)
    if (this.keeper.blank) this.#read = this.facts
  }

  async release(): Promise<void> {
    const { holding } = this
    if (this.#busy || holding.type !== 'mine') return
    this.#busy = 'releasing'
    if (!this.keeper.blank) await this.keeper.saveNow()
    const outcome = await this.#send({ type: 'conversation/release', ...this.#under(holding.claim.fence) })
    this.#busy = null
    if (outcome.type !== 'done') return
    this.#holds = false
    this.keeper.drop()
  }

  async send(): Promise<void> {
    const { holding, keeper } = this
    if (this.#busy || holding.type !== 'mine' || this.stale) return
    this.#busy = 'sending'
    const { text, epoch } = keeper
    const wish = { type: 'reply/submit', ...this.#under(holding.claim.fence), epoch, text } as const
    const outcome = await this.#send({ ...wish, through: this.#reading.through }, untilAnswered)
    this.#busy = null
    if (outcome.type === 'done') keeper.submitted(String(outcome.answer.replyId))
    if (outcome.type === 'refused' && outcome.refusal.code === 'guidance-changed')
      this.#refusedBy = outcome.refusal.facts
  }

  stop(): void {
    this.keeper.stop()
  }

  get #here(): { incidentId: string; conversationId: string } {
    return { incidentId: this.#room.id, conversationId: this.#conversationId }
  }

  #under(fence: number): { incidentId: string; conversationId: string; fence: number } {
    return { ...this.#here, fence }
  }

  async #send(wish: Parameters<Workplace['courier']['send']>[0], patienceMs?: number): Promise<Outcome> {
    const outcome = await this.#workplace.courier.send(wish, patienceMs)
    const sentence = outcomeSentence(outcome)
    const reasons = outcome.type === 'refused' && outcome.refusal.code === 'gate' ? outcome.refusal.reasons : []
    this.#problem = sentence === null ? null : { sentence, reasons }
    return outcome
  }

  /** A draft that cannot be saved is not a problem of its own: it is kept here, and the claim says what is wrong. */
  async #saveDraft(text: string, epoch: number): Promise<boolean> {
    const { holding } = this
    if (holding.type !== 'mine') return false
    const wish = { type: 'draft/save', ...this.#under(holding.claim.fence), text, epoch } as const
    const outcome = await this.#workplace.courier.send(wish)
    if (outcome.type === 'invalid') this.#problem = { sentence: outcomeSentence(outcome) ?? '', reasons: [] }
    return outcome.type === 'done'
  }

  #followClaim(): void {
    const holds = this.holding.type === 'mine' || this.holding.type === 'leaving'
    if (this.#holds && !holds && this.keeper.replyId === null && this.#busy !== 'releasing') {
      this.#lost = true
      this.#workplace.announcer.say(lostTo(this.holding))
    }
    if (holds) this.#lost = false
    this.#holds = holds
    this.#warn(this.holding)
  }

  #warn(holding: Holding): void {
    if (holding.type !== 'mine' || !this.late || this.#warned === holding.claim.until) return
    this.#warned = holding.claim.until
    this.#workplace.announcer.say(say('composer.claimEndsSoon'))
  }

  #followReply(): void {
    const { holding, keeper } = this
    if (keeper.replyId === null && !keeper.blank) this.#recognize(holding)
    if (keeper.replyId === null) return
    const state = this.#room.replies.get(keeper.replyId)?.state ?? this.#stateRead(keeper.replyId)
    if (state === 'sent') {
      keeper.drop()
      this.#workplace.announcer.say(say('composer.sent'))
    } else if (state === 'held' || state === 'failed') {
      keeper.cameBack()
      this.#touched = false
      this.#workplace.announcer.say(say('composer.returned'))
    }
  }

  /** A page that was closed before the answer to "send" came finds its text again among the replies. */
  #recognize(holding: Holding): void {
    if (holding.type === 'mine' || this.#busy) return
    const { text } = this.keeper
    const mine = this.#reading.detail?.replies.findLast(({ writer }) => writer.id === this.#workplace.me.id)
    if (holding.type === 'leaving') this.keeper.submitted(holding.replyId)
    else if (mine?.state === 'sent' && mine.text === text) this.keeper.submitted(mine.id)
  }

  #stateRead(replyId: string): string | null {
    return this.#reading.detail?.replies.find(({ id }) => id === replyId)?.state ?? null
  }
}

function lostTo(holding: Holding): string {
  return holding.type === 'theirs'
    ? say('composer.claimEndedToKept', { holder: holding.claim.holder.name })
    : say('composer.claimEndedKept')
}
