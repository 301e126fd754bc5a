import { type ChannelRecord, SavedChannel } from '@muster/shared/channel.ts'
import { lagObjectiveOf, leastLagObjectiveOf } from '@muster/shared/lag-objective.ts'
import { expect, test } from 'vitest'
import { defaultPace as bluesky } from '../../server/channels/bluesky-account.ts'
import { defaultPace as mail } from '../../server/channels/mail-account.ts'
import { defaultPace as mastodon } from '../../server/channels/mastodon-account.ts'
import { defaultPace as x } from '../../server/channels/x-account.ts'

/** The longest time between two looks of a channel that is well, in ms. */
const looks = {
  mail: mail.pollMs,
  bluesky: bluesky.pollMs,
  mastodon: mastodon.restMs + mastodon.pollMs,
  x: x.catchUpCalledMs,
}

test.each(Object.entries(looks))('[CH60] %s that is well is not behind between two looks', (kind, lookMs) => {
  const settings = { kind } as ChannelRecord['settings']
  expect(leastLagObjectiveOf(settings)).toBeGreaterThan(lookMs + 5_000)
  expect(lagObjectiveOf({ settings })).toBeGreaterThanOrEqual(leastLagObjectiveOf(settings))
})

test('[CH65] a network that hangs is found out by the next look or sign of life', () => {
  expect(mail.pollMs + mail.answerMs).toBeLessThan(15_000)
  expect(bluesky.pollMs + bluesky.askLimitMs).toBeLessThan(15_000)
  expect(mastodon.restMs + mastodon.pollMs + mastodon.askLimitMs).toBeLessThan(45_000)
  expect(x.silenceMs).toBeLessThanOrEqual(30_000)
  expect(x.catchUpCalledMs + x.askLimitMs).toBeLessThanOrEqual(70_000)
})

test('[CH60] an objective that is too short for its channel is refused, and the least is said', () => {
  const settings = { kind: 'mastodon', server: 'https://social.example', longest: 500 } as const
  const channel = { id: 'social', name: 'Acme', enabled: true, incidentId: null, settings }
  const given = (lagObjectiveMs: number | null) => SavedChannel.safeParse({ ...channel, lagObjectiveMs })
  expect(given(null).success && given(45_000).success).toBe(true)
  expect(given(44_999).error?.issues).toMatchObject([
    { path: ['lagObjectiveMs'], message: expect.stringContaining('at least 45000 ms') },
  ])
})
