import type { Playbook } from '@muster/shared/playbook.ts'
import { declaration, refilled, type Typed, typedFrom } from './declaring.ts'
import { type Offer, scratch } from './playbooks.ts'

/** An incident somebody is about to declare, from a playbook or from scratch. */
export class Declaration {
  #from: Offer = $state.raw(scratch())
  typed: Typed = $state(typedFrom(scratch().playbook))
  channels: string[] = $state([])

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
    return declaration($state.snapshot(this.typed), this.playbook, $state.snapshot(this.channels))
  }
}
