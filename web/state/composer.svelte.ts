import type { Conversation } from '@muster/shared/conversation.ts'
import type { Wording } from '@muster/shared/incident.ts'
import type { ConversationDetail } from '@muster/shared/protocol.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { toTakeIn } from './brought.ts'
import { Departure, type Manner } from './departure.svelte.ts'
import { DraftKeeper } from './draft-keeper.svelte.ts'
import { Errands, type Problem } from './errands.svelte.ts'
import { flightOf } from './flights.ts'
import { Footing } from './footing.svelte.ts'
import type { Guidance } from './guidance.svelte.ts'
import { Inspection } from './inspection.svelte.ts'
import { obstacleTo, type Standing } from './obstacle.ts'
import { Outlet } from './outlet.ts'
import { Pairing } from './pairing.svelte.ts'
import type { Reading } from './reading.svelte.ts'
import type { Room } from './room.svelte.ts'
import { Tenure } from './tenure.svelte.ts'
import { currentOf, inOrder } from './wording.ts'
import type { Workplace } from './workplace.svelte.ts'

export type Seat = { workplace: Workplace; room: Room; reading: Reading; guidance: Guidance }

/**
 * One person's work on one conversation: the claim is its `tenure`, the text is with its `keeper` and stands on its
 * `footing`, the reply is its `departure`; here is what is done with them. Nothing is shown as done before the log or an
 * answer says so.
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
  readonly footing: Footing
  readonly inspection: Inspection
  readonly outlet: Outlet
  readonly #seat: Seat
  /** The reading whose draft was met last. */
  #met: ConversationDetail | null = null
  /** Whether somebody typed here since: then what stands here goes to the server, and not the other way. */
  #touched = false
  /** What a merge brought and was written on below. */
  #taken = ''

  constructor(conversationId: string, seat: Seat) {
    const { workplace, room } = seat
    this.#seat = seat
    const place = { incidentId: room.id, conversationId }
    const flight = flightOf(workplace.courier, place)
    this.errands = flight?.errands ?? new Errands(workplace.courier)
    this.tenure = new Tenure(conversationId, workplace, room, this.errands)
    this.outlet = new Outlet(room, () => this.conversation)
    const save = (text: string, epoch: number) => this.#saveDraft(text, epoch)
    this.keeper = new DraftKeeper(workplace.drafts, place, save, () => workplace.clock.read())
    this.footing = new Footing(this.keeper, room, seat.guidance)
    this.inspection = new Inspection(() => this.keeper.sheet.text)
    this.departure = new Departure(this.keeper, this.tenure, this.errands, seat)
    const { tenure, keeper, errands } = this
    this.pairing = new Pairing({ workplace, room, tenure, keeper, errands, epoch: () => this.footing.begin() })
    if (flight) void flight.outcome.then(outcome => this.#answered(outcome))
  }

  get conversation(): Conversation | null {
    return this.tenure.conversation
  }

  /** Whether a message waits for an answer. */
  get owed(): boolean {
    return this.conversation !== null && this.conversation.waitingSince !== null
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

  /** Why it cannot be sent now, as a sentence that says what to do; null when it can. */
  get obstacle(): string | null {
    const { text } = this.keeper.sheet
    return obstacleTo({
      claim: this.#claim,
      waiting: this.pairing.waiting,
      closed: Boolean(this.conversation?.closed),
      stale: this.footing.stale,
      text,
      extent: this.outlet.extentOf(text),
      read: this.#seat.reading.detail !== null,
    })
  }

  /** Follows what the log and the server said meanwhile. */
  follow(): void {
    this.tenure.follow(this.keeper.sheet.replyId !== null)
    const together = this.pairing.together
    this.pairing.follow()
    if (together && !this.pairing.together) {
      // What the other saved last is looked at once more.
      this.#touched = false
      void this.#seat.reading.load()
    }
    if (this.departure.follow() === 'came-back') this.#touched = false
    this.#meet()
    this.#takeIn()
  }

  #meet(): void {
    const { detail } = this.#seat.reading
    if (detail === null || detail === this.#met || this.#touched) return
    this.#met = detail
    if (this.tenure.place !== null || !this.keeper.blank) this.keeper.meet(detail.draft)
  }

  /** What a merge brought is written on below what stands here, by whoever holds it: theirs to keep or to cut. */
  #takeIn(): void {
    const { detail } = this.#seat.reading
    const { sheet } = this.keeper
    if (!detail?.draft?.brought || detail.conversation.fence !== this.tenure.place?.fence || !this.#writesAlone) return
    const { epoch, text } = detail.draft.brought
    const fresh = toTakeIn(detail.draft, sheet, this.#taken)
    if (fresh === null) return
    this.#taken = text
    this.#touched = true
    const before = sheet.text
    this.keeper.writeBelow(fresh, epoch)
    this.pairing.turn([{ at: before.length, removed: 0, inserted: sheet.text.slice(before.length) }])
  }

  /** Nobody else writes here, nothing is being sent, and no other text waits to be decided on. */
  get #writesAlone(): boolean {
    const { pairing, tenure, errands, keeper } = this
    const leaving = errands.busy === 'sending' || keeper.sheet.replyId !== null
    return !tenure.beside && pairing.other === null && !leaving && !keeper.contested
  }

  type(text: string, cursor: number): void {
    this.keeper.type(text, this.footing.begin(), cursor)
    this.errands.settle()
    this.#touched = true
    this.tenure.worked()
  }

  readFacts(): void {
    this.errands.settle()
    this.footing.read()
  }

  async claim(): Promise<void> {
    const draft = await this.tenure.claim()
    if (draft === undefined) return
    this.#touched = false
    this.keeper.meet(draft)
    if (this.keeper.blank) this.footing.begin()
    else if (!this.keeper.contested) void this.keeper.saveNow()
  }

  /** Whoever sits beside somebody leaves; whoever holds it gives it back. */
  async release(): Promise<void> {
    const save = () => this.#saveBeforeGiving()
    const gone = this.tenure.beside ? await this.tenure.leave(save) : await this.tenure.release(save)
    if (gone) this.#forget()
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
    const { facts } = this.footing
    this.inspection.look(() => ({ facts, wordings: this.wordings.map(({ text }) => text) }))
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
    if (refusal.code === 'gate') this.inspection.refuse(refusal.reasons)
    this.footing.learn(refusal)
  }

  get #claim(): Standing['claim'] {
    if (this.tenure.place !== null) return 'held'
    const free = this.owed && this.tenure.holding.type === 'free' && this.#seat.room.incident.state === 'open'
    return free ? 'free' : 'none'
  }

  async #saveBeforeGiving(): Promise<void> {
    this.pairing.sitting?.flush()
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
