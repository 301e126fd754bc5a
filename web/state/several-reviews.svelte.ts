import type { ReplyMark } from '@muster/shared/entry.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { Errand } from './errand.svelte.ts'
import type { Review, ReviewSeat } from './review.svelte.ts'
import { say } from './words.ts'

/** As many as one command may name. */
const most = 20

type Refused = { replyId: string; refusal: Refusal }

/** Several replies somebody chooses to read one under another, and approves at once. */
export class SeveralReviews {
  readonly #seat: ReviewSeat
  readonly #takable: () => readonly ReplyMark[]
  readonly #errand: Errand
  #approving = $state(false)
  #ids = $state.raw<ReadonlySet<string>>(new Set())
  #last: string | null = null
  #sentence = $state<string | null>(null)

  constructor(seat: ReviewSeat, takable: () => readonly ReplyMark[]) {
    this.#seat = seat
    this.#takable = takable
    this.#errand = new Errand(seat.workplace.courier)
  }

  /** Those of them that can be taken: others may be faster. */
  get chosen(): readonly string[] {
    return this.#takable()
      .map(({ id }) => id)
      .filter(id => this.#ids.has(id))
  }

  get busy(): boolean {
    return this.#errand.busy || this.#approving
  }

  /** What became of the last that was asked for, where there is something to say. */
  get sentence(): string | null {
    return this.#sentence
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  /** `through`: with all between it and the one chosen before. */
  toggle(id: string, through: boolean): void {
    const ids = new Set(this.chosen)
    const range = through ? this.#between(id) : [id]
    if (!through && ids.has(id)) ids.delete(id)
    else for (const each of range) ids.add(each)
    this.#last = id
    this.#ids = new Set([...ids].slice(0, most))
    this.#sentence = ids.size > most ? say('review.notMore', { number: most }) : null
  }

  forget(): void {
    this.#sentence = null
  }

  async claim(): Promise<void> {
    const replyIds = [...this.chosen]
    if (replyIds.length === 0 || this.busy) return
    const outcome = await this.#errand.run({ type: 'review/claim', incidentId: this.#seat.room.id, replyIds })
    if (outcome === null) return
    this.#ids = new Set()
    if (outcome.type !== 'done') return this.#tell(this.#errand.trouble)
    const { reviews, refused } = outcome.answer as { reviews: unknown[]; refused: unknown[] }
    const missed = refused.length
    this.#tell(missed === 0 ? null : say('review.takenSome', { number: reviews.length, count: missed }))
  }

  /** Each by itself: what was not approved says why. What this person changed goes with its own words. */
  async approve(reviews: readonly Review[]): Promise<void> {
    if (this.busy) return
    this.#approving = true
    const ready = reviews.filter(review => review.obstacle === null && review.whole)
    const approved =
      (await this.#together(ready.filter(({ edited }) => !edited))) +
      (await this.#each(ready.filter(({ edited }) => edited)))
    this.#approving = false
    const refused = ready.length - approved
    const done = say('review.approvedCount', { count: approved })
    this.#tell(refused === 0 ? done : `${done} ${say('review.refusedCount', { count: refused })}`)
  }

  /** As they were written, in one command. How many were approved. */
  async #together(reviews: readonly Review[]): Promise<number> {
    const [first] = reviews
    if (first === undefined) return 0
    const incidentId = this.#seat.room.id
    const { epoch } = first.facts
    const replies = reviews.flatMap(({ hold: { place }, replyId }) =>
      place === null ? [] : [{ replyId, fence: place.fence }],
    )
    const outcome = await this.#errand.run({ type: 'review/approve-several', incidentId, epoch, replies })
    // Where none was approved only the first one's reason was told: each is asked for its own.
    if (outcome?.type === 'refused') return this.#each(reviews)
    if (outcome?.type !== 'done') return 0
    const { approved, refused } = outcome.answer as { approved: string[]; refused: Refused[] }
    for (const review of reviews) {
      const not = refused.find(({ replyId }) => replyId === review.replyId)
      if (not) review.refused({ type: 'refused', refusal: not.refusal })
      else if (approved.includes(review.replyId)) review.drop()
    }
    return approved.length
  }

  async #each(reviews: readonly Review[]): Promise<number> {
    let approved = 0
    for (const review of reviews) if (await review.approve()) approved += 1
    return approved
  }

  #between(id: string): string[] {
    const ids = this.#takable().map(each => each.id)
    const ends = [ids.indexOf(this.#last ?? id), ids.indexOf(id)].filter(at => at >= 0)
    return ids.slice(Math.min(...ends), Math.max(...ends) + 1)
  }

  #tell(sentence: string | null): void {
    this.#sentence = sentence
    if (sentence !== null) this.#seat.workplace.announcer.say(sentence)
  }
}
