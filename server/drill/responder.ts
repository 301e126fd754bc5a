import type { Command } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Notebook } from './notebook.ts'
import type { Submission } from './observation.ts'
import type { Screen } from './screen.ts'

export type Persona = { id: string; name: string; token: string }

/** A conversation as its holder has it in hand. */
export type Held = { conversationId: string; fence: number; customer: string; through: number; claimedAt: number }

type Surroundings = { persona: Persona; screen: Screen; notebook: Notebook; incidentId: string; now: () => number }
type Answered = { outcome: Outcome | null; answer: string }
/** What a reply is sent with; what is left out is as an honest writer would have it. */
export type Letter = { text: string; id?: string; epoch?: number }

/** One person who answers customers: what they can do, each act written down as they saw it. */
export class Responder {
  readonly persona: Persona
  readonly screen: Screen
  busy = false
  readonly #surroundings: Surroundings
  #letters = 0

  constructor(surroundings: Surroundings) {
    this.persona = surroundings.persona
    this.screen = surroundings.screen
    this.#surroundings = surroundings
  }

  async join(): Promise<void> {
    await this.screen.askUntilAnswered({
      id: newId(),
      type: 'incident/join',
      incidentId: this.#surroundings.incidentId,
    })
  }

  takeNext(id = newId()): Promise<Held | null> {
    return this.#claim({ id, type: 'conversation/take-next', incidentId: this.#surroundings.incidentId, topics: [] })
  }

  claim(conversationId: string, id = newId()): Promise<Held | null> {
    const { incidentId } = this.#surroundings
    return this.#claim({ id, type: 'conversation/claim', incidentId, conversationId })
  }

  async save(held: Held, text: string): Promise<void> {
    const command = {
      id: newId(),
      type: 'draft/save',
      ...this.#under(held),
      epoch: this.screen.facts.epoch,
      text,
    } as const
    this.#surroundings.notebook.answer(await this.screen.ask(command))
  }

  async release(held: Held): Promise<void> {
    const command = { id: newId(), type: 'conversation/release', ...this.#under(held) } as const
    this.#surroundings.notebook.answer(await this.screen.askUntilAnswered(command))
  }

  /** A reply as a command, noted as sent. The same one may be given several times. */
  letter(
    held: Held,
    { text, id = newId(), epoch = this.screen.facts.epoch }: Letter,
  ): Extract<Command, { type: 'reply/submit' }> {
    const { conversationId, fence } = held
    const { notebook, persona } = this.#surroundings
    notebook.submissions.push({ replyId: id, person: persona.id, conversationId, fence, epoch, text, accepted: null })
    const through = this.screen.place.picture?.conversations.get(conversationId)?.messages ?? held.through
    return { id, type: 'reply/submit', ...this.#under(held), epoch, text, through }
  }

  /** Sends a letter until there is an answer. */
  async submit(letter: Extract<Command, { type: 'reply/submit' }>): Promise<Answered> {
    const outcome = await this.screen.askUntilAnswered(letter)
    this.submitted(letter.id, outcome)
    return { outcome, answer: this.#surroundings.notebook.answer(outcome) }
  }

  /** Writes down what a letter was answered. Once accepted it stays so, whatever a repetition is told. */
  submitted(replyId: string, outcome: Outcome | null): void {
    const submission = this.#surroundings.notebook.submissions.findLast(
      (known: Submission) => known.replyId === replyId,
    )
    if (submission === undefined || outcome === null || outcome.type === 'unavailable') return
    submission.accepted = submission.accepted === true || outcome.type === 'done'
  }

  /** Short and unlike any other: the report finds a reply by it. */
  code(): string {
    return `${this.persona.id.slice(-6)}-${++this.#letters}-e${this.screen.facts.epoch}`
  }

  #under({ conversationId, fence }: Held) {
    return { incidentId: this.#surroundings.incidentId, conversationId, fence }
  }

  async #claim(
    command: Extract<Command, { type: 'conversation/claim' | 'conversation/take-next' }>,
  ): Promise<Held | null> {
    const { notebook, persona, now } = this.#surroundings
    const askedAt = now()
    const outcome = await this.screen.ask(command)
    const claimedAt = now()
    if (outcome !== null) notebook.claimMs.push(claimedAt - askedAt)
    notebook.answer(outcome)
    if (outcome?.type !== 'done') return null
    const { id, fence, human, messages } = outcome.answer.conversation as Conversation
    notebook.grants.push({ person: persona.id, conversationId: id, fence })
    return { conversationId: id, fence, customer: human.name, through: messages, claimedAt }
  }
}

export function newId(): string {
  return crypto.randomUUID()
}
