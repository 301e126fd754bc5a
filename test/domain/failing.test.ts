import { type Failing, failsForSeveral, isFailing, type Recovered } from '@muster/server/domain/failing.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { expect, test } from 'vitest'
import { muster, nextId } from '../support/builders.ts'
import { Records } from '../support/records.ts'

const now = 1_000_000
const minute = 60_000

function setup() {
  const room = new Records()
  const tried = (at: number, againAfterMs: number | null, replyId = 'one', incidentId = 'checkout') =>
    room.give({ id: nextId(), type: 'lane/tried', lane: 'posts', incidentId, replyId, againAfterMs }, muster, at)
  const known = () => room.get<Failing>(company.failing('posts'))
  const fails = (at: number) => {
    const failing = known()
    return failing !== null && isFailing(failing, at)
  }
  const recovered = () => room.get<Recovered>(company.recovered('posts'))
  return { tried, known, fails, recovered }
}

test('[DL30] three tries in a row that were put off make a lane failing, the first that is taken ends it', () => {
  const { tried, known, fails } = setup()
  tried(now, 2_000)
  tried(now + 2_000, 4_000)
  expect(fails(now + 2_000)).toBe(false)
  tried(now + 6_000, 8_000)
  expect(fails(now + 6_000)).toBe(true)
  expect(known()).toMatchObject({ tries: 3, since: now, lastAt: now + 6_000, nextAt: now + 14_000 })
  tried(now + 7_000, null, 'two')
  expect(known()).toBeNull()
  expect(tried(now + 8_000, null, 'two').type).toBe('unchanged')
})

test('[DL32] that a lane works again is known where it was failing, and not after a stumble', () => {
  const { tried, recovered } = setup()
  for (const id of ['one', 'two', 'three', 'four']) tried(now, 2_000, id)
  tried(now + 1_000, null)
  expect(recovered()).toBeNull()
  for (const at of [2_000, 4_000, 8_000]) tried(now + at, 8_000)
  expect(recovered()).toBeNull()
  tried(now + 9_000, null)
  expect(recovered()).toEqual({ at: now + 9_000 })
  tried(now + 10_000, null)
  expect(recovered()).toEqual({ at: now + 9_000 })
})

test('[DL30] many that are put off in one moment are a stumble', () => {
  const { tried, fails } = setup()
  for (const id of ['one', 'two', 'three', 'four']) tried(now, 2_000, id)
  expect(fails(now)).toBe(false)
  tried(now + 3_000, 4_000)
  expect(fails(now + 3_000)).toBe(true)
})

test('[DL30] where nothing was tried for a minute after it was due nothing is known, and it is counted anew', () => {
  const { tried, known, fails } = setup()
  for (const at of [0, 2_000, 6_000]) tried(now + at, 8_000)
  const forgottenAt = now + 14_000 + minute
  expect([fails(forgottenAt), fails(forgottenAt + 1)]).toEqual([true, false])
  tried(forgottenAt + 1, 2_000)
  expect(known()).toMatchObject({ tries: 1, since: forgottenAt + 1 })
})

test('[CL30] one reply that is tried often is one; in another incident it is another', () => {
  const { tried, known } = setup()
  const several = () => failsForSeveral(known() as Failing)
  for (const at of [0, 2_000, 6_000, 14_000]) tried(now + at, 16_000)
  tried(now + 15_000, 2_000, 'two')
  expect(several()).toBe(false)
  tried(now + 16_000, 2_000, 'one', 'login')
  expect(several()).toBe(true)
  tried(now + 17_000, 4_000, 'three')
  expect(known()?.whose.map(({ replyId }) => replyId)).toEqual(['two', 'one', 'three'])
})
