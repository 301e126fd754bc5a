import type { Moment } from '@muster/shared/moment.ts'
import { beforeAll, expect, test } from 'vitest'
import { speak } from './speaking.ts'

const day = 86_400_000
const noon = new Date(2026, 4, 4, 12).getTime()
let pages: typeof import('../../web/state/moment-pages.ts')

beforeAll(async () => {
  await speak('en')
  pages = await import('../../web/state/moment-pages.ts')
})

const moment = (id: string, at: number): Moment => ({ id, type: 'incident/surged', at, by: null, detail: {} })
const idsOf = ({ moments }: { moments: Moment[] }) => moments.map(({ id }) => id)

test('[WB43] the newest page read again adds what is new, once, and keeps what was read before', () => {
  const known = { moments: [moment('c', 3), moment('b', 2), moment('a', 1)], next: '-1:a' }
  const newest = { moments: [moment('e', 5), moment('d', 4), moment('c', 3)], next: '-3:c' }
  const joined = pages.withNewest(known, newest)
  expect(idsOf(joined)).toEqual(['e', 'd', 'c', 'b', 'a'])
  expect(joined.next).toBe('-1:a')
  expect(pages.withNewest(joined, newest)).toEqual(joined)
})

test('[WB43] a newest page that does not meet what is known stands alone, without a gap', () => {
  const known = { moments: [moment('a', 1)], next: null }
  const newest = { moments: [moment('z', 9), moment('y', 8)], next: '-8:y' }
  expect(pages.withNewest(known, newest)).toEqual(newest)
})

test('[WB43] an older page follows, and its end is the new end', () => {
  const known = { moments: [moment('c', 3), moment('b', 2)], next: '-2:b' }
  const joined = pages.withOlder(known, { moments: [moment('b', 2), moment('a', 1)], next: null })
  expect(idsOf(joined)).toEqual(['c', 'b', 'a'])
  expect(joined.next).toBe(null)
})

test('[WB43] lines stand under the day on which they happened where they are read', () => {
  const days = pages.byDay([moment('c', noon + 60_000), moment('b', noon), moment('a', noon - day)])
  expect(days.map(({ moments }) => moments.length)).toEqual([2, 1])
  expect(pages.byDay([])).toEqual([])
})
