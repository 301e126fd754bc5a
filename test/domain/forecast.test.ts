import type { SendLimit } from '@muster/server/channels/channel.ts'
import { type Budget, freeAt, leftIn, newBudget, spend } from '@muster/server/domain/budget.ts'
import { forecast } from '@muster/server/domain/forecast.ts'
import { laneOfPool } from '@muster/server/domain/pool.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const now = 1_000_000_000
const quarter = 900_000
const limitOf = (most: number, pool = 'posts', perMs = quarter): SendLimit => ({ pool, most, perMs, points: 1 })
const outlet = (lane: string, replies: number, limits: SendLimit[], ms = 0, tries = 1) => {
  return { lane, words: laneOfPool(lane), waiting: replies, replies, limits, ms, tries, atOnce: 8 }
}

test('[DL16] replies of one lane leave when the budget lets them, one after another', () => {
  const drawn = fc.array(
    fc.record({ most: fc.integer({ min: 1, max: 30 }), perMs: fc.integer({ min: 1_000, max: 900_000 }) }),
    {
      minLength: 1,
      maxLength: 2,
    },
  )
  fc.assert(
    fc.property(drawn, fc.integer({ min: 1, max: 80 }), fc.nat(20), (limits, replies, before) => {
      const all = limits.map((limit, at) => ({ pool: `pool-${at}`, points: 1, ...limit }))
      const budgets = new Map<string, Budget>(
        all.map(limit => [limit.pool, spend(newBudget, [limit], now - 500, Math.min(before, limit.most))]),
      )
      const departures = forecast([outlet('a', replies, all)], budgets, now).get('a')
      const state = new Map(budgets)
      let at = now
      for (let n = 1; n <= replies; n++) {
        for (;;) {
          const room = all.every(limit => leftIn(state.get(limit.pool) ?? newBudget, [limit], at) > 0)
          if (room) break
          at = Math.max(...all.map(limit => freeAt(state.get(limit.pool) ?? newBudget, [limit], at)))
        }
        for (const limit of all) state.set(limit.pool, spend(state.get(limit.pool) ?? newBudget, [limit], at))
        expect(departures?.(n)).toBe(at)
      }
    }),
    { numRuns: 200 },
  )
})

test('[DL16] without a limit they leave as fast as they can be sent', () => {
  const departures = forecast([outlet('a', 17, [], 1_000)], new Map(), now).get('a')
  expect([1, 8, 9, 17].map(n => (departures?.(n) ?? 0) - now)).toEqual([1_000, 1_000, 2_000, 3_000])
})

test('[DL16] where a reply takes several tries, those before it take them all', () => {
  const departures = forecast([outlet('a', 9, [limitOf(5)], 0, 1.5)], new Map(), now).get('a')
  const soon = [1, 2, 3, 4, 5].map(n => departures?.(n) === now)
  expect(soon).toEqual([true, true, true, false, false])
})

test('[DL16] lanes that share an app take turns, and a closed lane holds up itself alone', () => {
  const app = limitOf(10, 'app')
  const closed: Budget = { ...newBudget, closedUntil: now + 60_000 }
  const lanes = [outlet('a', 10, [app]), outlet('b', 10, [app]), outlet('c', 1, [])]
  const found = forecast(lanes, new Map([[laneOfPool('c'), closed]]), now)
  const early = ['a', 'b'].map(
    lane => Array.from({ length: 10 }, (_, n) => found.get(lane)?.(n + 1)).filter(at => at === now).length,
  )
  expect(early).toEqual([5, 5])
  expect(found.get('c')?.(1)).toBe(now + 60_000)
})

test('[DL16] what may be handed in by one lane makes what waits in another no later', () => {
  const account = limitOf(5, 'account', 60_000)
  const none = { ...outlet('direct', 8, [account]), waiting: 0 }
  const some = { ...outlet('public', 15, [account]), waiting: 10 }
  const alone = forecast([some], new Map(), now).get('public')
  const beside = forecast([none, some], new Map(), now)
  const tenth = alone?.(10) ?? 0
  expect([1, 5, 6, 10].map(n => beside.get('public')?.(n))).toEqual([now, now, tenth, tenth])
  expect(tenth).toBeGreaterThan(now + 60_000)
  // One handed in by the other takes its turn among those that wait.
  expect(beside.get('direct')?.(1)).toBe(now)
  expect(beside.get('direct')?.(8)).toBeGreaterThan(tenth)
})

test('[DL16] tens of thousands are foretold in a moment, and what lies beyond goes on as fast', () => {
  const began = performance.now()
  const departures = forecast([outlet('a', 200_000, [limitOf(1_000)])], new Map(), now).get('a')
  expect(performance.now() - began).toBeLessThan(2_000)
  const [half = 0, whole = 0] = [50_000, 200_000].map(n => (departures?.(n) ?? 0) - now)
  expect(whole / half).toBeCloseTo(4, 0)
})
