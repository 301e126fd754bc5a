import type { SendLimit } from '@muster/server/channels/channel.ts'
import {
  answered,
  type Budget,
  close,
  freeAt,
  leftIn,
  newBudget,
  reopen,
  spend,
  tell,
  wholeTold,
} from '@muster/server/domain/budget.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const limitOf = (most: number, perMs: number, points = 1): SendLimit => ({ pool: 'posts', most, perMs, points })

type Grant = { at: number; points: number }

/** Whether some time of this length in a row holds more points than that, as plainly as it can be said. */
function exceeds(grants: readonly Grant[], { most, perMs }: SendLimit): boolean {
  return grants.some(({ at: end }) => {
    const during = grants.filter(({ at }) => at <= end && at >= end - perMs)
    const sum = during.reduce((total, { points }) => total + points, 0)
    return sum > most && during.length > 1
  })
}

const limits = fc.uniqueArray(
  fc.record({
    most: fc.integer({ min: 1, max: 40 }),
    perMs: fc.oneof(fc.integer({ min: 1_000, max: 5_000 }), fc.integer({ min: 60_000, max: 86_400_000 })),
    points: fc.integer({ min: 0, max: 6 }),
  }),
  { minLength: 1, maxLength: 3, selector: ({ perMs }) => perMs },
)

test('[DL9] no time in a row as long as a limit holds more than the limit, whoever sends and whenever', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 400_000 }), fc.boolean()), { maxLength: 120 })
  fc.assert(
    fc.property(limits, steps, (drawn, waits) => {
      const all = drawn.map(limit => ({ pool: 'posts', ...limit }))
      const granted: number[] = []
      let budget = newBudget
      let now = 1_000_000_000
      for (const [wait, patient] of waits) {
        now = patient ? freeAt(budget, all, now) : now + wait
        if (leftIn(budget, all, now) < 1) continue
        budget = spend(budget, all, now)
        granted.push(now)
      }
      for (const limit of all) {
        const grants = granted.map(at => ({ at, points: limit.points }))
        expect(exceeds(grants, limit), JSON.stringify(limit)).toBe(false)
      }
    }),
    { numRuns: 300 },
  )
})

test('[DL9] what is free is known to the moment: nothing leaves before, and one leaves then', () => {
  fc.assert(
    fc.property(limits, fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 60 }), (drawn, waits) => {
      const all = drawn.map(limit => ({ pool: 'posts', ...limit }))
      let budget = newBudget
      let now = 1_000_000_000
      for (const wait of waits) {
        now += wait
        const free = freeAt(budget, all, now)
        expect(leftIn(budget, all, free)).toBeGreaterThanOrEqual(1)
        if (free > now) expect(leftIn(budget, all, free - 1)).toBe(0)
        if (free === now) budget = spend(budget, all, now)
      }
    }),
    { numRuns: 300 },
  )
})

test('[DL9] being careful costs at most a tenth of a limit', () => {
  const limit = limitOf(100, 900_000)
  let budget = newBudget
  let now = 1_000_000_000
  let sent = 0
  const end = now + 24 * 3_600_000
  while (now < end) {
    const left = leftIn(budget, [limit], now)
    if (left > 0) budget = spend(budget, [limit], now, left)
    sent += left
    now = freeAt(budget, [limit], now)
  }
  expect(sent).toBeGreaterThan(96 * 100 * 0.9)
  expect(JSON.stringify(budget).length).toBeLessThan(2_000)
})

test('[DL9] [DL31] what a mail server counts only after it looked through it counts under its day’s limit as well', () => {
  const day = 86_400_000
  const slice = day / 60
  const limit = { pool: 'mail', most: 1, perMs: day, points: 1 }
  const last = 1_000 * slice - 1
  const counted = last + 60_000 + 12_000
  expect(freeAt(spend(newBudget, [limit], last), [limit], last)).toBeGreaterThan(counted + day)
})

