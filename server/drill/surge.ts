import { type Level, rateAt } from './level.ts'
import { customerSays, nameOf } from './phrases.ts'
import { Random } from './random.ts'

/** How the two simulated networks differ: one drops a repeated delivery, the other shows whatever it is given. */
export type HookName = 'steady' | 'forgetful'
export type NetworkName = HookName | 'mastodon' | 'x'

/** How many of a hundred customers live on each network. */
export type Population = Readonly<Partial<Record<NetworkName, number>>>
const usual: Population = { steady: 60, forgetful: 40 }

export type Customer = { number: number; name: string; address: string; network: NetworkName }

export type ActKind = 'first' | 'again' | 'angry' | 'twice' | 'thanks' | 'not-yet'

/** One message that one customer sends, as data: `at` in ms since the surge began. */
export type Act = {
  at: number
  kind: ActKind
  customer: Customer
  externalId: string
  text: string
  /** The network posts the very same message again after each of these ms; 0 is at the same instant. */
  repeatedAfter: readonly number[]
}

const kinds = { first: 60, again: 20, angry: 12, twice: 8 } as const
const remembered = 500

type Said = { customer: Customer; text: string }

/** A surge of customers: all of it follows from level, length and seed, but for what they say to answers. */
export class Surge {
  readonly #level: Level
  readonly #ms: number
  readonly #random: Random
  readonly #population: Population
  /** Those who write again are among the latest. */
  readonly #latest: Said[] = []
  #customers = 0
  #messages = 0

  constructor(level: Level, ms: number, seed: number, population = usual) {
    this.#population = population
    this.#level = level
    this.#ms = ms
    this.#random = new Random(seed).fork('surge')
  }

  /** What customers send of themselves, by time. To be run through once. */
  *acts(): Generator<Act, void, undefined> {
    let at = 0
    for (;;) {
      at += this.#random.pause(rateAt(this.#level, at))
      if (at >= this.#ms) return
      yield this.#act(at)
    }
  }

  /** What a customer says to the `nth` answer they got, at `at`; null for the many who say nothing. */
  answered(customer: Customer, nth: number, at: number): Act | null {
    const random = this.#random.fork(`answer ${nth} to ${customer.number}`)
    const mood = random.weighted({ silent: 50, thanks: 40, 'not-yet': 10 })
    if (mood === 'silent') return null
    const text = mood === 'thanks' ? customerSays.thanks(random) : customerSays.notYet(random)
    const when = at + random.between(1_000, 8_000)
    const externalId = `t-${customer.number}-${nth}`
    return { at: when, kind: mood, customer, text, externalId, repeatedAfter: repeats(random) }
  }

  #act(at: number): Act {
    const random = this.#random
    const kind = this.#latest.length === 0 ? 'first' : random.weighted(kinds)
    const { customer, text } = kind === 'first' ? this.#newcomer() : this.#writesAgain(kind)
    return { at, kind, customer, text, externalId: `m-${++this.#messages}`, repeatedAfter: repeats(random) }
  }

  #newcomer(): Said {
    const number = ++this.#customers
    const random = this.#random
    const network = random.weighted(this.#population as Record<NetworkName, number>)
    const customer: Customer = {
      number,
      name: nameOf(random),
      address: addresses[network](number),
      network,
    }
    const said = { customer, text: customerSays.first(random) }
    this.#latest.push(said)
    if (this.#latest.length > remembered) this.#latest.shift()
    return said
  }

  #writesAgain(kind: 'again' | 'angry' | 'twice'): Said {
    const said = this.#random.pick(this.#latest)
    return kind === 'twice' ? said : { customer: said.customer, text: customerSays[kind](this.#random) }
  }
}

/** As each network's channel calls whoever writes there. */
const addresses: Readonly<Record<NetworkName, (number: number) => string>> = {
  steady: number => `customer-${number}@steady.example`,
  forgetful: number => `customer-${number}@forgetful.example`,
  mastodon: number => `@customer-${number}@social.example`,
  x: number => `@customer_${number}`,
}

/** Most messages are posted once; some twice at once, some again soon, a few much later. */
function repeats(random: Random): number[] {
  const how = random.weighted({ once: 85, atOnce: 6, soon: 6, later: 3 })
  if (how === 'once') return []
  if (how === 'atOnce') return [0]
  return how === 'soon' ? [random.between(50, 1_000)] : [0, random.between(2_000, 15_000)]
}
