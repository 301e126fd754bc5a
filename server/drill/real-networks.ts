import { randomBytes } from 'node:crypto'
import type { ChannelRecord, ChannelSecrets } from '@muster/shared/channel.ts'
import { newMark } from './foundation.ts'
import { MastodonNetwork } from './mastodon-network.ts'
import type { Random } from './random.ts'
import type { RealNetwork } from './real-network.ts'
import type { Population } from './surge.ts'
import type { Pace } from './window.ts'
import { XNetwork } from './x-network.ts'

export type RealNetworks = Readonly<Partial<Record<'mastodon' | 'x', RealNetwork>>>

type Surroundings = { pace: Pace; random: Random; now: () => number; url: string }

/** How many of a hundred customers live on each, beside those on webhooks. */
const share = 25
const paceEveryMs = 30_000
/** Of what people answer in that time, this share may leave. */
const allowed = 0.6
const longestOnX = 280

/** Tight enough for a level that its replies really queue. */
export function paceFor(repliesPerMinute: number): Pace {
  const asked = (repliesPerMinute * paceEveryMs * share) / 6_000_000
  return { most: Math.max(1, Math.round(asked * allowed)), perMs: paceEveryMs }
}

export function playReal({ pace, random, now, url }: Surroundings): RealNetworks {
  const mark = newMark()
  const about = (name: string) => ({ channelId: `drill-${mark}-${name}`, pace, random: random.fork(name), now })
  const x = about('x')
  const secrets = { token: newToken(), consumerSecret: newToken() }
  return {
    mastodon: new MastodonNetwork(about('mastodon'), newToken()),
    x: new XNetwork({ ...x, calls: `${url}/hooks/${x.channelId}`, secrets }),
  }
}

export function recordOf(
  network: RealNetwork,
  incidentId: string,
  pace: Pace | null | undefined,
): { channel: ChannelRecord; secrets: ChannelSecrets } {
  const { settings, secrets, name } = network.settings()
  return {
    channel: { id: network.channelId, name, enabled: true, incidentId, settings, pace: pace ?? null },
    secrets,
  }
}

/** Undefined where webhooks are all there is. */
export function populationOf(real: RealNetworks): Population | undefined {
  const names = Object.keys(real)
  if (names.length === 0) return undefined
  const others = 100 - share * names.length
  const shares = names.map(name => [name, share] as const)
  return { steady: others / 2, forgetful: others / 2, ...Object.fromEntries(shares) }
}

export function longestOn({ x }: RealNetworks, channelId: string): number {
  return x?.channelId === channelId ? longestOnX : Number.POSITIVE_INFINITY
}

function newToken(): string {
  return randomBytes(24).toString('base64url')
}
