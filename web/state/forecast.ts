import type { Visibility } from '@muster/shared/conversation.ts'
import type { ChannelWeather, LaneWeather } from '@muster/shared/weather.ts'
import { about } from './ages.ts'
import { say } from './words.ts'

/** Sooner than this is at once. */
const atOnceMs = 60_000

export function laneOf(weather: ChannelWeather | undefined, visibility: Visibility): LaneWeather | null {
  const side = visibility === 'direct' ? 'direct' : 'public'
  return weather?.lanes.find(lane => lane.visibility === side) ?? weather?.lanes[0] ?? null
}

/** When a reply handed in now would leave, as a sentence; null where it leaves at once or nobody can tell. */
export function leavingSentence(lane: LaneWeather | null, now: number): string | null {
  if (lane === null) return null
  if (lane.heldBy === 'cost') return say('leaving.costReached')
  if (lane.heldBy === 'away') return say('leaving.channelAway')
  if (lane.leavesAt === null || lane.leavesAt - now < atOnceMs) return null
  return say('leaving.leavesIn', { wait: about(lane.leavesAt - now) })
}
