import { type Sight, SpikeWatch } from '@muster/server/domain/spike.ts'
import { nothingKnown } from '@muster/server/domain/usual.ts'
import { Random } from '@muster/server/drill/random.ts'
import { expect, test } from 'vitest'
import { by, crowd, dayMs, hourMs, ordinaryDay, watched } from '../support/days.ts'
import { histories } from '../support/histories.ts'

const { numRuns, seed = 1 } = histories(20)
const longest = 30_000 + numRuns * 1_000
const seeds = Array.from({ length: numRuns }, (_, index) => seed + index)

/** An hour in which so many a minute write, and then so many more. */
function surgeAfterAnHour(random: Random, usual: number, more: number): Sight[] {
  const sights = [
    ...crowd(random, 'mail', { to: 1.2 * hourMs, most: usual }),
    ...crowd(random, 'mail', { from: hourMs, to: 1.2 * hourMs, most: more }),
  ]
  return sights.sort((one, other) => one.at - other.at)
}

/** Seconds from the beginning of a surge to when it is seen; null where it is not seen. */
function delayOf(random: Random, usual: number, more: number): number | null {
  const from = -random.below(5_000)
  const [first] = watched(surgeAfterAnHour(random, usual, more), { from, to: 1.2 * hourMs })
  return first === undefined ? null : (first.at - hourMs) / 1_000
}

test.each([
  [0.05, 30],
  [1, 30],
  [5, 60],
  [20, 100],
  [60, 300],
])(
  '[IN21] after an hour with %d a minute, %d more a minute are seen within a minute',
  (usual, more) => {
    const delays = seeds
      .map(each => delayOf(new Random(each), usual, more) ?? Infinity)
      .sort((one, other) => one - other)
    const [median, nearly, slowest] = [0.5, 0.99, 1].map(share => delays[Math.floor(share * (delays.length - 1))])
    console.log(
      `${usual} a minute, then ${more} more: seen after ${median} s, 99 % after ${nearly} s, all after ${slowest} s`,
    )
    expect(delays[0]).toBeGreaterThan(0)
    expect(nearly).toBeLessThanOrEqual(60)
    expect(slowest).toBeLessThanOrEqual(90)
  },
  longest,
)

test(
  '[IN21] a small rise takes longer, and is seen all the same',
  () => {
    const delays = seeds.map(each => delayOf(new Random(each), 1, 10) ?? Infinity)
    expect(Math.min(...delays)).toBeGreaterThan(0)
    expect(Math.max(...delays)).toBeLessThan(600)
  },
  longest,
)

test('[IN21] a rise that is small on each channel is seen on all together, and names them', () => {
  const random = new Random(7)
  const channels = ['mail', 'x', 'web', 'bluesky']
  const sights = channels.flatMap(channelId => [
    ...crowd(random, channelId, { to: 1.2 * hourMs, most: 0.2 }),
    ...crowd(random, channelId, { from: hourMs, to: 1.2 * hourMs, most: 7 }),
  ])
  const [first] = watched(
    sights.sort((one, other) => one.at - other.at),
    { to: 1.2 * hourMs },
  )
  expect(first?.at).toBeLessThanOrEqual(hourMs + 60_000)
  expect(first?.spike.channels.toSorted()).toEqual(channels.toSorted())
  expect(first?.spike.lastMinute).toBeGreaterThanOrEqual(14)
  expect(first?.spike.usual).toBeLessThan(2)
})

test.each([0.2, 2, 10])(
  '[IN22] ordinary days with %d a minute at their busiest propose nothing',
  busiest => {
    const alarms = seeds.flatMap(each => {
      const [first] = watched(ordinaryDay(each, busiest))
      return first === undefined ? [] : [{ seed: each, hour: first.at / hourMs, ...first.spike }]
    })
    console.log(`${busiest} a minute: ${alarms.length} false alarms in ${seeds.length} days`)
    // In two thousand days one may be as unlikely as what it looks like.
    expect(alarms.slice(Math.floor(seeds.length / 1_000))).toEqual([])
  },
  longest,
)

