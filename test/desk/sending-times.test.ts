import { SendingTimes } from '@muster/server/desk/sending-times.ts'
import { expect, test } from 'vitest'

test('[DL16] a few sendings that hang do not speak for the others, and a network that became slow does', () => {
  const times = new SendingTimes()
  expect(times.usual('x')).toBe(500)
  for (let count = 0; count < 20; count++) times.note('x', count % 5 === 0 ? 10_000 : 100)
  expect(times.usual('x')).toBe(100)
  for (let count = 0; count < 31; count++) times.note('x', 3_000)
  expect([times.usual('x'), times.usual('mail')]).toEqual([3_000, 500])
})
