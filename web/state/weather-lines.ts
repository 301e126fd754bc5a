import { freshMs } from '@muster/shared/lag-objective.ts'
import type { ChannelWeather, LaneWeather } from '@muster/shared/weather.ts'
import { about, timeOf } from './ages.ts'
import { amount, number, say } from './words.ts'

export type Condition = 'good' | 'warn' | 'danger' | 'plain'

/** How a channel is doing, at a glance. */
export function conditionOf({ state, lagMs, objectiveMs, lanes, complaint }: ChannelWeather): Condition {
  if (state === 'off') return 'plain'
  if (state === 'away' || (lagMs !== null && lagMs > objectiveMs)) return 'danger'
  if (state === 'connecting' || complaint !== null) return 'warn'
  return lanes.some(({ jammed, heldBy }) => jammed || heldBy !== null) ? 'warn' : 'good'
}

/** What its tag says: a channel that is connected and reads nothing receives nothing. */
export function stateLine(weather: ChannelWeather): string {
  const { state, lagMs, objectiveMs } = weather
  const lags = state === 'receiving' && lagMs !== null && lagMs > objectiveMs
  return lags ? say('weather.lagging') : stateWords(weather)
}

/** One that is not open is not merely out of reach: it comes back by nobody's doing but ours. */
export function stateWords({ state, complaint }: Pick<ChannelWeather, 'state' | 'complaint'>): string {
  const isShut = complaint?.code === 'not-opened' || complaint?.code === 'stopped'
  return say(isShut ? 'channels.shut' : `channels.${state}`)
}

export function needsSomebody(weather: ChannelWeather): boolean {
  return conditionOf(weather) === 'danger' || weather.lanes.some(({ jammed, heldBy }) => jammed || heldBy === 'cost')
}

/** A screen that has been told nothing for longer knows no more than when it was told, in ms. */
const toldMs = 30_000

/** How far behind its network it may be, as it was told so many ms ago; null where nobody can tell. */
export function lagLine({ lagMs, objectiveMs, state }: ChannelWeather, agoMs: number): string | null {
  if (lagMs === null || state === 'off') return null
  const lag = about(lagMs + Math.max(0, agoMs))
  if (lagMs > objectiveMs) return say('weather.behind', { lag, objective: about(objectiveMs) })
  const isFresh = state === 'receiving' && lagMs <= freshMs && agoMs <= toldMs
  return isFresh ? say('weather.current') : say('weather.readAgo', { lag })
}

export function laneLine(lane: LaneWeather, now: number): string {
  const name = say(lane.visibility === 'direct' ? 'weather.privateLane' : 'weather.publicLane')
  const parts = [say('weather.queued', { number: number(lane.queued) })]
  if (lane.left !== null) parts.push(say('weather.left', { number: number(lane.left) }))
  if (lane.heldBy === 'cost') parts.push(say('weather.heldByCost'))
  if (lane.heldBy === 'away') parts.push(say('weather.heldByAway'))
  if (lane.heldBy === 'limit' && lane.resetsAt !== null)
    parts.push(say('weather.nextAt', { at: timeOf(lane.resetsAt) }))
  if (lane.leavesAt !== null && lane.leavesAt - now >= 60_000)
    parts.push(say('weather.newLeaves', { wait: about(lane.leavesAt - now) }))
  if (lane.jammed) parts.push(say('weather.jammed'))
  return `${name}: ${parts.join(', ')}`
}

const dollars = 1_000_000

export function costLine({ cost }: Pick<ChannelWeather, 'cost'>): string | null {
  if (cost === null) return null
  const money = (micro: number) => amount(micro / dollars)
  const spent = { today: money(cost.today), month: money(cost.month) }
  return cost.cap === null ? say('weather.cost', spent) : say('weather.costOf', { ...spent, cap: money(cost.cap) })
}
