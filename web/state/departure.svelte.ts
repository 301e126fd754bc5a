import type { ReplyMark } from '@muster/shared/entry.ts'
import type { Person } from '@muster/shared/identifier.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Comment, Reply } from '@muster/shared/reply.ts'
import type { DraftKeeper } from './draft-keeper.svelte.ts'
import type { Errands } from './errands.svelte.ts'
import { fly } from './flights.ts'
import { backSentence, type Why } from './gate-words.ts'
import type { Holding } from './holding.ts'
import type { Reading } from './reading.svelte.ts'
import type { Room } from './room.svelte.ts'
import type { Tenure } from './tenure.svelte.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

const untilAnswered = Number.POSITIVE_INFINITY
const mostWordings = 20
const patience = 3_000

export type Fate = 'under-way' | 'sent' | 'came-back' | null

/** How a reply is sent: to a reviewer with what can be argued about, or out all the same for this reason. */
export type Manner = { askReview: true } | { override: { reason: string } }

/** What a reviewer said of a reply and its parts. */
export type Returned = { replyId: string; text: string; by: Person; note: string; comments: readonly Comment[] }

/** Nobody outside has it yet. */
const inHouse = ['submitted', 'in-review', 'queued'] as const
const cameBack = ['held', 'failed', 'returned', 'recalled'] as const
type Back = (typeof cameBack)[number]
const isBack = (state: string | null): state is Back => cameBack.some(one => one === state)

/** The reply of one person to one customer, from "send" until it was sent or came back with a reason. */
export class Departure {
  readonly #keeper: DraftKeeper
  readonly #tenure: Tenure
  readonly #errands: Errands
  readonly #workplace: Workplace
  readonly #room: Room
  readonly #reading: Reading
  #tookBack: string | null = null

  constructor(
    keeper: DraftKeeper,
    tenure: Tenure,
    errands: Errands,
    { workplace, room, reading }: { workplace: Workplace; room: Room; reading: Reading },
  ) {
    this.#keeper = keeper
    this.#tenure = tenure
    this.#errands = errands
    this.#workplace = workplace
    this.#room = room
    this.#reading = reading
  }

  /** The reply on its way; null while there is none. */
  get replyId(): string | null {
    const { holding } = this.#tenure
    return this.#keeper.sheet.replyId ?? (holding.type === 'leaving' ? holding.replyId : null)
  }

