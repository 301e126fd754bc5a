import { SendingTimes } from '@muster/server/desk/sending-times.ts'
import { expect, test } from 'vitest'

test('[DL16] a few sendings that hang do not speak for the others, and a network that became slow does', () => {
  const times = new SendingTimes()
  expect(times.of('x').ms).toBe(500)
  for (let count = 0; count < 20; count++) times.note('x', count % 5 === 0 ? 10_000 : 100, 'over')
  expect(times.of('x').ms).toBe(100)
  for (let count = 0; count < 31; count++) times.note('x', 3_000, 'over')
  expect([times.of('x').ms, times.of('mail').ms]).toEqual([3_000, 500])
})

test('[DL16] a network that often takes nothing takes more tries, and fewer once it is well', () => {
  const times = new SendingTimes()
  expect(times.of('x').tries).toBe(1)
  for (let count = 0; count < 96; count++) times.note('x', 100, count % 4 > 0 ? 'over' : 'again')
  expect(times.of('x').tries).toBeCloseTo(4 / 3, 1)
  for (let count = 0; count < 96; count++) times.note('x', 100, 'over')
  expect(times.of('x').tries).toBe(1)
  for (let count = 0; count < 96; count++) times.note('x', 100, 'again')
  expect(times.of('x').tries).toBe(3)
  for (let count = 0; count < 96; count++) times.note('y', 100, count < 48 ? 'limited' : 'over')
  expect(times.of('y').tries).toBeLessThan(1.05)
})

test('[DL32] once a lane works again, how it went while it failed is forgotten, and of the others nothing is', () => {
  const times = new SendingTimes()
  for (let count = 0; count < 20; count++) for (const lane of ['x', 'mail']) times.note(lane, 10_000, 'again')
  times.forget('x')
  expect(times.of('x')).toEqual({ ms: 500, tries: 1 })
  expect(times.of('mail')).toEqual({ ms: 10_000, tries: 3 })
})
