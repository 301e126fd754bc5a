import type { ChannelKind, ChannelRecord } from './channel.ts'

/** What is called is never behind by what anybody here can tell. */
const usualLagObjective: Record<ChannelKind, number> = {
  mail: 120_000,
  webhook: 60_000,
  bluesky: 60_000,
  mastodon: 60_000,
  x: 120_000,
}

/** What is looked at once in so many ms while all is well would be late by itself, were less than this an alarm; in ms. */
const leastLagObjective: Record<ChannelKind, number> = {
  mail: 20_000,
  webhook: 5_000,
  bluesky: 10_000,
  mastodon: 45_000,
  x: 90_000,
}

export function leastLagObjectiveOf({ kind }: { kind: ChannelKind }): number {
  return leastLagObjective[kind]
}

/** What was read longer ago than this is told with its age, in ms. */
export const freshMs = 15_000

/** For how long nothing may have been read of a channel before that is an alarm, in ms. */
export function lagObjectiveOf({
  lagObjectiveMs,
  settings,
}: Pick<ChannelRecord, 'lagObjectiveMs' | 'settings'>): number {
  return lagObjectiveMs ?? usualLagObjective[settings.kind]
}
