import type { Facts } from '@muster/shared/incident.ts'
import { overridable } from '@muster/shared/overridable.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Comment, Reply } from '@muster/shared/reply.ts'
import { extentFor } from './counting.svelte.ts'
import { Errands } from './errands.svelte.ts'
import type { Extent } from './extent.ts'
import type { Guidance } from './guidance.svelte.ts'
import { NewestFacts } from './newest-facts.svelte.ts'
import { Reading, sayingOf } from './reading.svelte.ts'
import { type Begins, ReviewForm } from './review-form.svelte.ts'
import { ReviewHold } from './review-hold.svelte.ts'
import type { Room } from './room.svelte.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

export type ReviewSeat = { workplace: Workplace; room: Room; guidance: Guidance }

/**
 * One reply in the hands of one reviewer.
 *
 *     mine ──approve, return──► over
 *       └─── release, lapse, taken back, taken by another ──► lost: what was begun stays until it is let go or taken up again
 */
export class Review {
  readonly replyId: string
  readonly conversationId: string
  readonly errands: Errands
  readonly hold: ReviewHold
  readonly reading: Reading
  readonly form: ReviewForm
  readonly #seat: ReviewSeat
  readonly #newest: NewestFacts
  #over = $state(false)
  #whole = $state(false)

  constructor(begins: Begins, seat: ReviewSeat) {
    const { workplace, room } = seat
    this.replyId = begins.replyId
    this.conversationId = begins.conversationId
    this.#seat = seat
    this.#newest = new NewestFacts(room)
    this.errands = new Errands(workplace.courier)
    this.hold = new ReviewHold(this.replyId, workplace, room, this.errands)
    this.reading = new Reading(room.id, this.conversationId)
    this.form = new ReviewForm(begins, room.id, workplace)
  }

  get reply(): Reply | null {
    return this.reading.detail?.replies.find(({ id }) => id === this.replyId) ?? null
  }

  /** As its writer wrote it. */
  get written(): string {
    return this.reply?.original ?? this.reply?.text ?? ''
  }

  /** As it shall leave. */
  get text(): string {
    return this.form.text ?? this.written
  }

  get edited(): boolean {
    return this.form.text !== null && this.form.text !== this.written
  }

  /** The newest facts this screen heard of. */
  get facts(): Facts {
    return this.#newest.now
  }

  /** Whether its writer had read other facts than today's. */
  get older(): boolean {
    return this.reply !== null && this.reply.epoch !== this.facts.epoch
  }

  /** Whether what may be said today comes first: it is newer than the text, or its reviewer has not read it. */
  get mustRead(): boolean {
    if (this.reply === null || this.form.accepted === this.facts.epoch) return false
    return this.older || this.#seat.guidance.unread
  }

  /** What its writer had read, or else this person; null where this machine does not know it. */
  get factsBefore(): Facts | null {
    const { guidance } = this.#seat
    return this.reply !== null && this.older ? guidance.textOf(this.reply.epoch) : guidance.before
  }

  get extent(): Extent {
    const { to, target } = this.reply ?? {}
    const mark = this.#seat.room.channels.get(to?.channelId ?? '') ?? null
    return extentFor(this.text, mark, target?.visibility ?? 'direct')
  }

  /** Why it cannot be approved now, as a sentence that says what to do; null when it can. */
  get obstacle(): string | null {
    const { used, longest, state } = this.extent
    if (this.hold.mine === null) return say('review.notYours')
    if (this.reply === null) return say('composer.waitForMessages')
    if (this.mustRead) return say('composer.readFactsFirst')
    if (this.form.comments.length > 0) return say('review.commentsGoBack')
    if (this.text.trim() === '') return say('composer.nothingWritten')
    return state === 'over' ? say('answering.tooLong', { longest, count: used - longest }) : null
  }

  /** Why it cannot be returned now. */
  get notReturnable(): string | null {
    if (this.hold.mine === null) return say('review.notYours')
    return this.form.note.trim() === '' && this.form.comments.length === 0 ? say('review.sayWhat') : null
  }

