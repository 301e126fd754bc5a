import type { Arrival } from '@muster/server/channels/channel.ts'
import type { Letters } from '@muster/server/drill/letters.ts'
import { MastodonNetwork } from '@muster/server/drill/mastodon-network.ts'
import type { Random } from '@muster/server/drill/random.ts'
import type { RealNetwork } from '@muster/server/drill/real-network.ts'
import { recordOf } from '@muster/server/drill/real-networks.ts'
import type { Weather } from '@muster/server/drill/weather.ts'
import type { Pace } from '@muster/server/drill/window.ts'
import { XNetwork } from '@muster/server/drill/x-network.ts'
import { arrivalOf } from './builders.ts'
import { HookNetwork } from './hook-network.ts'

/** Tight enough for a handful of replies to wait. */
export const pace: Pace = { most: 5, perMs: 300_000 }

/** Networks of every kind of memory: one drops what is repeated, two can be searched, one knows nothing. */
export class PlayedNetworks {
  readonly all: readonly RealNetwork[]
  readonly #mastodon: MastodonNetwork

  constructor(random: Random, now: () => number, url: string) {
    const about = (channelId: string) => ({ channelId, pace, random: random.fork(channelId), now })
    const secrets = { token: 'token-on-x', consumerSecret: 'consumer-secret-on-x' }
    this.#mastodon = new MastodonNetwork(about('mastodon'), 'token-on-mastodon')
    this.all = [
      this.#mastodon,
      new XNetwork({ ...about('x'), calls: `${url}/hooks/x`, secrets }),
      new HookNetwork(about('steady'), true),
      new HookNetwork(about('forgetful'), false),
    ]
  }

  listen(): Promise<number[]> {
    return Promise.all(this.all.map(network => network.listen()))
  }

  /** As the settings' file has them. Of Mastodon's limit the server is told; of the others' it learns by their refusals. */
  records(incidentId: string) {
    return this.all.map(network => {
      const { channel, secrets } = recordOf(network, incidentId, network === this.#mastodon ? pace : null)
      return { channel: { ...channel, sameness: 'off' as const }, secrets }
    })
  }

  /** A customer wrote there, as the network's channel would hand it in. */
  write(network: RealNetwork, number: number): Arrival {
    const name = `customer_${number}`
    const address = network === this.#mastodon ? `@${name}@social.example` : `@${name}`
    const { externalId, text } = network.write({ name, address }, `Is it down? ${number}`)
    const anchors = [{ acct: address.slice(1) }, { kind: 'post', post: externalId }]
    const anchor = anchors[this.all.indexOf(network)] ?? {}
    return arrivalOf({ externalId, from: { address, name }, text, anchor, visibility: 'public' })
  }

  set weather(weather: Weather) {
    for (const { postbox } of this.all) postbox.weather = weather
  }

  set letters(letters: Letters) {
    for (const { postbox } of this.all) postbox.letters = letters
  }

  /** What a lead sees who looks into a network; null where its channel finds out by itself. */
  look(channelId: string, replyId: string): boolean | null {
    const network = this.all.find(each => each.channelId === channelId)
    const isShown = network?.postbox.shown.some(each => each.replyId === replyId) === true
    if (network instanceof HookNetwork) return isShown
    return isShown || network?.tellsAbsence === true ? null : false
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(network => network.close()))
  }
}
