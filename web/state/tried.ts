import type { ChannelSecrets, ChannelSettings } from '@muster/shared/channel.ts'

/** With what a channel was tried out, and which of its settings its network then told. */
export type Tried = { settings: ChannelSettings; secrets: ChannelSecrets; learnt: Readonly<Record<string, unknown>> }

/** Whether these are the settings that were tried, what was learnt by it taken on or not yet. */
export function areTried(settings: ChannelSettings, tried: Tried): boolean {
  const former: Readonly<Record<string, unknown>> = { ...tried.settings }
  return Object.entries(settings).every(([name, value]) =>
    [former, tried.learnt].some(told => alike(told[name], value)),
  )
}

export function alike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