  /** Whether all that the gate found may be set aside by whoever leads. */
  get arguable(): boolean {
    const stops = this.errands.problem?.reasons.filter(({ weight }) => weight === 'stop') ?? []
    return stops.length > 0 && stops.every(({ rule }) => overridable.includes(rule))
  }

  /** Decided here, or let go. */
  get over(): boolean {
    return this.#over
  }

  /** Whether all of it was on the screen. */
  get whole(): boolean {
    return this.#whole
  }

  /** Whether the log says that it was returned and it is not known yet by whom. */
  get untold(): boolean {
    return this.hold.mark?.state === 'returned' && this.reply !== null && this.reply.state !== 'returned'
  }

  /** What ended it, where somebody else did or time; null while it goes on. */
  get lost(): string | null {
    return this.#over || this.untold || this.#decided ? null : this.hold.lost
  }

  /** Follows the log. */
  follow(): void {
    const { room } = this.#seat
    const conversation = room.conversations.get(this.conversationId)
    if (conversation) this.reading.follow(sayingOf(conversation, room.saidIn(this.conversationId)))
    this.hold.follow(this.form.begun)
    if (this.#decided) this.drop()
  }

  shown(): void {
    this.#whole = true
  }

  type(text: string): void {
    this.form.type(text === this.written ? null : text)
    this.errands.settle()
    this.hold.worked()
  }

  comment(comment: Comment): void {
    this.form.comment(comment)
    this.hold.worked()
  }

  /** This person has read today's facts and looks at this under them. */
  accept(): void {
    this.form.accept(this.facts.epoch)
    this.errands.settle()
    this.hold.worked()
    void this.#seat.guidance.read()
  }

  /** `reason`: why what the gate found is set aside. Whether it was done. */
  async approve(reason: string | null = null): Promise<boolean> {
    const { place } = this.hold
    if (place === null || this.obstacle !== null) return false
    const { text, edited, facts } = this
    const override = reason === null ? {} : { override: { reason } }
    const wish = { type: 'review/approve', ...place, epoch: facts.epoch, text, ...override } as const
    const outcome = await this.errands.run('approving', () => wish)
    return this.#answered(outcome, say(edited ? 'review.approvedEdited' : 'review.approved'))
  }

  async giveBack(): Promise<boolean> {
    const { place } = this.hold
    if (place === null || this.notReturnable !== null) return false
    const { note, comments } = this.form
    const outcome = await this.errands.run('returning', () => ({ type: 'review/return', ...place, note, comments }))
    return this.#answered(outcome, say('review.returned'))
  }

  /** What was begun stays, as at every other end. */
  async release(): Promise<void> {
    const outcome = await this.hold.release()
    if (outcome?.type === 'done' && !this.form.begun) this.drop()
  }

  /** What several were answered with, of this one. */
  refused(outcome: Outcome & { type: 'refused' }): void {
    this.errands.complain(outcome, 'approving')
    this.#learn(outcome)
  }

  /** It was decided, or what was begun is not wanted any more. */
  drop(): void {
    this.#over = true
    this.form.drop()
    this.reading.stop()
  }

  /** By this person, where this screen did not see it: in another tab, or the answer was lost on its way. */
  get #decided(): boolean {
    const { hold, reply } = this
    const by = reply?.state === 'returned' ? reply.correction.by : hold.mark?.approvedBy
    return !hold.undecided && by?.id === this.#seat.workplace.me.id
  }

  #answered(outcome: Outcome | null, sentence: string): boolean {
    if (outcome?.type === 'refused') this.#learn(outcome)
    if (outcome?.type !== 'done') return false
    this.#seat.workplace.announcer.say(sentence)
    this.drop()
    return true
  }

  #learn({ refusal }: Outcome & { type: 'refused' }): void {
    this.#newest.learn(refusal)
  }
}
