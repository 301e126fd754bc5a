import type { Command } from '@muster/shared/command.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Comment, Reply } from '@muster/shared/reply.ts'
import type { Notebook } from './notebook.ts'
import type { Approving } from './observation.ts'
import { newId, type Persona, Responder } from './responder.ts'
import type { Screen } from './screen.ts'

type Surroundings = { persona: Persona; screen: Screen; notebook: Notebook; incidentId: string; now: () => number }
export type InReview = Extract<Reply, { state: 'in-review' }>

/** One person who reads what others wrote: what they can do, each act written down as they saw it. */
export class Reviewer {
  readonly persona: Persona
  readonly screen: Screen
  /** Who reviews may answer customers too. */
  readonly answering: Responder
  readonly #notebook: Notebook
  readonly #incidentId: string

  constructor(surroundings: Surroundings) {
    const { persona, screen, notebook, incidentId } = surroundings
    this.persona = persona
    this.screen = screen
    this.answering = new Responder(surroundings)
    this.#notebook = notebook
    this.#incidentId = incidentId
  }

  /** The reply that waits longest, or none. */
  async takeNext(): Promise<InReview[]> {
    return reviewsIn(await this.#ask({ id: newId(), type: 'review/take-next', incidentId: this.#incidentId }))
  }

  async claim(replyIds: string[]): Promise<InReview[]> {
    return reviewsIn(await this.askFor(replyIds))
  }

  askFor(replyIds: string[]): Promise<Outcome | null> {
    return this.#ask({ id: newId(), type: 'review/claim', incidentId: this.#incidentId, replyIds })
  }

  async release({ id: replyId, reviewFence: fence }: InReview): Promise<void> {
    await this.#ask({ id: newId(), type: 'review/release', incidentId: this.#incidentId, replyId, fence })
  }

  /** A yes to this text, under the guidance on their screen, noted as given. */
  async approve(
    { id: replyId, reviewFence: fence }: Pick<InReview, 'id' | 'reviewFence'>,
    text: string,
    epoch = this.screen.facts.epoch,
  ): Promise<Outcome | null> {
    const approving = this.#noted({ replyId, epoch, text })
    const incidentId = this.#incidentId
    const outcome = await this.#ask({ id: newId(), type: 'review/approve', incidentId, replyId, fence, epoch, text })
    approving.accepted = outcome === null ? null : outcome.type === 'done'
    return outcome
  }

  /** A yes to each as it stands; answers with those that did not get it. */
  async approveSeveral(replies: readonly InReview[]): Promise<InReview[]> {
    const { epoch } = this.screen.facts
    const noted = replies.map(({ id: replyId, text }) => this.#noted({ replyId, epoch, text }))
    const several = replies.map(({ id: replyId, reviewFence: fence, text }) => ({ replyId, fence, text }))
    const incidentId = this.#incidentId
    const outcome = await this.#ask({
      id: newId(),
      type: 'review/approve-several',
      incidentId,
      epoch,
      replies: several,
    })
    const approved = outcome?.type === 'done' ? (outcome.answer.approved as string[]) : []
    for (const one of noted) one.accepted = outcome === null ? null : approved.includes(one.replyId)
    return replies.filter(({ id }) => !approved.includes(id))
  }

  async giveBack({ id: replyId, reviewFence: fence }: InReview, note: string, comments: Comment[]): Promise<void> {
    const incidentId = this.#incidentId
    await this.#ask({ id: newId(), type: 'review/return', incidentId, replyId, fence, note, comments })
  }

  #noted(given: Pick<Approving, 'replyId' | 'epoch' | 'text'>): Approving {
    const approving: Approving = { ...given, person: this.persona.id, accepted: null }
    this.#notebook.approvings.push(approving)
    this.#notebook.letters.changed(given.replyId, given.text)
    return approving
  }

  async #ask(command: Command): Promise<Outcome | null> {
    const outcome = await this.screen.askUntilAnswered(command)
    this.#notebook.answer(outcome)
    return outcome
  }
}

function reviewsIn(outcome: Outcome | null): InReview[] {
  return outcome?.type === 'done' ? (outcome.answer.reviews as InReview[]) : []
}
