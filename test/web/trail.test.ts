import { expect, test } from 'vitest'
import { Trail } from '../../web/state/trail.ts'

const era = 'one'

function standing(seq: number): Trail {
  const trail = new Trail()
  trail.begin({ era, seq })
  return trail
}

test('[RT1] before a screen stands anywhere nothing follows on it, is ahead of it or can be lost', () => {
  const trail = new Trail()
  expect(trail.meets({ era, from: 1 })).toBe(false)
  expect(trail.isAhead(1)).toBe(false)
  expect([trail.lost({ era, seq: 9 }), trail.lost({ era, seq: 9 })]).toEqual([false, false])
  trail.reach(1)
  expect(trail.at).toBeNull()
})

test('[RT2] a batch follows on what was put, or on a part of it, and neither over a gap nor from another era', () => {
  const trail = standing(5)
  const meets = [1, 5, 6, 7].map(from => trail.meets({ era, from }))
  expect(meets).toEqual([true, true, true, false])
  expect(trail.meets({ era: 'two', from: 6 })).toBe(false)
})

test('[RT2] each entry is put once: what was put already is not ahead', () => {
  const trail = standing(5)
  expect([4, 5, 6].map(seq => trail.isAhead(seq))).toEqual([false, false, true])
  trail.reach(6)
  expect(trail.at).toEqual({ era, seq: 6 })
  expect([trail.isAhead(6), trail.meets({ era, from: 7 })]).toEqual([false, true])
})

test('[RT3] behind one heartbeat a batch is under way, still behind it at the next something was lost', () => {
  const trail = standing(5)
  expect([5, 6, 7].map(seq => trail.lost({ era, seq }))).toEqual([false, false, true])
  trail.reach(7)
  expect([7, 8].map(seq => trail.lost({ era, seq }))).toEqual([false, false])
  trail.reach(8)
  expect(trail.lost({ era, seq: 9 })).toBe(false)
})

test('[RT3] a heartbeat of another era says so at once, and what one said before is forgotten with a new beginning', () => {
  const trail = standing(5)
  expect(trail.lost({ era: 'two', seq: 5 })).toBe(true)
  trail.lost({ era, seq: 9 })
  trail.begin({ era, seq: 6 })
  expect(trail.lost({ era, seq: 9 })).toBe(false)
  expect(trail.lost({ era, seq: 9 })).toBe(true)
})
