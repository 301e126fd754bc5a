import type { Draft } from '@muster/shared/conversation.ts'
import type { Hands } from './hands.ts'

/** Another text for the same customer. `apart`: it was written here while the text was another that two people share. */
export type Offer = { text: string; epoch: number; writer: Draft['writer'] | null; hands: Hands; apart: boolean }

/** Of what was written apart, as much as this machine keeps. */
export type Apart = Pick<Offer, 'text' | 'epoch'>

/**
 * The other texts that are offered beside one. The newest that another tab or the server has is the only one of its kind;
 * what was written apart stands nowhere else, so each of these stays until its writer decides.
 */
export class Offers {
  #beside = $state.raw<Offer | null>(null)
  #apart = $state.raw<readonly Apart[]>([])

  constructor(apart: readonly Apart[]) {
    this.#apart = apart
  }

  /** What another tab or the server has. */
  get beside(): Offer | null {
    return this.#beside
  }

  get apart(): readonly Apart[] {
    return this.#apart
  }

  /** What is decided on next, beside this text. */
  next(text: string): Offer | null {
    const apart = this.#apart.find(each => each.text !== text)
    return apart ? { ...apart, writer: null, hands: {}, apart: true } : this.#beside
  }

  put(beside: Omit<Offer, 'apart'> | null): void {
    this.#beside = beside && { ...beside, apart: false }
  }

  keep({ text, epoch }: Apart): void {
    this.#apart = [...this.#apart.filter(each => each.text !== text), { text, epoch }]
  }

  decided({ text, apart }: Offer): void {
    if (apart) this.#apart = this.#apart.filter(each => each.text !== text)
    else this.#beside = null
  }
}
