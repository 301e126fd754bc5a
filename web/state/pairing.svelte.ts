import type { Pair } from '@muster/shared/conversation.ts'
import type { Person } from '@muster/shared/identifier.ts'
import type { DraftKeeper } from './draft-keeper.svelte.ts'
import type { Errands } from './errands.svelte.ts'
import { tellDeed } from './other-deeds.ts'
import type { Range } from './remark.ts'
import type { Room } from './room.svelte.ts'
import type { SharedDraft } from './shared-draft.ts'
import { type Editor, Sitting } from './sitting.svelte.ts'
import type { Splice } from './splice.ts'
import type { Tenure } from './tenure.svelte.ts'
import type { Workplace } from './workplace.svelte.ts'

type Needs = {
  workplace: Workplace
  room: Room
  tenure: Tenure
  keeper: DraftKeeper
  errands: Errands
  /** Today's facts, under which an empty text is begun. */
  epoch: () => number
}

const betweenTries = 3_000

/**
 * Somebody beside the one who answers: asked for, here, gone. While both are here their text is one, and what makes it so is
 * fetched only then.
 *
 *     alone ──ask──► asked ──somebody joins──► together ──leave, the claim ends──► alone
 */
export class Pairing {
  readonly #needs: Needs
  readonly #deafen: () => void
  /** The pair whose text this is; null while there is none. */
  #name: string | null = null
  /** The claim of which this screen has seen that nobody sat there. */
  #seenAlone = 0
  #editor: Editor | null = null
  #wasLive = false
  #pointed: Range | null = null
  #sitting = $state.raw<Sitting | null>(null)
  #failed = $state(false)

  constructor(needs: Needs) {
    this.#needs = needs
    const { workplace, room, tenure } = needs
    this.#deafen = room.hear(entry => tellDeed(entry, { tenure, workplace, other: () => this.other }))
  }

  /** What was asked for or is, where this person answers or sits beside who does. */
  get pair(): Pair | null {
    const { holding } = this.#needs.tenure
    return holding.type === 'mine' || holding.type === 'leaving' ? holding.claim.pair : null
  }

  /** Who writes here besides this person. */
  get other(): Person | null {
    const { holding } = this.#needs.tenure
    const partner = this.pair?.partner
    if (!partner || !('claim' in holding)) return null
    return partner.id === this.#needs.workplace.me.id ? holding.claim.holder : partner
  }

  /** Their text, once what makes it one is on this screen. */
  get sitting(): Sitting | null {
    return this.#sitting
  }

  /** Whether the text is not here yet that both write: until then nobody can write it here. */
  get waiting(): boolean {
    return this.other !== null && !this.together && !this.#begins
  }

  /** Whether what both need to write could not be fetched; it is tried again. */
  get failed(): boolean {
    return this.#failed
  }

  /** Whether the text is here that both write. */
  get together(): boolean {
    return this.#sitting?.together ?? false
  }

  /** What shows the text on this screen, until the returned function is called. */
  /** Changes what stands in the editor, and leaves the cursor with its words. */
  turn(splices: readonly Splice[]): void {
    this.#editor?.turn(splices)
  }

  show(editor: Editor): () => void {
    this.#editor = editor
    return () => {
      if (this.#editor === editor) this.#editor = null
    }
  }

  /** Follows the log and the line. */
  follow(): void {
    const { tenure, workplace, room } = this.#needs
    const { holding } = tenure
    const { pair } = this
    if (holding.type === 'mine' && !pair?.partner) this.#seenAlone = holding.claim.fence
    const name = pair?.partner && 'claim' in holding ? `${holding.claim.fence}/${pair.askedAt}` : null
    if (name !== this.#name) {
      this.close()
      this.#name = name
      if (name !== null) void this.#begin(name)
    }
    const live = workplace.connection.live && room.current
    if (live && !this.#wasLive) this.#sitting?.back()
    this.#wasLive = live
  }

  /** Sits down beside whoever holds it. */
  async join(): Promise<void> {
    const { tenure, errands, room } = this.#needs
    const { conversation } = tenure
    if (conversation === null) return
    const { id: conversationId, fence } = conversation
    await errands.run('pairing', () => ({ type: 'pair/join', incidentId: room.id, conversationId, fence }))
  }

  async ask(): Promise<void> {
    await this.#wish('pair/ask')
  }

  /** Ends it for both: the holder goes on alone. */
  async end(): Promise<void> {
    await this.#wish('pair/leave')
  }

  /** Where this person's cursor is. */
  point(range: Range): void {
    this.#pointed = range
    this.#sitting?.point()
  }

  /** What this screen writes from now on goes to nobody else. */
  close(): void {
    this.#sitting?.end()
    this.#sitting = null
    this.#failed = false
  }

  stop(): void {
    this.#deafen()
    this.close()
    this.#name = null
  }

  /** Whether the one who holds it went on writing here all the while: then nobody else can have begun this text. */
  get #begins(): boolean {
    const { holding, beside } = this.#needs.tenure
    return holding.type === 'mine' && !beside && this.#seenAlone === holding.claim.fence
  }

  async #begin(name: string): Promise<void> {
    try {
      const { SharedDraft } = await import('./shared-draft.ts')
      this.#failed = false
      if (name === this.#name) this.#open(SharedDraft, name)
    } catch {
      this.#failed = true
      setTimeout(() => name === this.#name && void this.#begin(name), betweenTries)
    }
  }

  #open(Shared: typeof SharedDraft, pair: string): void {
    const { tenure, workplace, room } = this.#needs
    const { holding } = tenure
    if (holding.type !== 'mine' && holding.type !== 'leaving') return
    const { fence, holder } = holding.claim
    const at = this.#begins && !document.hidden ? 'once' : 'unanswered'
    this.#sitting = new Sitting(Shared, {
      ...this.#needs,
      pair,
      place: { incidentId: room.id, conversationId: tenure.conversation?.id ?? '', fence },
      begins: holder.id === workplace.me.id ? at : null,
      editor: () => this.#editor,
      pointed: () => this.#pointed,
    })
  }

  async #wish(type: 'pair/ask' | 'pair/leave'): Promise<void> {
    const { place } = this.#needs.tenure
    if (place !== null) await this.#needs.errands.run('pairing', () => ({ type, ...place }))
  }
}
