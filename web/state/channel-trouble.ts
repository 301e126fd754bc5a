import type { ChannelView } from '@muster/shared/endpoint.ts'
import { lagObjectiveOf } from '@muster/shared/lag-objective.ts'
import { about } from './ages.ts'
import { complaintSentence } from './complaint-words.ts'
import { say } from './words.ts'

export type ChannelTrouble = { id: string; name: string; said: string }

/** Of the channels in use those by which nothing comes in, or is read too late, and why. */
export function channelTroubles(channels: readonly ChannelView[], now: number): ChannelTrouble[] {
  return channels.flatMap(channel => {
    const { id, name, enabled } = channel
    const said = enabled ? troubleOf(channel, now) : null
    return said === null ? [] : { id, name, said }
  })
}

function troubleOf(channel: ChannelView, now: number): string | null {
  const { state, complaint, lagMs } = channel.health
  const objectiveMs = lagObjectiveOf(channel)
  if (state === 'away') return complaint === null ? say('homeChannels.unread') : complaintSentence(complaint, now)
  if (lagMs === null || lagMs <= objectiveMs) return null
  if (state === 'catching-up') return say('weather.catchingUp', { lag: about(lagMs) })
  return say('weather.behind', { lag: about(lagMs), objective: about(objectiveMs) })
}
