import type { Draft } from '@muster/shared/conversation.ts'
import type { Drafts, Turn } from './drafts.ts'
import { joined } from './hands.ts'
import { type Offer, Offers } from './offers.svelte.ts'
import { type SaveDraft, Saving } from './saving.ts'
import type { Kept, SharedHand } from './shared-draft.ts'
import {
  blankSheet,
  emptied,
  heard,
  isBlank,
  replaced,
  type Sheet,
  sheetOf,
  stroked,
  withoutWordings,
  withWording,
  written,
} from './sheet.ts'
import { type Place, Shelf } from './shelf.ts'
import type { UsedWording } from './wording.ts'

const tab = crypto.randomUUID().slice(0, 8)

/**
 * Keeps the sheet somebody writes on. Every keystroke is kept on this machine; while a claim is held the server gets it too,
 * two seconds after a change at the latest, which also renews the lease. Other tabs of this browser show every keystroke as
 * well; where two wrote at once each keeps its own and is offered the other's. A text that is shared with somebody else comes
 * to the other tabs as it comes to them.
 */
export class DraftKeeper {
  readonly #shelf: Shelf
  readonly #save: SaveDraft
  readonly #now: () => number
  readonly #deafen: () => void
  readonly #saving = new Saving(() => this.#saveOnce())
  readonly #offers: Offers
  /** Changed field by field: whatever shows one of them hears nothing of strokes that leave it as it is. */
  readonly #sheet: Sheet = $state({ ...blankSheet })
  #kept = $state<'nowhere' | 'here' | 'server'>('nowhere')
  #shared: SharedHand | null = null

  constructor(drafts: Drafts, place: Place, save: SaveDraft, now: () => number) {
    this.#shelf = new Shelf(drafts, place)
    this.#save = save
    this.#now = now
    this.#deafen = this.#shelf.hear(turn => this.#hear(turn))
    const local = this.#shelf.get()
    this.#offers = new Offers(local?.apart ?? [])
    if (local !== null) this.#take(sheetOf(local))
  }

  /** As it stands now. */
  get sheet(): Readonly<Sheet> {
    return this.#sheet
  }

