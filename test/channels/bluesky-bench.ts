import { BlueskyChannel } from '@muster/server/channels/bluesky.ts'
import type { Pace } from '@muster/server/channels/bluesky-account.ts'
import type { Answered } from '@muster/server/channels/channel.ts'
import type { Surroundings } from '@muster/server/channels/surroundings.ts'
import type { BlueskySettings } from '@muster/shared/channel.ts'
import type { Meeting, Post } from '../support/bluesky-network.ts'
import { surroundingsOf } from './workbench.ts'

/** A channel in a hurry. */
export const quickPace: Pace = {
  pollMs: 15,
  deepMs: 600_000,
  askLimitMs: 500,
  firstPauseMs: 10,
  longestPauseMs: 40,
  silenceMs: 5_000,
}

export type Given = {
  settings?: Partial<BlueskySettings>
  surroundings?: Partial<Surroundings>
  pace?: Partial<Pace>
  password?: string
}

export function openBluesky(network: { url: string; own: { handle: string }; password: string }, given: Given = {}) {
  const { surroundings, logged } = surroundingsOf(given.surroundings)
  const settings: BlueskySettings = {
    kind: 'bluesky',
    service: network.url,
    handle: network.own.handle,
    directMessages: false,
    search: null,
    ...given.settings,
  }
  const record = { id: 'bluesky', name: 'Bluesky', enabled: true, incidentId: null, settings }
  const secrets = { password: given.password ?? network.password }
  const channel = new BlueskyChannel(record, settings, secrets, surroundings, { ...quickPace, ...given.pace })
  return { channel, logged, surroundings }
}

/** What the channel is told of a post that it answers. */
export function answeringPost({ uri, cid, did, record }: Post): Answered {
  const ref = { uri, cid }
  const reply = record.reply as { root: object } | undefined
  return { externalId: uri, visibility: 'public', anchor: { root: reply?.root ?? ref, parent: ref }, address: did }
}

/** How a server answers once an account made all the calls of five minutes that it may. */
export function tooManyCalls(seconds: number): Meeting {
  const headers = {
    'retry-after': String(seconds),
    'ratelimit-limit': '3000',
    'ratelimit-remaining': '0',
    'ratelimit-reset': String(Math.floor(Date.now() / 1000) + seconds),
    'ratelimit-policy': '3000;w=300',
  }
  return { status: 429, body: { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' }, headers }
}
