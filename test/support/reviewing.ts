import type { Reply } from '@muster/shared/reply.ts'
import type { Answering } from './answering.ts'
import { until } from './until.ts'
import type { Visitor } from './world.ts'

type InReview = Extract<Reply, { state: 'in-review' }>

/** Somebody who reviews by the doors alone. */
export class Reviewing {
  readonly #visitor: Visitor
  readonly #incidentId: string

  private constructor(visitor: Visitor, incidentId: string) {
    this.#visitor = visitor
    this.#incidentId = incidentId
  }

  static async enter(stage: Answering, incidentId: string, name: string): Promise<Reviewing> {
    const visitor = await stage.commander.invite(name, 'reviewer')
    await visitor.do({ type: 'incident/join', incidentId })
    return new Reviewing(visitor, incidentId)
  }

  /** The next reply to be reviewed, as soon as one may be. */
  async take(): Promise<InReview> {
    return until('a reply to review', async () => {
      const outcome = await this.#visitor.ask({ type: 'review/take-next', incidentId: this.#incidentId } as never)
      return outcome.type === 'done' ? (outcome.answer.reviews as InReview[])[0] : undefined
    }) as Promise<InReview>
  }

  /** As it was written, or as they made it. */
  async approve({ id, reviewFence, text }: InReview, made = text): Promise<void> {
    const { facts } = await this.#visitor.snapshot(this.#incidentId)
    const { epoch } = facts
    await this.#do('review/approve', { replyId: id, fence: reviewFence, epoch, text: made })
  }

  /** With a note, and a comment on each of these words. */
  async giveBack({ id, reviewFence, text }: InReview, note: string, said: Record<string, string>): Promise<void> {
    const comments = Object.entries(said).map(([words, comment]) => {
      const from = text.indexOf(words)
      return { from, to: from + words.length, text: comment }
    })
    await this.#do('review/return', { replyId: id, fence: reviewFence, note, comments })
  }

  async #do(type: string, given: object): Promise<void> {
    await this.#visitor.do({ type, incidentId: this.#incidentId, ...given } as never)
  }
}