  get blank(): boolean {
    return isBlank(this.#sheet)
  }

  /** Where the newest letter is safe. */
  get kept(): 'nowhere' | 'here' | 'server' {
    return this.#kept
  }

  /** Another draft of the same reply, written later than this one or beside it. */
  get offered(): Offer | null {
    return this.#offers.next(this.#sheet.text)
  }

  /** Whether the server or another tab has one that its writer has not decided on. */
  get contested(): boolean {
    return this.#offers.beside !== null
  }

  type(text: string, epoch: number, cursor = text.length): void {
    this.#shared?.write(this.#sheet.text, text, cursor)
    this.turn(text, epoch)
  }

  /** It became this, by a hand here or elsewhere. */
  turn(text: string, epoch: number): void {
    this.#keep(written(this.#sheet, text, epoch))
    this.#saving.soon()
  }

  /** What was drafted elsewhere, under guidance of that epoch, stands on below; it is saved at once. */
  writeBelow(text: string, epoch: number): void {
    const whole = this.blank ? text : `${this.#sheet.text}\n\n${text}`
    const older = this.blank ? epoch : Math.min(epoch, this.#sheet.epoch)
    this.#keep({ ...written(this.#sheet, whole, older), epoch: older })
    void this.saveNow()
  }

  /** What this machine keeps of the text as it was shared in this pair. */
  keptShared(pair: string): Kept | null {
    return this.#shelf.shared(pair, this.#sheet.text)
  }

  /** From now on somebody else writes it as well. Another text that was written here is offered beside it. */
  share(hand: SharedHand, text: string, epoch: number): void {
    const wrote = !this.blank && Object.keys(this.#sheet.hands).length > 0
    if (wrote && this.#sheet.text !== text) this.#offers.keep(this.#sheet)
    this.#offers.put(null)
    this.#shared = hand
    this.turn(text, epoch)
  }

  /** What was written here goes on in another text, and is offered beside it. */
  offer(former: string): void {
    if (former.trim() === '' || former === this.#sheet.text) return
    this.#offers.keep({ text: former, epoch: this.#sheet.epoch })
    this.#keep(this.#sheet)
  }

  /** Nobody else writes it any more. */
  alone(): void {
    this.#shared = null
    this.#sheet.hands = {}
  }

  /** This wording was put into the text. */
  used(wording: UsedWording): void {
    this.#keep(withWording(this.#sheet, wording))
  }

  /** Its writer saw what became of these wordings and mended the text, or left it. */
  mended(ids: readonly string[]): void {
    this.#keep(withoutWordings(this.#sheet, ids))
  }

  /** Its writer read the facts of this epoch. */
  read(epoch: number): void {
    this.#keep({ ...this.#sheet, epoch })
    if (this.#sheet.replyId === null) void this.saveNow()
  }

  /** Its writer has seen enough of what a reviewer said of this reply. */
  putAside(replyId: string): void {
    this.#keep({ ...this.#sheet, aside: replyId })
  }

  submitted(replyId: string): void {
    this.#keep({ ...this.#sheet, replyId })
  }

  cameBack(): void {
    this.#keep({ ...this.#sheet, replyId: null })
  }

  /** Resolves when what stands here now was saved or could not be. */
  saveNow(): Promise<void> {
    return this.#saving.now()
  }

  /** What the server has: taken over into an empty editor, offered beside a text that is older. */
  meet(draft: Draft | null): void {
    if (this.#shared !== null) return
    this.#offers.put(null)
    if (draft === null || isBlank(draft) || draft.text === this.#sheet.text) return
    const offer = { ...draft, hands: {}, apart: false }
    if (this.blank) this.use(offer)
    else if (draft.savedAt > this.#sheet.savedAt) this.#offers.put(offer)
  }

  use(offer: Offer): void {
    this.#shared?.write(this.#sheet.text, offer.text, offer.text.length)
    this.#decide(offer, replaced(this.#sheet, offer))
    if (offer.writer === null) this.#saving.soon()
    else this.#kept = 'server'
  }

  /** What stands here is what its writer wants; the other text goes. */
  keepMine(): void {
    if (this.offered) this.#decide(this.offered, this.#sheet)
    this.#saving.soon()
  }

  /** It was sent, or nobody needs it any more. What was written apart of it is all that stands here then. */
  drop(): void {
    this.alone()
    this.#empty()
    this.#shelf.drop()
    if (this.offered) this.use(this.offered)
  }

  stop(): void {
    this.#deafen()
    this.#saving.stop()
  }

  #hear(turn: Turn): void {
    if (this.#shared !== null) return
    const news = heard(this.#sheet, turn)
    if (news.type === 'nothing') return
    this.#offers.put(news.type === 'offer' ? news.offer : null)
    if (news.type === 'empty') this.#empty()
    if (news.type === 'keep') this.#keep(this.#sheet)
    if (news.type !== 'take') return
    this.#take(news.sheet)
    this.#saving.soon()
  }

  #take(sheet: Sheet): void {
    Object.assign(this.#sheet, sheet)
    this.#kept = 'here'
  }

  #decide(offer: Offer, sheet: Sheet): void {
    this.#offers.decided(offer)
    this.#keep({ ...sheet, hands: joined(sheet.hands, offer.hands) })
  }

  #empty(): void {
    this.#saving.forget()
    Object.assign(this.#sheet, emptied(this.#sheet))
    this.#kept = 'nowhere'
    this.#offers.put(null)
  }

  async #saveOnce(): Promise<'done' | 'again'> {
    const { text, epoch } = this.#sheet
    const saved = await this.#save(text, epoch)
    if (saved === 'saved' && text === this.#sheet.text) this.#kept = 'server'
    return saved === 'again' && !this.blank ? 'again' : 'done'
  }

  /** One more stroke. */
  #keep(sheet: Sheet): void {
    Object.assign(this.#sheet, stroked(sheet, tab, this.#now(), this.#shared !== null))
    this.#kept = this.#shelf.put(this.#sheet, this.#shared, this.#offers.apart) ? 'here' : 'nowhere'
  }
}
