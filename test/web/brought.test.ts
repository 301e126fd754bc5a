import { expect, test } from 'vitest'
import { toTakeIn } from '../../web/state/brought.ts'

const draft = { text: 'Dear Kim,', savedAt: 1_000, brought: { text: 'Hi Kim!', epoch: 1 } }
const here = { text: 'Dear Kim, we', savedAt: 2_000 }

test('[MC20] what a merge brought is taken in once, below what is written meanwhile', () => {
  expect(toTakeIn(draft, here, '')).toBe('Hi Kim!')
  expect(toTakeIn(draft, here, 'Hi Kim!')).toBeNull()
  expect(toTakeIn(draft, { ...here, text: 'Dear Kim,\n\nHi Kim!' }, '')).toBeNull()
  expect(toTakeIn({ text: draft.text, savedAt: draft.savedAt }, here, '')).toBeNull()
  expect(toTakeIn({ ...draft, text: '' }, { text: '', savedAt: 0 }, '')).toBe('Hi Kim!')
})

test('[MC20] of what a second merge brought besides only that is taken in', () => {
  const more = { ...draft, brought: { text: 'Hi Kim!\n\nHello.', epoch: 1 } }
  expect(toTakeIn(more, { ...here, text: 'Dear Kim, we. Hi Kim!' }, 'Hi Kim!')).toBe('Hello.')
})

test('[MC20] a screen with an older text than the server takes nothing in: it would go over the newer one', () => {
  const newer = { ...draft, text: 'Dear Kim, we are on it.', savedAt: 3_000 }
  expect(toTakeIn(newer, here, '')).toBeNull()
  expect(toTakeIn(newer, { text: newer.text, savedAt: 2_000 }, '')).toBe('Hi Kim!')
})