test('[DL10] what the network says makes a budget stricter and never looser', () => {
  const word = fc.record({
    left: fc.integer({ min: -2, max: 50 }),
    inMs: fc.integer({ min: -5_000, max: 2_000_000 }),
    behind: fc.nat(5),
  })
  fc.assert(
    fc.property(
      limits,
      fc.array(fc.oneof(word, fc.integer({ min: 0, max: 50_000 })), { maxLength: 60 }),
      (drawn, acts) => {
        const all = drawn.map(limit => ({ pool: 'posts', ...limit }))
        let now = 1_000_000_000
        let heard: Budget = newBudget
        let deaf: Budget = newBudget
        for (const act of acts) {
          if (typeof act === 'number') {
            now += act
            if (leftIn(heard, all, now) < 1) continue
            heard = spend(heard, all, now)
            deaf = spend(deaf, all, now)
          } else {
            const before = leftIn(heard, all, now)
            heard = tell(heard, { left: act.left, resetsAt: now + act.inMs }, heard.granted - act.behind, now)
            // The send that is answered for may have stood open: that is all that can come back.
            expect(leftIn(heard, all, now)).toBeLessThanOrEqual(before + 1)
            if (act.inMs > 0) expect(leftIn(heard, all, now)).toBeLessThanOrEqual(Math.max(0, act.left))
          }
          expect(leftIn(heard, all, now)).toBeLessThanOrEqual(leftIn(deaf, all, now))
          expect(freeAt(heard, all, now)).toBeGreaterThanOrEqual(freeAt(deaf, all, now))
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('[DL10] of what a network says is left, what it has not answered for is gone until it does; it ends when it says', () => {
  const now = 1_000_000_000
  const resetsAt = now + 60_000
  const three = spend(newBudget, [], now, 3)
  const second = tell(three, { left: 4, resetsAt }, 2, now)
  expect(leftIn(second, [], now)).toBe(2)
  const third = tell(second, { left: 3, resetsAt }, 3, now)
  const first = tell(third, { left: 5, resetsAt }, 1, now)
  expect([third, first].map(each => leftIn(each, [], now))).toEqual([2, 3])
  expect(leftIn(answered(third, 1), [], now)).toBe(2)
  const empty = spend(first, [], now, 3)
  expect(freeAt(empty, [], now)).toBe(resetsAt)
  expect(leftIn(empty, [], resetsAt)).toBe(Number.POSITIVE_INFINITY)
})

test('[DL10] a send that is never answered for counts as if its network had taken it', () => {
  const now = 1_000_000_000
  const word = { left: 5, resetsAt: now + 600_000 }
  const told = tell(spend(newBudget, [], now, 2), word, 1, now)
  expect(leftIn(told, [], now)).toBe(4)
  expect(leftIn(spend(told, [], now + 89_000), [], now + 89_000)).toBe(3)
  const later = spend(told, [], now + 91_000)
  expect(leftIn(later, [], now + 91_000)).toBe(3)
  expect(later.open).toHaveLength(1)
})

test('[DL10] a network that takes nothing is left alone for as long as it says, else longer each time', () => {
  const now = 1_000_000_000
  expect(freeAt(close(newBudget, 7_000, now), [], now)).toBe(now + 7_000)
  const once = close(newBudget, null, now)
  expect(freeAt(once, [], now)).toBe(now + 30_000)
  const later = now + 30_000
  expect(freeAt(close(once, null, later), [], later)).toBe(later + 60_000)
  expect(freeAt(close(once, 1_000, now), [], now)).toBe(now + 30_000)
})

test('[DL10] what was under way together is refused once, however many they were and whichever was taken', () => {
  const now = 1_000_000_000
  const burst = Array.from({ length: 12 }, (_, at) => now + at)
  const refused = burst.reduce((each, at) => close(each, null, at), newBudget)
  expect(refused.closures).toBe(1)
  expect(freeAt(refused, [], now)).toBe(now + 30_011)
  expect(close(reopen(refused), null, now + 20).closures).toBe(1)
  expect(close(refused, null, now + 31_000).closures).toBe(2)
})

test('[DL10] after a network took nothing one tries first whether it does again', () => {
  const now = 1_000_000_000
  const closed = close(newBudget, 5_000, now)
  expect(leftIn(closed, [], now + 5_000)).toBe(1)
  const trying = spend(closed, [], now + 5_000)
  expect(leftIn(trying, [], now + 5_000)).toBe(0)
  expect(leftIn(reopen(answered(trying, 1)), [], now + 5_100)).toBe(Number.POSITIVE_INFINITY)
})

test('[DL10] a network that answers nothing to that one try is tried again each second, one at a time', () => {
  const now = 1_000_000_000
  const trying = spend(close(newBudget, 5_000, now), [], now + 5_000)
  expect(leftIn(trying, [], now + 5_999)).toBe(0)
  expect(leftIn(trying, [], now + 6_000)).toBe(1)
  const again = spend(trying, [], now + 6_000)
  expect(leftIn(again, [], now + 6_999)).toBe(0)
  expect(leftIn(again, [], now + 7_000)).toBe(1)
})

test('[DL16] where a network’s own words mean that its limit is less than documented, that is looked ahead by', () => {
  const now = 1_000_000_000
  const limit = limitOf(100, 900_000)
  const spent = spend(newBudget, [limit], now, 10)
  const lane = tell(newBudget, { left: 50, resetsAt: now + 900_000 }, 0, now)
  expect(wholeTold(limit, spent, lane, now)).toBe(60)
  expect(wholeTold(limit, spend(spent, [limit], now + 18_000, 5), lane, now + 18_000)).toBe(60)
  expect(wholeTold(limit, spent, lane, now + 20_000)).toBe(null)
  expect(wholeTold(limit, spent, newBudget, now)).toBe(null)
})
