import { type Blank, blanksIn } from '@muster/shared/blank.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Facts, Wording } from '@muster/shared/incident.ts'
import type { ConversationDetail } from '@muster/shared/protocol.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { Departure, type Manner } from './departure.svelte.ts'
import { DraftKeeper } from './draft-keeper.svelte.ts'
import { Errands, type Problem } from './errands.svelte.ts'
import type { Extent } from './extent.ts'
import { flightOf } from './flights.ts'
import type { Guidance } from './guidance.svelte.ts'
import { type Finding, Inspection } from './inspection.svelte.ts'
import { NewestFacts } from './newest-facts.svelte.ts'
import { Outlet } from './outlet.ts'
import { Pairing } from './pairing.svelte.ts'
import type { Reading } from './reading.svelte.ts'
import type { Room } from './room.svelte.ts'
import { Tenure } from './tenure.svelte.ts'
import { currentOf, inOrder, type TurnedWording, turned } from './wording.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

export type Seat = { workplace: Workplace; room: Room; reading: Reading; guidance: Guidance }

/**
 * One person's work on one conversation: the claim is its `tenure`, the reply its `departure`, and here is the text
 * between them. Nothing is shown as done before the log or an answer says so.
 *
 *     free ──claim──► mine ──send──► leaving ──sent──► free, and the text is dropped
 *       ▲               │  ▲            └── held, failed, returned, taken back ──► mine, with the text and the reason
 *       └── lapse, ─────┘  └── the facts changed: `stale` until they were read
 *           release; `lost` keeps the text in its editor
 */
export class Composer {
  readonly errands: Errands
  readonly tenure: Tenure
  readonly keeper: DraftKeeper
  readonly departure: Departure
  readonly pairing: Pairing
  readonly inspection = new Inspection()
  readonly outlet: Outlet
  readonly #seat: Seat
  readonly #newest: NewestFacts
  #read = $state.raw<Facts | null>(null)
  #met: ConversationDetail | null = null
  #touched = false

