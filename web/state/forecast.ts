import type { Visibility } from '@muster/shared/conversation.ts'
import type { Setback } from '@muster/shared/setback.ts'
import type { ChannelWeather, LaneFailing, LaneWeather } from '@muster/shared/weather.ts'
import { about, moment } from './ages.ts'
import { setbackSentence, setbackWords } from './setback-words.ts'
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
  if (lane.failing !== null) return failingSentence(lane.failing, now)
  if (lane.leavesAt === null || lane.leavesAt - now < atOnceMs) return null
  return say('leaving.leavesIn', { wait: about(lane.leavesAt - now) })
}

function failingSentence({ since, setback }: LaneFailing, now: number): string {
  const reason = setback === null ? '' : setbackSentence(setback)
  const said = [say('leaving.noneTaken', { at: moment(since, now) }), reason, say('leaving.waitsForIt')]
  return said.filter(Boolean).join(' ')
}

/** Of a reply that waits why its channel put it off, as a sentence; null where it did not. */
export function putOffSentence(setbacks: readonly Setback[]): string | null {
  return setbacks.length === 0 ? null : say('leaving.putOff', { reason: setbackWords(setbacks) })
}
