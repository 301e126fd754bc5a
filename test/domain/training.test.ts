import {
  approvalsNeeded,
  awayAfterMs,
  defaultTraining,
  loadOf,
  mayBegin,
  noRecord,
  type ReviewLoad,
  spotShareOf,
  waitOf,
} from '@muster/shared/training-rules.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { histories } from '../support/histories.ts'

const idle: ReviewLoad = { waiting: 0, writing: 0, reviewers: 2, meanMs: 20_000 }
const load = fc.record({
  waiting: fc.nat(200),
  writing: fc.nat(200),
  reviewers: fc.nat(20),
  meanMs: fc.integer({ min: 1_000, max: 180_000 }),
})
const record = fc.nat(100).map(inARow => ({ ...noRecord, inARow }))

test('[LV3] with time and no record the share is the incident’s, and sinks with a good record', () => {
  expect(spotShareOf(noRecord, idle, defaultTraining)).toBe(0.34)
  expect(spotShareOf({ ...noRecord, inARow: 10 }, idle, defaultTraining)).toBeCloseTo(0.17)
})

test('[LV3] where the line is as long as it may be the share is the floor, and fewer approvals are asked for', () => {
  const full = { ...idle, waiting: 6 }
  expect(waitOf(full)).toBe(60_000)
  expect(spotShareOf(noRecord, full, defaultTraining)).toBe(0.05)
  expect([approvalsNeeded(idle, defaultTraining), approvalsNeeded(full, defaultTraining)]).toEqual([5, 2])
})

test('[LV3] whatever the line and the record, the share keeps between its floor and the incident’s', () => {
  fc.assert(
    fc.property(load, record, fc.nat(100), (line, one, more) => {
      const share = spotShareOf(one, line, defaultTraining)
      expect(share).toBeGreaterThanOrEqual(0.05)
      expect(share).toBeLessThanOrEqual(0.34)
      expect(spotShareOf({ ...one, inARow: one.inARow + more }, line, defaultTraining)).toBeLessThanOrEqual(share)
      expect(spotShareOf(one, { ...line, waiting: line.waiting + more }, defaultTraining)).toBeLessThanOrEqual(share)
      expect(approvalsNeeded(line, defaultTraining)).toBeGreaterThanOrEqual(2)
      expect(approvalsNeeded(line, defaultTraining)).toBeLessThanOrEqual(5)
    }),
    histories(200),
  )
})

test('[LV4] somebody new may begin while the line moves within the time a reply may wait', () => {
  expect(mayBegin({ ...idle, waiting: 5 }, defaultTraining)).toBe(true)
  expect(mayBegin({ ...idle, waiting: 6 }, defaultTraining)).toBe(false)
  expect(mayBegin({ ...idle, reviewers: 0, waiting: 2 }, defaultTraining)).toBe(true)
  expect(mayBegin({ ...idle, reviewers: 0, waiting: 3 }, defaultTraining)).toBe(false)
})

test('[LV4] what is being written counts whole for whoever would begin: all of it will be in the line', () => {
  expect(mayBegin({ ...idle, writing: 5 }, defaultTraining)).toBe(true)
  expect(mayBegin({ ...idle, waiting: 2, writing: 4 }, defaultTraining)).toBe(false)
})

test('[LV4] a reviewer who did nothing for minutes is not counted on', () => {
  const bench = {
    meanMs: 10_000,
    reviewers: [
      { id: 'rita', at: 0 },
      { id: 'ruth', at: 5_000 },
    ],
  }
  expect(loadOf(bench, 3, 1, awayAfterMs - 1).reviewers).toBe(2)
  expect(loadOf(bench, 3, 1, awayAfterMs)).toEqual({ waiting: 3, writing: 1, reviewers: 1, meanMs: 10_000 })
})