  constructor(conversationId: string, seat: Seat) {
    const { workplace, room } = seat
    this.#seat = seat
    this.#newest = new NewestFacts(room)
    const place = { incidentId: room.id, conversationId }
    const flight = flightOf(workplace.courier, place)
    this.errands = flight?.errands ?? new Errands(workplace.courier)
    this.tenure = new Tenure(conversationId, workplace, room, this.errands)
    this.outlet = new Outlet(room, () => this.conversation)
    const save = (text: string, epoch: number) => this.#saveDraft(text, epoch)
    this.keeper = new DraftKeeper(workplace.drafts, place, save, () => workplace.clock.read())
    this.departure = new Departure(this.keeper, this.tenure, this.errands, seat)
    const epoch = () => this.#today()
    this.pairing = new Pairing({
      workplace,
      room,
      tenure: this.tenure,
      keeper: this.keeper,
      errands: this.errands,
      epoch,
    })
    this.#read = this.keeper.sheet.epoch === room.facts.epoch || this.keeper.blank ? room.facts : null
    if (flight) void flight.outcome.then(outcome => this.#answered(outcome))
  }

  get conversation(): Conversation | null {
    return this.tenure.conversation
  }

  /** The newest facts this screen heard of. */
  get facts(): Facts {
    return this.#newest.now
  }

  /** The facts the text was written under; null where they are not known any more. */
  get factsRead(): Facts | null {
    const { epoch } = this.keeper.sheet
    return this.#read?.epoch === epoch ? this.#read : this.#seat.guidance.textOf(epoch)
  }

  get stale(): boolean {
    return !this.keeper.blank && this.keeper.sheet.epoch !== this.facts.epoch
  }

  /** Whether a message waits for an answer. */
  get owed(): boolean {
    return this.conversation !== null && this.conversation.waitingSince !== null
  }

  get blanks(): Blank[] {
    return blanksIn(this.keeper.sheet.text)
  }

  get extent(): Extent {
    return this.outlet.extentOf(this.keeper.sheet.text)
  }

  /** What went wrong with the last thing asked; what the gate said is told reason by reason, in a place of its own. */
  get problem(): Problem | null {
    const { problem } = this.errands
    return problem === null || problem.reasons.length > 0 ? null : problem
  }

  /** What may be put into the text now, what fits this customer first. */
  get wordings(): Wording[] {
    const { room, workplace } = this.#seat
    const current = currentOf(room.wordings.values(), workplace.clock.now)
    return this.conversation === null ? current : inOrder(current, this.conversation)
  }

  /** The wordings in this text that are not what they were. */
  get turned(): TurnedWording[] {
    return turned(this.keeper.sheet.wordings, this.#seat.room.wordings, this.#seat.workplace.clock.now)
  }

  get findings(): Finding[] {
    return this.inspection.findings(this.keeper.sheet.text)
  }

  /** Whether the gate refused this text, and it has not been mended. */
  get refused(): boolean {
    return this.inspection.refuses(this.keeper.sheet.text)
  }

  /** Whether all that keeps it from leaving can be argued about. */
  get arguable(): boolean {
    return this.refused && this.findings.every(({ weight, arguable }) => weight === 'warn' || arguable)
  }

  /** Why it cannot be sent now, as a sentence that says what to do; null when it can. */
  get obstacle(): string | null {
    const { used, longest, state } = this.extent
    const [blank] = this.blanks
    if (this.tenure.place === null) return say(this.#claimable ? 'answering.claimFirst' : 'answering.cannotSend')
    if (this.pairing.waiting) return say('pair.notHereYet')
    if (this.conversation?.closed) return say('answering.cannotAnswerHere')
    if (this.stale) return say('composer.readFactsFirst')
    if (this.keeper.blank) return say('composer.nothingWritten')
    if (blank) return say('answering.fillFirst', { blank: blank.name })
    if (state === 'over') return say('answering.tooLong', { longest, count: used - longest })
    return this.#seat.reading.detail === null ? say('composer.waitForMessages') : null
  }

  /** Follows what the log and the server said meanwhile. */
  follow(): void {
    this.tenure.follow(this.keeper.sheet.replyId !== null)
    const together = this.pairing.together
    this.pairing.follow()
    // What the other saved last is looked at once more.
    if (together && !this.pairing.together) this.#lookAgain()
    if (this.departure.follow() === 'came-back') this.#touched = false
    const { detail } = this.#seat.reading
    if (detail === null || detail === this.#met || this.#touched) return
    this.#met = detail
    if (this.tenure.place !== null || !this.keeper.blank) this.keeper.meet(detail.draft)
  }

  type(text: string, cursor: number): void {
    this.keeper.type(text, this.#today(), cursor)
    this.errands.settle()
    this.#touched = true
    this.tenure.worked()
  }

  /** This wording was put into the text. */
  used({ id, title, text }: Wording): void {
    this.keeper.used({ id, title, text })
  }

  readFacts(): void {
    this.#read = this.facts
    this.errands.settle()
    if (!this.keeper.blank) this.keeper.read(this.facts.epoch)
    void this.#seat.guidance.read()
  }

  async claim(): Promise<void> {
    const draft = await this.tenure.claim()
    if (draft === undefined) return
    this.#touched = false
    this.keeper.meet(draft)
    if (this.keeper.blank) this.#read = this.facts
    else if (!this.keeper.contested) void this.keeper.saveNow()
  }

  /** Sits down beside whoever holds it. */
  async join(): Promise<void> {
    const { conversation } = this
    if (conversation === null) return
    const { id: conversationId, fence } = conversation
    const { id: incidentId } = this.#seat.room
    await this.errands.run('pairing', () => ({ type: 'pair/join', incidentId, conversationId, fence }))
  }

  /** Whoever sits beside somebody leaves; whoever holds it gives it back. */
  async release(): Promise<void> {
    if (this.tenure.beside) {
      if (await this.tenure.leave(() => this.#saveBeforeGiving())) this.#forget()
      return
    }
    if (await this.tenure.release(() => this.#saveBeforeGiving())) this.#forget()
  }

  async handOver(personId: string): Promise<boolean> {
    const done = await this.tenure.handOver(personId, () => this.#saveBeforeGiving())
    if (done) this.#forget()
    return done
  }

  /** Whether it was handed in. */
  async send(manner?: Manner): Promise<boolean> {
    if (this.obstacle !== null) return false
    const outcome = await this.departure.send(manner)
    this.#answered(outcome)
    return outcome?.type === 'done'
  }

  /** Says soon what the gate would stumble over. */
  lookOver(): void {
    const { facts } = this
    this.inspection.look(this.keeper.sheet.text, () => ({ facts, wordings: this.wordings.map(({ text }) => text) }))
  }

  stop(): void {
    this.inspection.stop()
    this.pairing.stop()
    this.keeper.stop()
    this.tenure.stop()
  }

  #answered(outcome: Outcome | null): void {
    if (outcome === null) return
    this.departure.answered(outcome)
    if (outcome.type === 'done') this.inspection.settle()
    if (outcome.type !== 'refused') return
    const { refusal } = outcome
    if (refusal.code === 'gate') this.inspection.refuse(this.keeper.sheet.text, refusal.reasons)
    this.#newest.learn(refusal)
  }

  /** The epoch of today's facts; an empty text is begun under them. */
  #today(): number {
    if (this.keeper.blank) this.#read = this.facts
    return this.facts.epoch
  }

  #lookAgain(): void {
    this.#touched = false
    void this.#seat.reading.load()
  }

  get #claimable(): boolean {
    return this.owed && this.tenure.holding.type === 'free' && this.#seat.room.incident.state === 'open'
  }

  async #saveBeforeGiving(): Promise<void> {
    this.pairing.settle()
    if (!this.keeper.blank) await this.keeper.saveNow()
  }

  /** The text goes with the conversation; what could not be saved there stays here. */
  #forget(): void {
    this.pairing.close()
    this.inspection.settle()
    if (this.keeper.blank || this.keeper.kept === 'server') this.keeper.drop()
  }

  /** A draft that cannot be saved is not a problem of its own: it is kept here, and the claim says what is wrong. */
  async #saveDraft(text: string, epoch: number): Promise<'saved' | 'refused' | 'again'> {
    const { place } = this.tenure
    if (place === null) return 'again'
    const outcome = await this.#seat.workplace.courier.send({ type: 'draft/save', ...place, text, epoch })
    if (outcome.type === 'invalid') this.errands.complain(outcome)
    if (outcome.type === 'done') return 'saved'
    return outcome.type === 'unavailable' && !outcome.faulty ? 'again' : 'refused'
  }
}
