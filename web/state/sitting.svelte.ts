import type { PairMessage, ServerEvents } from '@muster/shared/protocol.ts'
import type { DraftKeeper } from './draft-keeper.svelte.ts'
import type { Range } from './remark.ts'
import type { Room } from './room.svelte.ts'
import type { SharedDraft, SharedHand, Turned } from './shared-draft.ts'
import type { Splice } from './splice.ts'
import type { Tenure } from './tenure.svelte.ts'
import type { Workplace } from './workplace.svelte.ts'

/** Whatever shows the text moves the cursor with its words. */
export type Editor = { turn: (splices: readonly Splice[]) => void }

type Place = Omit<PairMessage, 'kind' | 'payload'>

type Needs = {
  /** The pair whose text this is, and the claim it writes under. */
  pair: string
  place: Place
  /** Whether the text is begun with what stands here, where nobody has it. */
  begins: 'once' | 'unanswered' | null
  workplace: Workplace
  room: Room
  tenure: Tenure
  keeper: DraftKeeper
  /** Today's facts, under which an empty text is begun. */
  epoch: () => number
  editor: () => Editor | null
  /** Where this person's cursor is. */
  pointed: () => Range | null
}

const betweenPoints = 150
const silence = 10_000

/**
 * Two people at one text, from when what makes it one is on this screen until one of them leaves: what is written here goes to
 * the other, what they write goes to the keeper and the editor here.
 */
export class Sitting {
  readonly #needs: Needs
  readonly #draft: SharedDraft
  readonly #deafen: () => void
  #pointing: ReturnType<typeof setTimeout> | undefined
  #together = $state(false)
  #otherAt = $state.raw<Range | null>(null)
  #heardAt = $state(0)

  constructor(Shared: typeof SharedDraft, needs: Needs) {
    const { pair, place, begins, keeper, workplace, room } = needs
    this.#needs = needs
    this.#heardAt = workplace.clock.read()
    const from = () => keeper.sheet.text.replaceAll(/\r\n?/g, '\n')
    this.#draft = new Shared(
      {
        live: () => workplace.connection.live && room.current,
        say: (kind, payload) => workplace.connection.pass({ ...place, kind, payload }),
        later: (ms, act) => {
          const timer = setTimeout(act, ms)
          return () => clearTimeout(timer)
        },
        now: () => workplace.clock.read(),
        random: Math.random,
        begins: begins && { from, at: begins },
        turned: turned => this.#turn(turned),
        met: range => {
          this.#otherAt = range
        },
      },
      keeper.keptShared(pair),
    )
    this.#deafen = workplace.connection.on('pair', message => this.#hear(message))
    if (this.#draft.text !== null) this.#turn({ splices: [], former: null })
  }

  /** Whether the text is here that both write. */
  get together(): boolean {
    return this.#together
  }

  /** Where the other's cursor is, as far as this screen heard. */
  get otherAt(): Range | null {
    return this.#otherAt
  }

  /** Whether the other's screen has been silent for long. */
  get silent(): boolean {
    return this.#together && this.#needs.workplace.clock.now - this.#heardAt > silence
  }

  undo(redo: boolean): void {
    this.#draft.undo(redo)
  }

  hold(held: boolean): void {
    this.#draft.hold(held)
  }

  /** What this person wrote last goes to the other now. */
  flush(): void {
    this.#draft.flush()
  }

  /** The line is there again. */
  back(): void {
    this.#draft.back()
  }

  /** Soon says where this person's cursor is. */
  point(): void {
    this.#pointing ??= setTimeout(() => {
      this.#pointing = undefined
      const range = this.#needs.pointed()
      if (range !== null) this.#draft.point(range)
    }, betweenPoints)
  }

  /** What this screen writes from now on goes to nobody else. */
  end(): void {
    this.#deafen()
    clearTimeout(this.#pointing)
    this.#draft.stop()
    if (this.#together) this.#needs.keeper.alone()
  }

  #turn({ splices, former }: Turned): void {
    const { keeper, editor, epoch } = this.#needs
    const text = this.#draft.text ?? ''
    if (!this.#together) {
      this.#together = true
      keeper.share(this.#hand, text, epoch())
      this.point()
      return
    }
    editor()?.turn(splices)
    keeper.turn(text, epoch())
    if (former !== null) keeper.offer(former)
  }

  get #hand(): SharedHand {
    const draft = this.#draft
    return {
      pair: this.#needs.pair,
      write: (before, after, cursor) => draft.write(before, after, cursor),
      kept: () => draft.kept,
    }
  }

  #hear({ kind, payload, from, ...place }: Parameters<ServerEvents['pair']>[0]): void {
    if (!this.#isHere(place)) return
    const { me, clock } = this.#needs.workplace
    const own = from === me.id
    if (!own) this.#heardAt = clock.read()
    this.#draft.hear(kind, payload, own)
  }

  #isHere({ incidentId, conversationId, fence }: Place): boolean {
    const { tenure, room } = this.#needs
    const { holding } = tenure
    const isClaim = 'claim' in holding && holding.claim.fence === fence
    return isClaim && room.id === incidentId && tenure.conversation?.id === conversationId
  }
}
