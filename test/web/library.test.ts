import type { Wording } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import { isOver, libraryOf } from '../../web/state/library.ts'
import { wordingOf } from '../support/room-records.ts'

const ada = { id: 'ada', name: 'Ada' }

function published(id: string, given: Partial<Wording> = {}): Wording {
  return { ...wordingOf(id), epoch: 1, owner: ada, approvedBy: ada, publishedAt: 1, ...given }
}

test('[WB100] what can be used stands first, the newest at the head, and what has expired last', () => {
  const wordings = [
    published('over', { publishedAt: 9, expiresAt: 100 }),
    published('old'),
    published('new', { publishedAt: 5, expiresAt: 101 }),
  ]
  const at = (now: number) => libraryOf(wordings, now).approved.map(({ id }) => id)
  expect(at(99)).toEqual(['over', 'new', 'old'])
  expect(at(100)).toEqual(['new', 'old', 'over'])
  expect(isOver({ expiresAt: null }, Number.MAX_SAFE_INTEGER)).toBe(false)
})

test('[WB101] what is proposed stands apart, the oldest first', () => {
  const proposed = { approvedBy: null, epoch: 0 }
  const wordings = [
    published('later', { ...proposed, publishedAt: 7 }),
    published('first', proposed),
    published('done'),
  ]
  const library = libraryOf(wordings, 0)
  expect(library.proposed.map(({ id }) => id)).toEqual(['first', 'later'])
  expect(library.approved.map(({ id }) => id)).toEqual(['done'])
})
