import { samenessOf } from '@muster/shared/channel.ts'
import { expect, test } from 'vitest'
import { lena, nextId, roomWithCustomer } from '../support/builders.ts'
import { hookChannel } from '../support/post.ts'

const start = 1_000_000

test('[GT2] what cannot be used of several patterns is named as the field it stands in, with its number', () => {
  const { room, incidentId } = roomWithCustomer(start)
  const facts = { know: '', maySay: '', mustNotSay: [], example: '', nextUpdateAt: null }
  const publish = { type: 'facts/publish', incidentId, epoch: 1, ...facts } as const
  const patterns = ['\\d+ euros?', '(unclosed', 'x*'].map(pattern => ({ pattern, why: 'Sums are for finance.' }))
  const refused = room.give({ id: nextId(), ...publish, mustNotMatch: patterns }, lena, start)
  expect(refused).toMatchObject({
    refusal: {
      code: 'conflict',
      field: 'mustNotMatch.1.pattern',
      sentence: expect.stringMatching(/^Pattern 2, "\(unclosed", cannot be used: /),
    },
  })
  const empty = room.give({ id: nextId(), ...publish, mustNotMatch: patterns.toSpliced(1, 1) }, lena, start)
  expect(empty).toMatchObject({ refusal: { field: 'mustNotMatch.1.pattern' } })
  expect(room.give({ id: nextId(), ...publish, mustNotMatch: patterns.slice(0, 1) }, lena, start).type).toBe('change')
})

test('[GT5] how like may be is as usual for its kind, the channel’s own, or off', () => {
  const { settings } = hookChannel('posts').channel
  const own = { likeness: 0.9, allowed: 2 }
  expect(samenessOf({ settings, sameness: null })).toEqual({ likeness: 0.8, allowed: 0 })
  expect(samenessOf({ settings, sameness: own })).toEqual(own)
  expect(samenessOf({ settings, sameness: 'off' })).toBeNull()
})
