import type { Playbook } from '@muster/shared/playbook.ts'
import type { Proposal } from '@muster/shared/proposal.ts'
import type { Begun, Kept } from './begun.ts'
import { declaration, proposed, refilled, type Typed, typedFrom, wordsOf } from './declaring.ts'
import { type Offer, scratch } from './playbooks.ts'

/** An incident that was begun to be declared, as it was left. */
export type DeclarationForm = {
  from: Offer
  typed: Typed
  /** What would stand in it, had nobody typed. */
  filled: Typed
  channels: string[]
  proposal: Proposal | null
  /** Of which proposal the playbook was chosen. */
  suggested: string | null
}

/** What was typed longer ago says nothing of today's trouble, ms. */
export const keptForMs = 12 * 60 * 60 * 1_000

/** An incident somebody is about to declare, from a playbook or from scratch. */
export class Declaration {
  readonly #begun: Begun<DeclarationForm>
  readonly #deafen: () => void
  #from: Offer = $state.raw(scratch())
  typed: Typed = $state(typedFrom(scratch().playbook))
  channels: string[] = $state([])
  #filled: Typed = typedFrom(scratch().playbook)
  #proposal: Proposal | null = $state.raw(null)
  #suggested: string | null = null
  #alone = false
  #since: number | null = $state(null)
  /** The form when it was last kept or found. */
  #settled: string

  constructor(begun: Begun<DeclarationForm>) {
    this.#begun = begun
    const kept = begun.get()
    if (kept !== null) this.#show(kept)
    this.#since = begun.since()
    this.#settled = JSON.stringify(this.#form())
    this.#deafen = begun.hear((before, after) => this.#hear(before, after))
  }

  stop(): void {
    this.#deafen()
  }

  /** When what stands here was last typed, if that was before it was opened; null where it began empty. */
  get since(): number | null {
    return this.#since
  }

  /** In this browser, until it is declared: what somebody typed or chose over what was filled in for them. */
  keep(): void {
    const form = this.#form()
    const saying = JSON.stringify(form)
    if (saying === this.#settled) return
    this.#settled = saying
    if (isTouched(form)) this.#begun.put(wordsOf(form.typed), form)
    else this.#begun.drop()
  }

  /** It is declared. */
  done(): void {
    this.#begun.drop()
  }

  /** Takes away what was typed and chosen; what is proposed stays. */
  beginAnew(): void {
    const proposal = this.#alone ? null : this.#proposal
    this.#empty()
    if (proposal !== null) this.propose(proposal)
  }

  get proposal(): Proposal | null {
    return this.#proposal
  }

  /** What a proposal says counts as typed: no playbook takes it away. It takes no word that somebody typed. */
  propose(proposal: Proposal): void {
    this.#alone = false
    if (proposal === this.#proposal) return
    const former = [typedFrom(this.playbook), ...(this.#proposal ? [this.#proposal] : [])]
    this.#fill(typed => proposed(typed, former, proposal))
    this.#proposal = proposal
  }

  /** Nothing proposes it, or no longer; it is declared all the same. */
  standAlone(): void {
    this.#alone = true
  }

  get from(): Offer {
    return this.#from
  }

  get playbook(): Playbook {
    return this.#from.playbook
  }

  /** Fills what nobody has typed over. */
  choose(offer: Offer): void {
    this.#fill(typed => refilled(typed, this.playbook, offer.playbook))
    this.#from = offer
  }

  /** The proposal says which playbook it is for; until somebody chooses themselves. */
  suggest(offer: Offer): void {
    const { id } = this.#proposal ?? {}
    if (id === undefined || id === this.#suggested) return
    this.#suggested = id
    this.choose(offer)
  }

  /** `channelIds`: those there are to choose from; null where that is not known. */
  wish(channelIds: readonly string[] | null): ReturnType<typeof declaration> {
    const chosen = $state.snapshot(this.channels).filter(id => channelIds?.includes(id) ?? true)
    const wish = declaration($state.snapshot(this.typed), this.playbook, chosen)
    return this.#proposal === null || this.#alone ? wish : { ...wish, proposalId: this.#proposal.id }
  }

  #fill(step: (typed: Typed) => Typed): void {
    this.typed = step($state.snapshot(this.typed))
    this.#filled = step(this.#filled)
  }

  /** Another tab of this browser typed on, declared it or began anew: a tab that shows the same goes with it. */
  #hear(before: Kept<DeclarationForm> | null, after: Kept<DeclarationForm> | null): void {
    const own = this.#form()
    const shown = before === null ? !isTouched(own) : JSON.stringify(before.form) === JSON.stringify(own)
    if (!shown) return
    if (after === null) this.#empty()
    else this.#show(this.#begun.get() ?? after.form)
    this.#settled = JSON.stringify(this.#form())
  }

  #empty(): void {
    const fresh = scratch()
    const typed = typedFrom(fresh.playbook)
    this.#show({ from: fresh, typed, filled: typed, channels: [], proposal: null, suggested: null })
    this.#since = null
  }

  #show({ from, typed, filled, channels, proposal, suggested }: DeclarationForm): void {
    this.#from = from
    this.typed = { ...typed }
    this.#filled = filled
    this.channels = channels
    this.#proposal = proposal
    this.#suggested = suggested
  }

  #form(): DeclarationForm {
    const [typed, channels] = [$state.snapshot(this.typed), $state.snapshot(this.channels)]
    const [from, filled, proposal, suggested] = [this.#from, this.#filled, this.#proposal, this.#suggested]
    return { from, typed, filled, channels, proposal, suggested }
  }
}

function isTouched({ typed, filled, channels }: DeclarationForm): boolean {
  return channels.length > 0 || JSON.stringify(typed) !== JSON.stringify(filled)
}
