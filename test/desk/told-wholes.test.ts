import { ToldWholes } from '@muster/server/desk/told-wholes.ts'
import { newBudget, spend, tell } from '@muster/server/domain/budget.ts'
import { expect, test } from 'vitest'

const now = 1_000_000_000
const limit = { pool: 'posts', most: 100, perMs: 900_000, points: 1 }
const toldOf = (left: number, at = now) => tell(newBudget, { left, resetsAt: at + limit.perMs }, 0, at)

test('[DL16] what a network said it allows is looked ahead by after it said so, and never more than it documents', () => {
  const wholes = new ToldWholes()
  const spent = spend(newBudget, [limit], now, 10)
  expect(wholes.of(limit, spent, newBudget, now).most).toBe(100)
  expect(wholes.of(limit, spent, toldOf(500), now).most).toBe(100)
  expect(wholes.of(limit, spent, toldOf(50), now).most).toBe(60)
  // A larger whole may be one of sends that were refused.
  expect(wholes.of(limit, spent, toldOf(70), now).most).toBe(60)
  expect(wholes.of(limit, newBudget, newBudget, now + 2 * limit.perMs).most).toBe(60)
  expect(wholes.of({ ...limit, pool: 'others' }, spent, newBudget, now).most).toBe(100)
  expect(wholes.of(limit, newBudget, newBudget, now + 3 * limit.perMs).most).toBe(100)
})
