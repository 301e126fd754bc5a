import { Place } from '@muster/server/drill/place.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { Batch } from '@muster/shared/protocol.ts'
import { beforeEach, expect, test } from 'vitest'
import { conversation, entry, snapshot } from './run-builders.ts'

let place: Place
let heard: number[]

beforeEach(() => {
  heard = []
  place = new Place({ whole: true, onEntry: ({ seq }) => heard.push(seq) })
  place.begin(snapshot())
})

function entries(from: number, to: number): Entry[] {
  return Array.from({ length: to - from + 1 }, (_, index) =>
    entry({ seq: from + index, type: 'message/arrived', conversation: conversation(), messageId: 'm' }),
  )
}

function batch(from: number, to: number, era = 'e'): Batch {
  return { incidentId: 'i-1', era, from, entries: entries(from, to) }
}

test('[OP4] a screen applies every later entry once, in order, however often it is told', () => {
  expect(place.take(batch(5, 6))).toBe(true)
  expect(place.take(batch(3, 8))).toBe(true)
  expect(place.take(batch(7, 7))).toBe(true)
  expect(heard).toEqual([5, 6, 7, 8])
  expect(place.at).toEqual({ era: 'e', seq: 8 })
  expect(place.gaps).toEqual([])
})

test('[OP4] entries that are missing between two are a gap, and nothing after it is applied', () => {
  expect(place.take(batch(6, 7))).toBe(false)
  expect(place.gaps).toEqual(['entry 6 came after 4'])
  expect(place.at?.seq).toBe(4)
  const holed = { ...batch(5, 8), entries: entries(5, 8).filter(({ seq }) => seq !== 7) }
  expect(place.take(holed)).toBe(false)
  expect(place.gaps).toHaveLength(2)
  expect(heard).toEqual([5, 6])
})

test('[OP4] a batch of another history is no gap: the screen watches again', () => {
  expect(place.take(batch(5, 5, 'another'))).toBe(false)
  expect(place.gaps).toEqual([])
})

test('[OP4] a resumed watch must bring everything up to where it says it is', () => {
  place.resume({ type: 'resumed', at: { era: 'e', seq: 6 }, entries: entries(5, 6), present: [] })
  expect(place.gaps).toEqual([])
  place.resume({ type: 'resumed', at: { era: 'e', seq: 9 }, entries: entries(7, 8), present: [] })
  expect(place.gaps).toEqual(['a watch resumed from 6 with entries up to 8, and called that 9'])
  place.resume({ type: 'resumed', at: { era: 'e', seq: 11 }, entries: entries(11, 11), present: [] })
  expect(place.gaps.slice(1)).toEqual([
    'entry 11 came after 9',
    'a watch resumed from 9 with entries up to 9, and called that 11',
  ])
})

test('[OP4] silence is told from loss: what a top named must have come by the next', () => {
  const at = (seq: number) => ({ era: 'e', seq })
  expect(place.hearTop(at(6))).toBe(true)
  place.take(batch(5, 6))
  expect(place.hearTop(at(7))).toBe(true)
  expect(place.hearTop(at(7))).toBe(false)
  expect(place.gaps).toEqual(['nothing came after 6 although the log had got to 7'])
  place.reconnected()
  expect(place.hearTop(at(9))).toBe(true)
})

test('[OP4] a screen that comes back with an old cursor is told again what it forgot, and ends where the log ends', () => {
  place.take(batch(5, 9))
  place.rewind(3)
  expect(place.at?.seq).toBe(6)
  place.resume({ type: 'resumed', at: { era: 'e', seq: 10 }, entries: entries(7, 10), present: [] })
  expect(place.at?.seq).toBe(10)
  expect(place.gaps).toEqual([])
  expect(heard).toEqual([5, 6, 7, 8, 9, 10])
})
