import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Incident } from '@muster/shared/incident.ts'

type Feed = Pick<ChannelRecord, 'id' | 'incidentId'>

/** The incident that takes a channel's messages now: the newest open one that names the channel or names none. */
export function incidentFor(channel: Feed, open: readonly Incident[]): string | null {
  return incidentsFor(channel, open)[0] ?? null
}

/** All that would take a channel's messages, the newest first. */
export function incidentsFor(channel: Feed, open: readonly Incident[]): string[] {
  if (channel.incidentId !== null) return [channel.incidentId]
  const takes = open.filter(
    ({ state, drill, channels }) =>
      state === 'open' && !drill && (channels.length === 0 || channels.includes(channel.id)),
  )
  // Of two declared in the same millisecond the same one is the newest everywhere: lists are ordered by time, then by key.
  takes.sort((one, other) => other.declaredAt - one.declaredAt || (one.id < other.id ? 1 : -1))
  return takes.map(({ id }) => id)
}
