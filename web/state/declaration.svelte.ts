import type { Playbook } from '@muster/shared/playbook.ts'
import type { Proposal } from '@muster/shared/proposal.ts'
import type { Begun } from './begun.ts'
import { declaration, proposed, refilled, type Typed, typedFrom, wordsOf } from './declaring.ts'
import { type Offer, scratch } from './playbooks.ts'

/** An incident that was begun to be declared, as it was left. */
export type DeclarationForm = {
  from: Offer
  typed: Typed
  channels: string[]
  proposal: Proposal | null
  /** Of which proposal the playbook was chosen. */
  suggested: string | null
}

/** What stood in it longer ago says nothing of today's trouble, ms. */
const keptForMs = 12 * 60 * 60 * 1_000

/** An incident somebody is about to declare, from a playbook or from scratch. */
export class Declaration {
  readonly #begun: Begun<DeclarationForm>
  #from: Offer = $state.raw(scratch())
  typed: Typed = $state(typedFrom(scratch().playbook))
  channels: string[] = $state([])
  #proposal: Proposal | null = $state.raw(null)
  #suggested: string | null = null
  #alone = false
  #since: number | null = $state(null)

  constructor(begun: Begun<DeclarationForm>, now: number) {
    this.#begun = begun
    const kept = begun.get()
    const since = begun.since()
    if (kept === null || since === null || since < now - keptForMs) return
    this.#since = since
    this.#from = kept.from
    this.typed = kept.typed
    this.channels = kept.channels
    this.#proposal = kept.proposal
    this.#suggested = kept.suggested
  }

  /** When what stands here was last typed, if that was before it was opened; null where it began empty. */
  get since(): number | null {
    return this.#since
  }

  /** In this browser, until it is declared: what somebody typed or chose over what was filled in for them. */
  keep(): void {
    const form = this.#form()
    const untouched = form.channels.length === 0 && JSON.stringify(form.typed) === JSON.stringify(this.#filled())
    if (untouched) this.#begun.drop()
    else this.#begun.put(wordsOf(form.typed), form)
  }

  /** It is declared. */
  done(): void {
    this.#begun.drop()
  }

  /** Takes away what was typed and chosen; what is proposed stays. */
  beginAnew(): void {
    this.#since = null
    this.#from = scratch()
    this.typed = typedFrom(this.playbook)
    this.channels = []
    this.#suggested = null
    const proposal = this.#proposal
    this.#proposal = null
    if (proposal !== null && !this.#alone) this.propose(proposal)
  }

  get proposal(): Proposal | null {
    return this.#proposal
  }

  /** What a proposal says counts as typed: no playbook takes it away. It takes no word that somebody typed. */
  propose(proposal: Proposal): void {
    this.#alone = false
    if (proposal === this.#proposal) return
    const former = [typedFrom(this.playbook), ...(this.#proposal ? [this.#proposal] : [])]
    this.typed = proposed($state.snapshot(this.typed), former, proposal)
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
    this.typed = refilled($state.snapshot(this.typed), this.playbook, offer.playbook)
    this.#from = offer
  }

  /** The proposal says which playbook it is for; until somebody chooses themselves. */
  suggest(offer: Offer): void {
    const { id } = this.#proposal ?? {}
    if (id === undefined || id === this.#suggested) return
    this.#suggested = id
    this.choose(offer)
  }

  wish(): ReturnType<typeof declaration> {
    const wish = declaration($state.snapshot(this.typed), this.playbook, $state.snapshot(this.channels))
    return this.#proposal === null || this.#alone ? wish : { ...wish, proposalId: this.#proposal.id }
  }

  #filled(): Typed {
    const typed = typedFrom(this.playbook)
    return this.#proposal === null ? typed : proposed(typed, [typed], this.#proposal)
  }

  #form(): DeclarationForm {
    const [typed, channels] = [$state.snapshot(this.typed), $state.snapshot(this.channels)]
    return { from: this.#from, typed, channels, proposal: this.#proposal, suggested: this.#suggested }
  }
}
