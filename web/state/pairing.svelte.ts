import type { Pair } from '@muster/shared/conversation.ts'
import type { Person } from '@muster/shared/identifier.ts'
import type { PairMessage, ServerEvents } from '@muster/shared/protocol.ts'
import type { DraftKeeper } from './draft-keeper.svelte.ts'
import type { Errands } from './errands.svelte.ts'
import { tellDeed } from './other-deeds.ts'
import type { Range } from './remark.ts'
import type { Room } from './room.svelte.ts'
import type { SharedDraft, Turned } from './shared-draft.ts'
import type { Splice } from './splice.ts'
import type { Tenure } from './tenure.svelte.ts'
import type { Workplace } from './workplace.svelte.ts'

type Place = Omit<PairMessage, 'kind' | 'payload'>
type Needs = {
  workplace: Workplace
  room: Room
  tenure: Tenure
  keeper: DraftKeeper
  errands: Errands
  /** Today's facts, under which an empty text is begun. */
  epoch: () => number
}

/** Whatever shows the text moves the cursor with its words. */
export type Editor = { turn: (splices: readonly Splice[]) => void }

const betweenTries = 3_000
const betweenPoints = 150
const silence = 10_000

/**
 * Somebody beside the one who answers: asked for, here, gone. While both are here their text is one, and what makes it so is
 * fetched only then.
 *
 *     alone ──ask──► asked ──somebody joins──► together ──leave, the claim ends──► alone
 */
export class Pairing {
  readonly #needs: Needs
  readonly #undo: (() => void)[]
  /** The pair whose text this is; null while there is none. */
  #name: string | null = null
  /** The claim of which this screen has seen that nobody sat there. */
  #seenAlone = 0
  #draft: SharedDraft | null = null
  #editor: Editor | null = null
  #wasLive = false
  #pointing: ReturnType<typeof setTimeout> | undefined
  #pointed: Range | null = null
  #together = $state(false)
  #other = $state.raw<Range | null>(null)
  #heardAt = $state(0)
  #failed = $state(false)

  constructor(needs: Needs) {
    this.#needs = needs
    const { workplace, room, tenure } = needs
    this.#undo = [
      workplace.connection.on('pair', message => this.#hear(message)),
      room.hear(entry => tellDeed(entry, { tenure, workplace, other: () => this.other })),
    ]
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

  /** Where the other's cursor is, as far as this screen heard. */
  get otherAt(): Range | null {
    return this.#other
  }

  /** Whether the text is not here yet that both write: until then nobody can write it here. */
  get waiting(): boolean {
    return this.other !== null && !this.#together && !this.#begins
  }

  /** Whether what both need to write could not be fetched; it is tried again. */
  get failed(): boolean {
    return this.#failed
  }

  /** Whether the other's screen has been silent for long. */
  get apart(): boolean {
    return this.#together && this.#needs.workplace.clock.now - this.#heardAt > silence
  }

  get together(): boolean {
    return this.#together
  }

  /** What shows the text on this screen, until the returned function is called. */
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
    if (live && !this.#wasLive) this.#draft?.back()
    this.#wasLive = live
  }

  async ask(): Promise<void> {
    await this.#wish('pair/ask')
  }

  /** Ends it for both: the holder goes on alone. */
  async end(): Promise<void> {
    await this.#wish('pair/leave')
  }

  /** What this person wrote last is on its way to the other before anything else is asked. */
  settle(): void {
    this.#draft?.flush()
  }

  undo(redo: boolean): void {
    this.#draft?.undo(redo)
  }

  hold(held: boolean): void {
    this.#draft?.hold(held)
  }

  /** Where this person's cursor is. */
  point(range: Range): void {
    this.#pointed = range
    if (this.#draft === null) return
    this.#pointing ??= setTimeout(() => {
      this.#pointing = undefined
      if (this.#pointed) this.#draft?.point(this.#pointed)
    }, betweenPoints)
  }

  /** What this screen writes from now on goes to nobody else. */
  close(): void {
    clearTimeout(this.#pointing)
    this.#pointing = undefined
    this.#draft?.stop()
    this.#draft = null
    this.#other = null
    this.#failed = false
    if (this.#together) this.#needs.keeper.alone()
    this.#together = false
  }

  stop(): void {
    for (const undo of this.#undo) undo()
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

  #open(Shared: typeof SharedDraft, name: string): void {
    const { tenure, keeper, workplace, room } = this.#needs
    const { holding } = tenure
    if (holding.type !== 'mine' && holding.type !== 'leaving') return
    const { fence, holder } = holding.claim
    const place = { incidentId: room.id, conversationId: tenure.conversation?.id ?? '', fence }
    const at = this.#begins && !document.hidden ? ('once' as const) : ('unanswered' as const)
    const from = () => keeper.sheet.text.replaceAll(/\r\n?/g, '\n')
    const draft = new Shared(
      {
        live: () => workplace.connection.live && room.current,
        say: (kind, payload) => workplace.connection.pass({ ...place, kind, payload }),
        later: (ms, act) => {
          const timer = setTimeout(act, ms)
          return () => clearTimeout(timer)
        },
        now: () => workplace.clock.read(),
        random: Math.random,
        begins: holder.id === workplace.me.id ? { from, at } : null,
        turned: turned => this.#turn(draft, name, turned),
        met: range => {
          this.#other = range
        },
      },
      keeper.keptShared(name),
    )
    this.#draft = draft
    this.#heardAt = workplace.clock.read()
    if (draft.text !== null) this.#turn(draft, name, { splices: [], former: null })
  }

  #turn(draft: SharedDraft, pair: string, { splices, former }: Turned): void {
    const { keeper, epoch } = this.#needs
    const text = draft.text ?? ''
    if (this.#together) {
      this.#editor?.turn(splices)
      keeper.turn(text, epoch())
      if (former !== null) keeper.offer(former)
      return
    }
    this.#together = true
    keeper.share(
      {
        pair,
        write: (before, after, cursor) => draft.write(before, after, cursor),
        kept: () => draft.kept,
      },
      text,
      epoch(),
    )
    if (this.#pointed) this.point(this.#pointed)
  }

  #hear({ kind, payload, from, ...place }: Parameters<ServerEvents['pair']>[0]): void {
    const { workplace } = this.#needs
    if (this.#draft === null || !this.#isHere(place)) return
    const own = from === workplace.me.id
    if (!own) this.#heardAt = workplace.clock.read()
    this.#draft.hear(kind, payload, own)
  }

  #isHere({ incidentId, conversationId, fence }: Place): boolean {
    const { tenure, room } = this.#needs
    const { holding } = tenure
    const isClaim = 'claim' in holding && holding.claim.fence === fence
    return isClaim && room.id === incidentId && tenure.conversation?.id === conversationId
  }

  async #wish(type: 'pair/ask' | 'pair/leave'): Promise<void> {
    const { place } = this.#needs.tenure
    if (place !== null) await this.#needs.errands.run('pairing', () => ({ type, ...place }))
  }
}
