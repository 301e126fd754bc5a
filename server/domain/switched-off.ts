import type { ChannelRecord } from '@muster/shared/channel.ts'
import type { PutRecord, View } from './decision.ts'
import { company } from './indexes.ts'
import { longestTryingMs } from './report.ts'

/** When a channel was switched off or removed; there is none while it is on. */
export type SwitchedOff = { since: number }

/** What is to be written down of that. */
export function switched(channelId: string, isOn: boolean, view: View, now: number): PutRecord[] {
  const key = company.off(channelId)
  const former = view.get<SwitchedOff>(key)
  if (isOn) return former === null ? [] : [{ key, value: null }]
  return former === null ? [{ key, value: { since: now } satisfies SwitchedOff }] : []
}

/** Whether nothing is waited for any more: also where nobody wrote down since when it is off. */
export function isOffForLong(channel: ChannelRecord | null, off: SwitchedOff | null, now: number): boolean {
  return channel?.enabled !== true && (off?.since ?? 0) + longestTryingMs <= now
}
