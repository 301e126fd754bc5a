import type { ReplyMark } from '@muster/shared/entry.ts'
import { Errand } from './errand.svelte.ts'
import { FirstLines } from './first-lines.svelte.ts'
import { Review, type ReviewSeat } from './review.svelte.ts'
import { type Begins, begunReviews } from './review-form.svelte.ts'
import { inHand, isTakable, reviewLine } from './review-line.ts'
import type { Room } from './room.svelte.ts'
import { SeveralReviews } from './several-reviews.svelte.ts'

const begun = new WeakMap<Room, Reviews>()

/** What one person reviews here: it outlives a look at the queue, and comes with the reviews' screen alone. */
export function reviewsIn(seat: ReviewSeat): Reviews {
  const reviews = begun.get(seat.room) ?? new Reviews(seat)
  begun.set(seat.room, reviews)
  return reviews
}

/** The reviewer's desk: the line before it, and what is in hand as the log has it. */
export class Reviews {
  readonly several: SeveralReviews
  readonly lines: FirstLines
  readonly #seat: ReviewSeat
  readonly #errand: Errand
  #open = $state.raw<readonly Review[]>([])
  #alone = $state<string | null>(null)

  /** What waits or is read, the longest first. */
  readonly line: readonly ReplyMark[] = $derived.by(() => reviewLine(this.#seat.room.replies.values(), this.#now))

  /** What this person may take now. */
  readonly takable: readonly ReplyMark[] = $derived.by(() =>
    this.line.filter(mark => isTakable(mark, this.#seat.workplace.me.id, this.#now)),
  )

  /** What is in hand, and what was begun and is not decided. */
  readonly open: readonly Review[] = $derived.by(() => this.#open.filter(({ over }) => !over))

  constructor(seat: ReviewSeat) {
    this.#seat = seat
    this.#errand = new Errand(seat.workplace.courier)
    this.several = new SeveralReviews(seat, () => this.takable)
    this.lines = new FirstLines(seat.room.id)
    this.#open = begunReviews(seat.workplace, seat.room.id).map(begins => new Review(begins, seat))
  }

  /** The one to look at by itself; null where there are several to read one under another. */
  get alone(): Review | null {
    const [first, second] = this.open
    const chosen = this.open.find(({ replyId }) => replyId === this.#alone)
    return chosen ?? (second === undefined ? (first ?? null) : null)
  }

  get busy(): boolean {
    return this.#errand.busy
  }

  /** Why nothing was taken; told until something can be. */
  get trouble(): string | null {
    return this.#errand.trouble
  }

  look(review: Review | null): void {
    this.#alone = review?.replyId ?? null
  }

  /** Follows the log. */
  follow(): void {
    const { room, workplace } = this.#seat
    const mine = inHand(room.replies.values(), workplace.me.id, this.#now)
    const known = new Set(this.#open.map(({ replyId }) => replyId))
    const taken = mine.filter(({ id }) => !known.has(id)).map(mark => this.#begin(mark))
    const all = [...this.#open, ...taken]
    for (const review of all) review.follow()
    const open = all.filter(review => this.#stays(review))
    if (open.length !== this.#open.length || taken.length > 0) this.#open = open
  }

  async takeNext(): Promise<void> {
    this.several.forget()
    const outcome = await this.#errand.run({ type: 'review/take-next', incidentId: this.#seat.room.id })
    if (outcome === null) return
    if (this.#errand.trouble !== null) this.#seat.workplace.announcer.say(this.#errand.trouble)
    if (outcome.type !== 'done') return
    const [reply] = (outcome.answer.reviews ?? []) as { id: string }[]
    this.#alone = reply?.id ?? null
  }

  forget(): void {
    this.#errand.forget()
  }

  #begin({ id, conversationId }: ReplyMark): Review {
    const begins: Begins = { replyId: id, conversationId }
    return new Review(begins, this.#seat)
  }

  /** What was taken from somebody goes from their desk, unless they had begun to say something. */
  #stays(review: Review): boolean {
    if (review.over) return false
    if (review.hold.mine !== null || review.form.begun || review.untold) return true
    const { lost } = review
    if (lost !== null && review.hold.mark?.approvedBy === null) this.#seat.workplace.announcer.say(lost)
    review.drop()
    return false
  }

  get #now(): number {
    return this.#seat.workplace.clock.now
  }
}
