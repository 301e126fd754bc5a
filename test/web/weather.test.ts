import type { ChannelWeather, LaneWeather } from '@muster/shared/weather.ts'
import { beforeAll, expect, test } from 'vitest'
import { speak } from './speaking.ts'

const now = 1_000_000
const minute = 60_000

function laneOf(given: Partial<LaneWeather> = {}): LaneWeather {
  return {
    visibility: 'public',
    queued: 0,
    leavesAt: now,
    left: null,
    resetsAt: null,
    heldBy: null,
    failing: null,
    jammed: false,
    ...given,
  }
}

function channelOf(given: Partial<ChannelWeather> = {}): ChannelWeather {
  return {
    channelId: 'x',
    name: 'Acme on X',
    state: 'receiving',
    complaint: null,
    lagMs: 1_000,
    objectiveMs: 15_000,
    lanes: [laneOf()],
    cost: null,
    ...given,
  }
}

let lines: typeof import('../../web/state/weather-lines.ts')
let forecast: typeof import('../../web/state/forecast.ts')
let limits: typeof import('../../web/state/channel-limits.ts')

beforeAll(async () => {
  await speak('en')
  lines = await import('../../web/state/weather-lines.ts')
  forecast = await import('../../web/state/forecast.ts')
  limits = await import('../../web/state/channel-limits.ts')
})

test('[WB125] a channel that reads nothing for longer than its objective needs somebody, and says for how long', () => {
  const behind = channelOf({ lagMs: 45_000 })
  expect([lines.conditionOf(channelOf()), lines.conditionOf(behind)]).toEqual(['good', 'danger'])
  expect([lines.needsSomebody(channelOf()), lines.needsSomebody(behind)]).toEqual([false, true])
  expect(lines.lagLine(behind, 0)).toBe('Nothing was read for 45 s. It should be 15 s at most.')
  expect([lines.stateLine(channelOf()), lines.stateLine(behind)]).toEqual(['Receiving', 'Reads nothing'])
})

test('[WB125] what was read is up to date for 15 seconds while it comes in; else its age is said, and grows', () => {
  const said = (given: Partial<ChannelWeather>, agoMs = 0) =>
    lines.lagLine(channelOf({ objectiveMs: 2 * minute, ...given }), agoMs)
  expect(said({ lagMs: 15_000 })).toBe('Up to date.')
  expect(said({ lagMs: 15_000 }, 20_000)).toBe('Up to date.')
  expect(said({ lagMs: 20_000 })).toBe('Last read 20 s ago.')
  expect(said({ lagMs: 20_000 }, 10_000)).toBe('Last read 30 s ago.')
  expect(said({ lagMs: 5_000, state: 'away' }, 5_000)).toBe('Last read 10 s ago.')
  expect(said({ lagMs: 5_000 }, 5 * minute)).toBe('Last read 5 min ago.')
  expect(said({ lagMs: 5_000, state: 'off' })).toBeNull()
})

test('[WB125] a channel that catches up says so, however late it is, and needs nobody', () => {
  const late = channelOf({ state: 'catching-up', lagMs: 5 * minute })
  expect([lines.conditionOf(late), lines.needsSomebody(late), lines.stateLine(late)]).toEqual([
    'warn',
    false,
    'Catching up',
  ])
  expect(lines.lagLine(late, 0)).toBe('What came meanwhile is being read. All was read 5 min ago.')
  expect(lines.lagLine({ ...late, lagMs: null }, 0)).toBeNull()
})

test('[WB125] a channel that is called can be behind without anybody knowing: nothing is made up', () => {
  expect(lines.lagLine(channelOf({ lagMs: null }), 0)).toBeNull()
  expect(lines.conditionOf(channelOf({ lagMs: null }))).toBe('good')
})

test('[WB125] a lane says what waits, what may leave, and when a new reply would', () => {
  const held = laneOf({
    queued: 40,
    left: 0,
    heldBy: 'limit',
    leavesAt: now + 12 * minute,
    resetsAt: now,
    jammed: true,
  })
  const line = lines.laneLine(held, now)
  for (const part of ['40 wait', '0 may leave at once', 'more may leave at', 'in about 12 min', 'claims are slowed'])
    expect(line).toContain(part)
  expect(lines.laneLine(laneOf({ visibility: 'direct' }), now)).toBe('Private replies: 0 wait')
  expect(lines.laneLine(laneOf({ queued: 1 }), now)).toBe('Replies: 1 waits')
})

test('[WB125] a reached cap needs somebody, and money is told in dollars', () => {
  const capped = channelOf({
    lanes: [laneOf({ heldBy: 'cost', leavesAt: null })],
    cost: { today: 1_500_000, month: 12_345_678, cap: 12_000_000 },
  })
  expect(lines.needsSomebody(capped)).toBe(true)
  expect(lines.costLine(capped)).toBe('Cost: $1.50 today, $12.35 of $12.00 this month')
})

test('[WB124] a reply that leaves at once says nothing of it; one that waits says for how long, or for what', () => {
  expect(forecast.leavingSentence(null, now)).toBeNull()
  expect(forecast.leavingSentence(laneOf({ leavesAt: now + 59_000 }), now)).toBeNull()
  expect(forecast.leavingSentence(laneOf({ leavesAt: now + 3 * minute }), now)).toContain('in about 3 min')
  expect(forecast.leavingSentence(laneOf({ leavesAt: now + 300 * minute }), now)).toContain('in about 5 h')
  expect(forecast.leavingSentence(laneOf({ heldBy: 'cost', leavesAt: null }), now)).toContain('cap')
  expect(forecast.leavingSentence(laneOf({ heldBy: 'away', leavesAt: null }), now)).toContain('away')
})

test('[WB124] private and public replies wait apart', () => {
  const lanes = [laneOf({ queued: 1 }), laneOf({ visibility: 'direct', queued: 2 })]
  const weather = channelOf({ lanes })
  expect(forecast.laneOf(weather, 'direct')?.queued).toBe(2)
  expect(forecast.laneOf(weather, 'unlisted')?.queued).toBe(1)
  expect(forecast.laneOf(undefined, 'public')).toBeNull()
})

test('[WB120] limits go into the wire and come back as they were typed', () => {
  const typed = { perHour: '60', costCap: '12.5', lag: '20' }
  expect(limits.amountOf(limits.limitsOf(typed))).toEqual(typed)
  const none = { perHour: '', costCap: '', lag: '' }
  expect(limits.limitsOf(none)).toEqual({ pace: null, costCap: null, lagObjectiveMs: null })
  expect(limits.amountOf(null)).toEqual(none)
})
