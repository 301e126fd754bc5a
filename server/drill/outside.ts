import type { Letters } from './letters.ts'
import type { Network } from './network.ts'
import type { Handing, Shown } from './observation.ts'
import type { RealNetwork } from './real-network.ts'
import type { Weather } from './weather.ts'

/** Everything outside the house: all networks of a drill and their customers, as one. */
export class Outside {
  /** What customers see, in the order in which they did. */
  readonly shown: Shown[] = []
  readonly real: readonly RealNetwork[]
  /** A customer sees a reply. */
  onShown: (shown: Shown) => void = () => {}
  readonly #hooks: Network

  constructor(hooks: Network, real: readonly RealNetwork[] = []) {
    this.#hooks = hooks
    this.real = real
    for (const network of [hooks, ...real.map(({ postbox }) => postbox)]) {
      network.onShown = shown => {
        this.shown.push(shown)
        this.onShown(shown)
      }
    }
  }

  /** Each network's record of what it was handed; null where the drill plays none as it is. */
  get handed(): readonly Handing[] | null {
    if (this.real.length === 0) return null
    return [...this.#hooks.handed, ...this.real.flatMap(({ postbox }) => postbox.handed)]
  }

  /** What they did with deliveries, by kind. */
  get fates(): Readonly<Record<string, number>> {
    const real = this.real.flatMap(({ channelId, postbox }) =>
      Object.entries(postbox.fates).map(([fate, count]) => [`${kindOf(channelId)}: ${fate}`, count] as const),
    )
    return { ...this.#hooks.fates, ...Object.fromEntries(real) }
  }

  /** By which networks that bear no number of ours know whose reply a text is. */
  set letters(letters: Letters) {
    for (const { postbox } of this.real) postbox.letters = letters
  }

  /** Where nothing waits for long. */
  set weather(weather: Weather) {
    this.#hooks.weather = weather
  }

  /** Where replies wait for a limit. */
  set weatherOfReal(weather: Weather) {
    for (const { postbox } of this.real) postbox.weather = weather
  }

  /** Whether these keep their limits and are well otherwise. */
  get isFair(): boolean {
    return this.real.every(({ postbox }) => postbox.weather === 'fair')
  }

  /**
   * Whether customers see a reply whose fate nobody in the house knows; null where its channel finds that out by itself.
   */
  look({ id, channelId }: { id: string; channelId: string }): boolean | null {
    const network = this.real.find(each => each.channelId === channelId)
    if (network === undefined) return this.#hooks.shows(id)
    const isShown = network.postbox.shown.some(({ replyId }) => replyId === id)
    return isShown || network.tellsAbsence ? null : false
  }

  async close(): Promise<void> {
    await Promise.all([this.#hooks, ...this.real].map(network => network.close()))
  }
}

function kindOf(channelId: string): string {
  return channelId.split('-').at(-1) ?? channelId
}
