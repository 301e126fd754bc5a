import type { Draft } from '@muster/shared/conversation.ts'
import type { Drafts, LocalDraft, Turn } from './drafts.ts'
import { type Hands, holdsAll, joined, stroke } from './hands.ts'
import { type Offer, Offers } from './offers.svelte.ts'
import { type SaveDraft, Saving } from './saving.ts'
import type { Kept, SharedHand } from './shared-draft.ts'
import { type Place, Shelf } from './shelf.ts'
import type { UsedWording } from './wording.ts'

const tab = crypto.randomUUID().slice(0, 8)

/**
 * The text somebody writes to one customer. Every keystroke is kept on this machine; while a claim is held the server
 * gets it too, two seconds after a change at the latest, which also renews the lease. Other tabs of this browser show
 * every keystroke as well; where two wrote at once each keeps its own and is offered the other's. A text that is shared with
 * somebody else comes to the other tabs as it comes to them.
 */
export class DraftKeeper {
  readonly #shelf: Shelf
  readonly #save: SaveDraft
  readonly #now: () => number
  readonly #deafen: () => void
  readonly #saving = new Saving(() => this.#saveOnce())
  readonly #offers: Offers
  #text = $state('')
  #epoch = $state(0)
  #replyId = $state<string | null>(null)
  #wordings = $state.raw<readonly UsedWording[]>([])
  #aside = $state<string | null>(null)
  #kept = $state<'nowhere' | 'here' | 'server'>('nowhere')
  #hands: Hands = {}
  #shared: SharedHand | null = null
  #savedAt = 0

  constructor(drafts: Drafts, place: Place, save: SaveDraft, now: () => number) {
    this.#shelf = new Shelf(drafts, place)
    this.#save = save
    this.#now = now
    this.#deafen = this.#shelf.hear(turn => this.#hear(turn))
    const local = this.#shelf.get()
    this.#offers = new Offers(local?.apart ?? [])
    if (local !== null) this.#take(local)
  }

  get text(): string {
    return this.#text
  }

  get blank(): boolean {
    return this.#text.trim() === ''
  }

  /** The guidance its writer had read. */
  get epoch(): number {
    return this.#epoch
  }

  /** The reply it was submitted as. */
  get replyId(): string | null {
    return this.#replyId
  }

  /** The returned reply whose comments were put aside. */
  get aside(): string | null {
    return this.#aside
  }

  /** The wordings put into it, as they were then. */
  get wordings(): readonly UsedWording[] {
    return this.#wordings
  }

  /** Where the newest letter is safe. */
  get kept(): 'nowhere' | 'here' | 'server' {
    return this.#kept
  }

  /** Another draft of the same reply, written later than this one or beside it. */
  get offered(): Offer | null {
    return this.#offers.next(this.#text)
  }

  /** Whether the server or another tab has one that its writer has not decided on. */
  get contested(): boolean {
    return this.#offers.beside !== null
  }

  /** `epoch` is today's: an empty editor is begun under it. */
  type(text: string, epoch: number, cursor = text.length): void {
    this.#shared?.write(this.#text, text, cursor)
    this.turn(text, epoch)
  }

  /** It became this, by a hand here or elsewhere. */
  turn(text: string, epoch: number): void {
    if (this.blank) this.#epoch = epoch
    this.#text = text
    if (this.blank) this.#wordings = []
    this.#stroke()
    this.#saving.soon()
  }

  /** What this machine keeps of the text as it was shared in this pair. */
  keptShared(pair: string): Kept | null {
    return this.#shelf.shared(pair, this.#text)
  }

