import type { ReplyMark } from '@muster/shared/entry.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Errands } from './errands.svelte.ts'
import { betweenRenewals, isLate } from './lease.ts'
import { type InReview, readerOf } from './review-line.ts'
import type { Room } from './room.svelte.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

const undecided: readonly (ReplyMark['state'] | undefined)[] = ['submitted', 'in-review']

/** One reviewer's right to decide on one reply. */
export class ReviewHold {
  readonly #replyId: string
  readonly #workplace: Workplace
  readonly #room: Room
  readonly #errands: Errands
  #held = $state(false)
  /** Under which fence it was given back here. */
  #released = $state(0)
  #renewedAt = 0

  constructor(replyId: string, workplace: Workplace, room: Room, errands: Errands) {
    this.#replyId = replyId
    this.#workplace = workplace
    this.#room = room
    this.#errands = errands
  }

  /** Null where it was sent, and settled, before this screen came. */
  get mark(): ReplyMark | null {
    return this.#room.replies.get(this.#replyId) ?? null
  }

  /** Its mark under this person's review; null when it is not theirs. */
  get mine(): InReview | null {
    const reader = this.#reader
    return reader?.by.id === this.#workplace.me.id ? (this.mark as InReview) : null
  }

  /** Which review, under which fence; null without one. */
  get place(): { incidentId: string; replyId: string; fence: number } | null {
    const { mine } = this
    return mine && { incidentId: this.#room.id, replyId: this.#replyId, fence: mine.reviewing.fence }
  }

  /** Whether the lease ends soon. */
  get late(): boolean {
    const { mine } = this
    const { reviewLeaseMs } = this.#room.incident.policy.training
    return mine !== null && isLate(mine.reviewing.until, reviewLeaseMs, this.#workplace.clock.now)
  }

  /** Whether it can be taken up again. */
  get takable(): boolean {
    return this.undecided && this.#reader === null
  }

  get undecided(): boolean {
    return undecided.includes(this.mark?.state)
  }

  /** What ended it, as a sentence, where nobody on this screen did; null while it goes on. */
  get lost(): string | null {
    if (this.mine !== null || !this.#held) return null
    const { mark } = this
    const reader = this.#reader
    if (reader) return say('review.lostTo', { name: reader.by.name })
    if (mark?.state === 'recalled') return say('review.lostRecalled', { name: mark.writer.name })
    if (!this.takable) return say('review.lostDecided')
    return say(this.#released > 0 ? 'review.lostReleased' : 'review.lostLapsed')
  }

  /** Follows the log; `begun`: there is something of this person's, whoever has the review now. */
  follow(begun: boolean): void {
    const { mine } = this
    if (mine !== null || begun) this.#held = true
    if (mine !== null && mine.reviewing.fence !== this.#released) this.#released = 0
  }

  /** Reading on is work, too. */
  worked(): void {
    if (this.#workplace.clock.read() - this.#renewedAt >= betweenRenewals) void this.renew()
  }

  async renew(): Promise<void> {
    const { place } = this
    if (place === null) return
    this.#renewedAt = this.#workplace.clock.read()
    await this.#errands.aside({ type: 'review/renew', ...place })
  }

  async release(): Promise<Outcome | null> {
    const { place } = this
    if (place === null) return null
    // The log may tell of it before the answer does.
    this.#released = place.fence
    const outcome = await this.#errands.run('releasing', () => ({ type: 'review/release', ...place }))
    if (outcome?.type !== 'done') this.#released = 0
    return outcome
  }

  /** Takes it up again where it was left. */
  async claim(): Promise<void> {
    const replyIds = [this.#replyId]
    await this.#errands.run('claiming', () => ({ type: 'review/claim', incidentId: this.#room.id, replyIds }))
  }

  get #reader() {
    const { mark } = this
    return mark && readerOf(mark, this.#workplace.clock.now)
  }
}
