import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { Incident } from '@muster/shared/incident.ts'

/** The incident that takes a channel's messages now: the newest open one that names the channel or names none. */
export function incidentFor(
  channel: Pick<ChannelRecord, 'id' | 'incidentId'>,
  open: readonly Incident[],
): string | null {
  if (channel.incidentId !== null) return channel.incidentId
  const takes = open.filter(
    ({ state, drill, channels }) =>
      state === 'open' && !drill && (channels.length === 0 || channels.includes(channel.id)),
  )
  takes.sort((one, other) => other.declaredAt - one.declaredAt)
  return takes[0]?.id ?? null
}
