import type { Playbook } from '@muster/shared/playbook.ts'
import type { Proposal } from '@muster/shared/proposal.ts'
import { declaration, proposed, refilled, type Typed, typedFrom } from './declaring.ts'
import { type Offer, scratch } from './playbooks.ts'

/** An incident somebody is about to declare, from a playbook or from scratch. */
export class Declaration {
  #from: Offer = $state.raw(scratch())
  typed: Typed = $state(typedFrom(scratch().playbook))
  #proposal: Proposal | null = $state.raw(null)
  #alone = false
  channels: string[] = $state([])

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

  wish(): ReturnType<typeof declaration> {
    const wish = declaration($state.snapshot(this.typed), this.playbook, $state.snapshot(this.channels))
    return this.#proposal === null || this.#alone ? wish : { ...wish, proposalId: this.#proposal.id }
  }
}
