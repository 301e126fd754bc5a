import type { Command } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Notebook } from './notebook.ts'
import type { Submission } from './observation.ts'
import type { Screen } from './screen.ts'
import type { Wrong } from './wrongs.ts'

/** `token`: a program's; who came to help signed in as people do, and it is their browser's session. */
export type Persona = { id: string; name: string; token: string; newcomer: boolean }

/** What lets somebody in. */
export function headersOf({ token, newcomer }: Persona): Record<string, string> {
  return newcomer ? { cookie: `muster=${token}` } : { authorization: `Bearer ${token}` }
}

/** A conversation as its holder has it in hand. */
export type Held = {
  conversationId: string
  fence: number
  /** Their name; `address` and `channelId` are where they are written to. */
  customer: string
  address: string
  channelId: string
  through: number
  claimedAt: number
}

type Surroundings = { persona: Persona; screen: Screen; notebook: Notebook; incidentId: string; now: () => number }
type Answered = { outcome: Outcome | null; answer: string }
/** What a reply is sent with; what is left out is as an honest writer would have it. */
export type Letter = {
  text: string
  id?: string
  epoch?: number
  wrong?: Wrong | null
  askReview?: boolean
  override?: { reason: string }
  /** Ids of wordings it was begun with. */
  wordings?: string[]
}

const briefingTimes = 5

/** One person who answers customers: what they can do, each act written down as they saw it. */
export class Responder {
  readonly persona: Persona
  readonly screen: Screen
  busy = false
  /** The last claim they asked for was put off until reviewers can keep up. */
  toldToWait = false
  readonly #surroundings: Surroundings
  #letters = 0

  constructor(surroundings: Surroundings) {
    this.persona = surroundings.persona
    this.screen = surroundings.screen
    this.#surroundings = surroundings
  }

  /** Enters the roster; whoever came to help reads the briefing before anything else. */
  async join(): Promise<void> {
    const { incidentId } = this.#surroundings
    await this.screen.askUntilAnswered({ id: newId(), type: 'incident/join', incidentId })
    for (let time = 0; this.persona.newcomer && time < briefingTimes; time++) {
      const { epoch } = this.screen.facts
      const briefed = await this.screen.askUntilAnswered({ id: newId(), type: 'briefing/finish', incidentId, epoch })
      if (briefed?.type === 'done') return
    }
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
    { text, id = newId(), epoch = this.screen.facts.epoch, wrong = null, ...rest }: Letter,
  ): Extract<Command, { type: 'reply/submit' }> {
    const { conversationId, fence } = held
    const { notebook, persona } = this.#surroundings
    const submission = { replyId: id, person: persona.id, conversationId, fence, epoch, text, wrong, accepted: null }
    notebook.submissions.push(submission)
    notebook.letters.wrote(id, held, text)
    const through = this.screen.place.picture?.conversations.get(conversationId)?.messages ?? held.through
    return { id, type: 'reply/submit', ...this.#under(held), epoch, text, through, ...rest }
  }

  /** Thinks better of it; what became of it the log tells. */
  async recall(replyId: string): Promise<void> {
    const { incidentId, notebook } = this.#surroundings
    notebook.answer(await this.screen.ask({ id: newId(), type: 'reply/recall', incidentId, replyId }))
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
    const leavesAt = outcome.type === 'done' ? outcome.answer.leavesAt : null
    const { notebook, now } = this.#surroundings
    if (typeof leavesAt === 'number' && !notebook.isRushed) submission.forecast ??= { leavesAt, toldAt: now() }
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
    this.#hearWait(outcome, claimedAt)
    if (outcome?.type !== 'done') return null
    const { id, fence, human, messages } = outcome.answer.conversation as Conversation
    notebook.grants.push({ person: persona.id, conversationId: id, fence })
    const { name: customer, address, channelId } = human
    return { conversationId: id, fence, customer, address, channelId, through: messages, claimedAt }
  }

  #hearWait(outcome: Outcome | null, at: number): void {
    const refusal = outcome?.type === 'refused' ? outcome.refusal : null
    this.toldToWait = refusal?.code === 'reviewers-busy'
    if (refusal?.code !== 'reviewers-busy') return
    this.#surroundings.notebook.toldToWait.push({ person: this.persona.id, at, waitMs: refusal.waitMs })
  }
}

export function newId(): string {
  return crypto.randomUUID()
}
