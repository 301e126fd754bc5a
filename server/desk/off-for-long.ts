import type { ChannelRecord } from '@muster/shared/channel.ts'
import { company } from '../domain/indexes.ts'
import { isOffForLong, type SwitchedOff } from '../domain/switched-off.ts'
import type { Store } from '../store/store.ts'

/**
 * Which of these channels have been switched off or removed for hours, as the company's room has it: a node may have a channel
 * closed that is on, as long as it opens it anew or stops, or where it cannot open it.
 */
export async function offForLong(store: Store, channelIds: readonly string[], now: number): Promise<Set<string>> {
  if (channelIds.length === 0) return new Set()
  const { records } = await store.read(company.room, [
    ...channelIds.map(company.channel),
    ...channelIds.map(company.off),
  ])
  const found = records.map(record => record?.value ?? null)
  return new Set(
    channelIds.filter((_, at) =>
      isOffForLong(found[at] as ChannelRecord | null, found[channelIds.length + at] as SwitchedOff | null, now),
    ),
  )
}
