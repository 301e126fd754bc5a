import type { Entry } from '@muster/shared/entry.ts'
import type { Batch, Snapshot } from '@muster/shared/protocol.ts'
import { expect, test } from 'vitest'
import { Place } from '../../load/scripts/place.ts'

const era = 'first'

function entries(from: number, to: number): Entry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({ seq: from + index }) as Entry)
}

function batch(from: number, to: number, of = era): Batch {
  return { incidentId: 'incident', era: of, from, entries: entries(from, to) }
}

function placeAt(seq: number): Place {
  const place = new Place()
  place.begin({ type: 'reset', snapshot: { at: { era, seq } } as Snapshot, present: [] })
  return place
}

test('[RT2] contiguous batches are neither gap nor repeat', () => {
  const place = placeAt(4)
  place.goOn(batch(5, 7))
  place.goOn(batch(8, 8))
  expect(place).toMatchObject({ at: { era, seq: 8 }, gaps: 0, repeats: 0 })
})

test('[RT2] what was left out between or within batches is counted, and counted once', () => {
  const place = placeAt(4)
  place.goOn(batch(7, 8))
  place.goOn({ ...batch(9, 11), entries: [...entries(9, 9), ...entries(11, 11)] })
  place.goOn(batch(12, 12))
  expect(place).toMatchObject({ at: { era, seq: 12 }, gaps: 3, repeats: 0 })
})

test('[RT2] what is told again is counted', () => {
  const place = placeAt(4)
  place.goOn(batch(4, 6))
  place.goOn(batch(6, 7))
  expect(place).toMatchObject({ at: { era, seq: 7 }, gaps: 0, repeats: 2 })
})

test('[RT1] a resumed watch must bring everything from the cursor to its position', () => {
  const whole = placeAt(4)
  whole.begin({ type: 'resumed', at: { era, seq: 6 }, entries: entries(5, 6), present: [] })
  expect(whole.gaps).toBe(0)
  const part = placeAt(4)
  part.begin({ type: 'resumed', at: { era, seq: 9 }, entries: entries(5, 6), present: [] })
  expect(part.gaps).toBe(3)
})

test('[RT3] a heartbeat tells silence from loss: what it names must be here by the next', () => {
  const place = placeAt(4)
  place.hear({ era, seq: 6 })
  expect(place.gaps).toBe(0)
  place.hear({ era, seq: 6 })
  expect(place.gaps).toBe(2)
})
