import type { Playbook } from '@muster/shared/playbook.ts'
import type { Proposal } from '@muster/shared/proposal.ts'
import { declaration, refilled, type Typed, typedFrom } from './declaring.ts'
import { type Offer, scratch } from './playbooks.ts'

/** An incident somebody is about to declare, from a playbook or from scratch. */
export class Declaration {
  #from: Offer = $state.raw(scratch())
  typed: Typed = $state(typedFrom(scratch().playbook))
  readonly proposal: Proposal | null
  channels: string[] = $state([])

  /** What a proposal says counts as typed: no playbook takes it away. */
  constructor(proposal: Proposal | null = null) {
    this.proposal = proposal
    if (proposal === null) return
    const { title, severity, affected } = proposal
    Object.assign(this.typed, { title, severity, affected })
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
    return this.proposal === null ? wish : { ...wish, proposalId: this.proposal.id }
  }
}