  /** What the log says of it; null until it has said something. */
  get mark(): ReplyMark | null {
    const { replyId } = this
    return replyId === null ? null : (this.#room.replies.get(replyId) ?? null)
  }

  /** Whether it is on its way and its fate is known to be open. */
  get underWay(): boolean {
    const { replyId } = this
    if (replyId === null) return false
    const state = this.mark?.state ?? this.#stateRead(replyId)
    return state === null || inHouse.some(one => one === state) || state === 'sending'
  }

  /** Whether it can be taken back now. One that leaves at once is not worth a button that is gone before it is read. */
  get recallable(): boolean {
    const { mark } = this
    if (mark === null || !inHouse.some(one => one === mark.state)) return false
    const now = this.#workplace.clock.now
    return mark.state !== 'queued' || (mark.notBefore ?? 0) > now || now - mark.at > patience
  }

  /** Whole seconds until it goes further; null where that is not a matter of seconds. */
  get seconds(): number | null {
    const { notBefore, state } = this.mark ?? { notBefore: null, state: 'queued' }
    const left = (notBefore ?? 0) - this.#workplace.clock.now
    if (left <= 0 || (state !== 'submitted' && state !== 'queued')) return null
    return Math.ceil(Math.min(left, this.#room.incident.policy.training.undoMs) / 1_000)
  }

  /** Its words, as its writer knows them. */
  get text(): string {
    const { replyId } = this
    const read = this.#reading.detail?.replies.find(({ id }) => id === replyId)
    return this.#keeper.sheet.replyId === null && read ? (read.original ?? read.text) : this.#keeper.sheet.text
  }

  /** Why the last reply came back to this person, as a sentence; null when none did, or its reviewer said so. */
  get cameBack(): string | null {
    const back = this.#back
    if (back === null) return null
    const { state, reply } = back
    const reason = backSentence(back) ?? ''
    if (state === 'failed') return say('composer.refused', { reason })
    if (state === 'recalled') return this.#tookBack === reply.id ? null : say('gate.takenBackForYou')
    if (state !== 'held') return null
    return this.heldByFacts ? say('gate.heldByFacts') : say('composer.heldBack', { reason })
  }

  /** Whether the last reply was held back since the guidance changed. */
  get heldByFacts(): boolean {
    const back = this.#back
    return back?.state === 'held' && back.reply.epoch < this.#room.facts.epoch
  }

  /** What a reviewer said when they returned the last reply; null when none did, or its writer put it aside. */
  get returned(): Returned | null {
    const reply = this.#back?.reply
    if (reply?.state !== 'returned' || this.#keeper.sheet.aside === reply.id) return null
    const { by, note, comments } = reply.correction
    return { replyId: reply.id, text: reply.text, by, note, comments }
  }

  async send(manner?: Manner): Promise<Outcome | null> {
    const { place } = this.#tenure
    if (place === null) return null
    const { text, epoch, wordings: used } = this.#keeper.sheet
    const { through } = this.#reading
    const wordings = used.slice(-mostWordings).map(({ id }) => id)
    const wish = { type: 'reply/submit', ...place, epoch, text, through, wordings, ...manner } as const
    const errands = this.#errands
    if (errands.busy) return null
    const outcome = errands.run('sending', () => wish, untilAnswered)
    return fly(this.#workplace.courier, place, { errands, outcome })
  }

  /** Before a channel has it; the log says whether it was in time. */
  async takeBack(): Promise<void> {
    const { replyId } = this
    if (replyId === null) return
    this.#tookBack = replyId
    const { id: incidentId } = this.#room
    await this.#errands.run('taking-back', () => ({ type: 'reply/recall', incidentId, replyId }))
  }

  /** The answer to "send", whichever screen asked. */
  answered(outcome: Outcome): void {
    if (outcome.type === 'done') this.#keeper.submitted(String(outcome.answer.replyId))
  }

  /** Follows the log. */
  follow(): Fate {
    const keeper = this.#keeper
    if (keeper.sheet.replyId === null && !keeper.blank) this.#recognize(this.#tenure.holding)
    const { replyId } = keeper.sheet
    if (replyId === null) return null
    const state = this.#room.replies.get(replyId)?.state ?? this.#stateRead(replyId)
    if (state === 'sent') {
      this.#workplace.announcer.say(this.#sentence(replyId))
      keeper.drop()
      return 'sent'
    }
    if (!isBack(state)) return 'under-way'
    keeper.cameBack()
    this.#workplace.announcer.say(say(state === 'recalled' ? 'gate.takenBack' : 'composer.returned'))
    return 'came-back'
  }

  /** The last reply in the conversation, where it is this person's and came back. */
  get #back(): (Why & { reply: Reply; state: Back }) | null {
    const reply = this.#reading.detail?.replies.at(-1)
    if (!reply || !this.#isOwn(reply)) return null
    const none = { reason: null, setbacks: [], reasons: [] }
    const { state, reason, setbacks, reasons } = this.#room.replies.get(reply.id) ?? { ...none, ...reply }
    return isBack(state) ? { reply, state, reason, setbacks, reasons } : null
  }

  /**
   * A page that was closed before the answer to "send" came finds its text again among the replies. Another text of this
   * person, from another tab or machine, is no part of that reply: it stays.
   */
  #recognize(holding: Holding): void {
    if (holding.type === 'mine' || this.#errands.busy) return
    const { text } = this.#keeper.sheet
    const own = this.#reading.detail?.replies.filter(each => this.#isOwn(each)) ?? []
    const reply = holding.type === 'leaving' ? own.find(({ id }) => id === holding.replyId) : own.at(-1)
    if (!reply || (reply.original ?? reply.text) !== text) return
    if (holding.type === 'leaving' || reply.state === 'sent') this.#keeper.submitted(reply.id)
  }

  /** Whoever wrote it, alone or with somebody. */
  #isOwn({ writer, partner }: Reply): boolean {
    const { id } = this.#workplace.me
    return writer.id === id || partner?.id === id
  }

  #sentence(replyId: string): string {
    const writer = this.#room.replies.get(replyId)?.writer
    const own = !writer || writer.id === this.#workplace.me.id
    return own ? say('composer.sent') : say('pair.wasSent', { name: writer.name })
  }

  #stateRead(replyId: string): string | null {
    return this.#reading.detail?.replies.find(({ id }) => id === replyId)?.state ?? null
  }
}
