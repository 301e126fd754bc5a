import type { Outgoing } from '@muster/server/channels/channel.ts'
import { MastodonChannel } from '@muster/server/channels/mastodon.ts'
import { defaultPace, type Pace } from '@muster/server/channels/mastodon-account.ts'
import type { Surroundings } from '@muster/server/channels/surroundings.ts'
import { token } from '../support/mastodon-fake.ts'
import type { Written } from '../support/mastodon-payloads.ts'
import { outgoingOf, surroundingsOf } from './workbench.ts'

/** Impatient, so that tests wait for nothing; polling is so rare that only the stream can have told of something. */
export const pace: Pace = {
  ...defaultPace,
  firstPauseMs: 10,
  longestPauseMs: 50,
  restMs: 1,
  pollMs: 600_000,
  pollAloneMs: 10,
  reviewMs: 600_000,
  askLimitMs: 2_000,
  sendLimitMs: 400,
  settleMs: 10,
}

export function openMastodon(
  server: string,
  impatience: Partial<Pace> = {},
  given: Partial<Surroundings> = {},
  secret = token,
) {
  const { surroundings, logged } = surroundingsOf(given)
  const settings = { kind: 'mastodon', server, longest: 500 } as const
  const record = { id: 'social', name: 'Acme on Mastodon', enabled: true, incidentId: null, settings }
  const channel = new MastodonChannel(record, settings, { token: secret }, surroundings, { ...pace, ...impatience })
  return { channel, logged }
}

/** A reply to this post. */
export function replyTo(written: Written, given: Partial<Outgoing> = {}): Outgoing {
  const answering = {
    externalId: written.id,
    visibility: 'public',
    anchor: { acct: written.by.acct },
    address: `@${written.by.acct}`,
  } as const
  return outgoingOf({ to: { address: answering.address, name: '' }, answering, submittedAt: Date.now(), ...given })
}