test(
  '[IN22] a shop that opens at nine is a surge on the first day, and none on those that follow; a real one is seen',
  () => {
    const opening = (hour: number) => (hour % 24 < 8.5 || hour % 24 > 18 ? 0.05 : Math.min(1, ((hour % 24) - 8.4) * 2))
    const alarms = seeds.flatMap(each => {
      const days = crowd(new Random(each), 'mail', { to: 3 * dayMs, most: 12, rate: opening })
      const night = 2 * dayMs + 3 * hourMs
      const surge = crowd(new Random(each), 'mail', { from: night, to: night + 120_000, most: 30 })
      const sights = [...days, ...surge].sort((one, other) => one.at - other.at)
      const found = watched(sights, { to: 3 * dayMs }).map(({ at }) => at)
      expect(found.find(at => at > dayMs)).toBeLessThanOrEqual(night + 90_000)
      return found.filter(at => at > dayMs && (at < night || at > night + hourMs))
    })
    expect(alarms).toEqual([])
  },
  longest,
)

test('[IN22] one who writes sixty times within a minute is one person', () => {
  const quiet = crowd(new Random(1), 'mail', { to: 2 * hourMs, most: 0.2 })
  const loud = Array.from({ length: 60 }, (_, index) => by('mail', 1.5 * hourMs + index * 1_000, 'loud@example.com'))
  const sights = [...quiet, ...loud].sort((one, other) => one.at - other.at)
  expect(watched(sights, { to: 2 * hourMs })).toEqual([])
})

test('[IN22] who is new has nothing that is usual yet, and a channel whose messages are taken is not judged', () => {
  const flood = crowd(new Random(1), 'mail', { to: hourMs / 4, most: 60 })
  expect(watched(flood, { to: hourMs / 4 })).toEqual([])
  const watch = new SpikeWatch({ mail: { ...nothingKnown, minutes: 60, mean: 0.1, variance: 0.1 } })
  for (const sight of flood) watch.add(sight)
  const mail = new Set(['mail'])
  expect(watch.pass(hourMs / 4, { watched: mail, judged: new Set() })).toBe(null)
  expect(watch.pass(hourMs / 4 + 1, { watched: mail, judged: mail })).toMatchObject({ channels: ['mail'], usual: 0.1 })
})

test('[IN22] minutes in which nobody watched or somebody took the messages teach nothing', () => {
  const watch = new SpikeWatch({})
  const mail = new Set(['mail'])
  const pass = (from: number, to: number, set: ReadonlySet<string>) => {
    for (let now = from; now < to; now += 5_000) watch.pass(now, { watched: set, judged: set })
  }
  pass(0, hourMs / 2, mail)
  const learnt = watch.pace.mail?.minutes ?? 0
  expect(learnt).toBeGreaterThan(20)
  pass(hourMs / 2, hourMs, new Set())
  expect(watch.pace.mail?.minutes).toBe(learnt)
  pass(3 * hourMs, 3 * hourMs + 5 * 60_000, mail)
  expect(watch.pace.mail?.minutes).toBe(learnt)
})

test('[IN23] a watch that starts anew in the middle of a surge, with what was usual before, sees it', () => {
  const sights = surgeAfterAnHour(new Random(3), 1, 30)
  const before = new SpikeWatch({})
  watched(
    sights.filter(({ at }) => at < hourMs),
    { to: hourMs, watch: before },
  )
  const anew = new SpikeWatch(before.pace)
  for (const sight of sights.filter(({ at }) => at > hourMs - 600_000 && at < hourMs + 90_000)) anew.add(sight)
  const mail = new Set(['mail'])
  expect(anew.pass(hourMs + 90_000, { watched: mail, judged: mail })).toMatchObject({ channels: ['mail'] })
})
