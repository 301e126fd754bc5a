import { freshMs } from '@muster/shared/lag-objective.ts'
import type { ChannelWeather, LaneWeather } from '@muster/shared/weather.ts'
import { about, moment, timeOf } from './ages.ts'
import { complaintSentence } from './complaint-words.ts'
import { setbackSentence } from './setback-words.ts'
import { amount, number, say } from './words.ts'

export type Condition = 'good' | 'warn' | 'danger' | 'plain'

/** How a channel is doing, at a glance. */
export function conditionOf(weather: ChannelWeather): Condition {
  const { state, lanes, complaint } = weather
  if (state === 'off') return 'plain'
  if (state === 'away' || isBehind(weather) || lanes.some(isFailing)) return 'danger'
  if (state === 'connecting' || state === 'catching-up' || complaint !== null) return 'warn'
  return lanes.some(({ jammed, heldBy }) => jammed || heldBy !== null) ? 'warn' : 'good'
}

/** One that catches up needs nobody for it. */
function isBehind({ state, lagMs, objectiveMs }: ChannelWeather): boolean {
  return state !== 'catching-up' && lagMs !== null && lagMs > objectiveMs
}

function isFailing({ failing }: LaneWeather): boolean {
  return failing !== null
}

/** What its tag says: a channel that is connected and reads nothing receives nothing, and one may receive and send nothing. */
export function stateLine(weather: ChannelWeather): string {
  if (weather.state !== 'receiving') return stateWords(weather)
  if (isBehind(weather)) return say('weather.lagging')
  return weather.lanes.some(isFailing) ? say('weather.failing') : stateWords(weather)
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
  if (state === 'catching-up') return say('weather.catchingUp', { lag })
  if (lagMs > objectiveMs) return say('weather.behind', { lag, objective: about(objectiveMs) })
  const isFresh = state === 'receiving' && lagMs <= freshMs && agoMs <= toldMs
  return isFresh ? say('weather.current') : say('weather.readAgo', { lag })
}

/** What is wrong with a channel that needs somebody, as it was told at `toldAt`, one sentence after another. */
export function troubleLines(weather: ChannelWeather, now: number, toldAt: number): string[] {
  const failing = failingLines(weather, now)
  if (weather.complaint !== null) return [complaintSentence(weather.complaint, now), ...failing]
  const lag = isBehind(weather) || failing.length === 0 ? lagLine(weather, now - toldAt) : null
  return [...(lag === null ? [] : [lag]), ...failing]
}

/** Of each lane by which nothing leaves: since when, how often it was tried, and why. */
export function failingLines({ lanes }: ChannelWeather, now: number): string[] {
  return lanes.flatMap(lane => {
    if (lane.failing === null) return []
    const { since, tries, setback } = lane.failing
    const none = say('weather.noneLeft', { lane: nameOf(lane), at: moment(since, now), number: number(tries) })
    return [none, ...(setback === null ? [] : [setbackSentence(setback)]), say('weather.triedAgain')].join(' ')
  })
}

function nameOf({ visibility }: LaneWeather): string {
  return say(visibility === 'direct' ? 'weather.privateLane' : 'weather.publicLane')
}

export function laneLine(lane: LaneWeather, now: number): string {
  const parts = [say('weather.queued', { count: lane.queued })]
  if (lane.left !== null) parts.push(say('weather.left', { number: number(lane.left) }))
  if (lane.heldBy === 'cost') parts.push(say('weather.heldByCost'))
  if (lane.heldBy === 'away') parts.push(say('weather.heldByAway'))
  if (lane.heldBy === 'failing') parts.push(say('weather.heldByFailing'))
  if (lane.heldBy === 'limit' && lane.resetsAt !== null)
    parts.push(say('weather.nextAt', { at: timeOf(lane.resetsAt) }))
  if (lane.leavesAt !== null && lane.leavesAt - now >= 60_000)
    parts.push(say('weather.newLeaves', { wait: about(lane.leavesAt - now) }))
  if (lane.jammed) parts.push(say('weather.jammed'))
  return `${nameOf(lane)}: ${parts.join(', ')}`
}

const dollars = 1_000_000

export function costLine({ cost }: Pick<ChannelWeather, 'cost'>): string | null {
  if (cost === null) return null
  const money = (micro: number) => amount(micro / dollars)
  const spent = { today: money(cost.today), month: money(cost.month) }
  return cost.cap === null ? say('weather.cost', spent) : say('weather.costOf', { ...spent, cap: money(cost.cap) })
}