  /** From now on somebody else writes it as well. Another text that was written here is offered beside it. */
  share(hand: SharedHand, text: string, epoch: number): void {
    const wrote = !this.blank && Object.keys(this.#hands).length > 0
    if (wrote && this.#text !== text) this.#offers.keep({ text: this.#text, epoch: this.#epoch })
    this.#offers.put(null)
    this.#shared = hand
    this.turn(text, epoch)
  }

  /** What was written here goes on in another text, and is offered beside it. */
  offer(former: string): void {
    if (former.trim() === '' || former === this.#text) return
    this.#offers.keep({ text: former, epoch: this.#epoch })
    this.#stroke()
  }

  /** Nobody else writes it any more. */
  alone(): void {
    this.#shared = null
    this.#hands = {}
  }

  used(wording: UsedWording): void {
    this.#wordings = [...this.#wordings.filter(({ id }) => id !== wording.id), wording]
    this.#stroke()
  }

  /** Its writer saw what became of these wordings and mended the text, or left it. */
  mended(ids: readonly string[]): void {
    this.#wordings = this.#wordings.filter(({ id }) => !ids.includes(id))
    this.#stroke()
  }

  /** Its writer read the facts of this epoch. */
  read(epoch: number): void {
    this.#epoch = epoch
    this.#stroke()
    if (this.#replyId === null) void this.saveNow()
  }

  /** Its writer has seen enough of what a reviewer said of this reply. */
  putAside(replyId: string): void {
    this.#aside = replyId
    this.#stroke()
  }

  /** Resolves when what stands here now was saved or could not be. */
  saveNow(): Promise<void> {
    return this.#saving.now()
  }

  /** What the server has: taken over into an empty editor, offered beside a text that is older. */
  meet(draft: Draft | null): void {
    if (this.#shared !== null) return
    this.#offers.put(null)
    if (draft === null || draft.text.trim() === '' || draft.text === this.#text) return
    const offer = { ...draft, hands: {}, apart: false }
    if (this.blank) this.use(offer)
    else if (draft.savedAt > this.#savedAt) this.#offers.put(offer)
  }

  use(offer: Offer): void {
    this.#shared?.write(this.#text, offer.text, offer.text.length)
    this.#text = offer.text
    this.#epoch = offer.epoch
    this.#settle(offer)
    this.#kept = offer.writer === null ? 'here' : 'server'
    if (offer.writer === null) this.#saving.soon()
  }

  /** What stands here is what its writer wants; the other text goes. */
  keepMine(): void {
    if (this.offered) this.#settle(this.offered)
    this.#saving.soon()
  }

  submitted(replyId: string): void {
    this.#replyId = replyId
    this.#stroke()
  }

  cameBack(): void {
    this.#replyId = null
    this.#stroke()
  }

  /** It was sent, or nobody needs it any more. What was written apart of it is all that stands here then. */
  drop(): void {
    const [apart] = this.#offers.apart
    this.alone()
    this.#empty()
    this.#shelf.drop()
    if (apart) this.use({ ...apart, writer: null, hands: {}, apart: true })
  }

  stop(): void {
    this.#deafen()
    this.#saving.stop()
  }

  #hear({ before, after }: Turn): void {
    if (this.#shared !== null) return
    if (after === null) {
      if (before === null || holdsAll(before.hands ?? {}, this.#hands)) this.#empty()
      else this.#keepOn()
      return
    }
    const hands = after.hands ?? {}
    if (holdsAll(this.#hands, hands)) return
    if (!this.blank && !holdsAll(hands, this.#hands) && after.text !== this.#text) {
      this.#offers.put({ text: after.text, epoch: after.epoch, writer: null, hands })
      return
    }
    this.#take({ ...after, hands: joined(hands, this.#hands) })
    this.#offers.put(null)
    this.#saving.soon()
  }

  #take({ text, epoch, replyId, savedAt, hands = {}, wordings = [], aside = null }: LocalDraft): void {
    this.#text = text
    this.#epoch = epoch
    this.#replyId = replyId
    this.#wordings = wordings
    this.#aside = aside
    this.#savedAt = savedAt
    this.#hands = hands
    this.#kept = 'here'
  }

  #settle(offer: Offer): void {
    this.#hands = joined(this.#hands, offer.hands)
    this.#offers.decided(offer)
    this.#stroke()
  }

  /** The other tab dropped its own text, and with it what this browser kept of this one. */
  #keepOn(): void {
    this.#offers.put(null)
    this.#stroke()
  }

  #empty(): void {
    this.#saving.forget()
    this.#text = ''
    this.#replyId = null
    this.#wordings = []
    this.#aside = null
    this.#hands = {}
    this.#kept = 'nowhere'
    this.#offers.put(null)
  }

  async #saveOnce(): Promise<'done' | 'again'> {
    const text = this.#text
    const saved = await this.#save(text, this.#epoch)
    if (saved === 'saved' && text === this.#text) this.#kept = 'server'
    return saved === 'again' && !this.blank ? 'again' : 'done'
  }

  #stroke(): void {
    this.#hands = this.#shared ? {} : stroke(this.#hands, tab)
    const kept = this.#shared?.kept() ?? null
    this.#savedAt = this.#now()
    const keeps = this.#shelf.put({
      text: this.#text,
      epoch: this.#epoch,
      savedAt: this.#savedAt,
      replyId: this.#replyId,
      hands: this.#hands,
      wordings: this.#wordings,
      aside: this.#aside,
      shared: this.#shared && kept && { ...kept, pair: this.#shared.pair },
      apart: this.#offers.apart,
    })
    this.#kept = keeps ? 'here' : 'nowhere'
  }
}
