import { notFound } from '@muster/shared/not-found.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { beforeAll, expect, test } from 'vitest'
import { waitingOf } from '../support/room-records.ts'
import { speak } from './speaking.ts'

let several: typeof import('../../web/state/several.ts')
let sentences: typeof import('../../web/state/sentences.ts')

beforeAll(async () => {
  await speak('en')
  several = await import('../../web/state/several.ts')
  sentences = await import('../../web/state/sentences.ts')
})

const lou = { id: 'lou', name: 'Lou' }
const taken: Refusal = { code: 'already-claimed', sentence: '', holder: lou }
const tooMany: Refusal = { code: 'too-many-claims', sentence: '' }
const answerOf = (claimed: number, refusals: Refusal[]) => ({
  claimed: Array.from({ length: claimed }, (_, index) => ({ conversation: waitingOf(`c${index}`) })),
  refused: refusals.map((refusal, index) => ({ conversationId: `r${index}`, refusal })),
})

test('[WB63] what was not claimed is told with its reasons, each counted', () => {
  expect(several.claimedSentence(answerOf(3, []))).toBeNull()
  expect(several.claimedSentence(answerOf(1, [taken]))).toBe('1 claimed. Not claimed: 1 that somebody else answers.')
  expect(several.claimedSentence(answerOf(2, [taken, tooMany, taken, notFound('conversation')]))).toBe(
    '2 claimed. Not claimed: 2 that others answer, 1 more than you may hold, and 1 that cannot be held.',
  )
})

test('[WB63] who is refused a choice reads since when somebody waits, and what to do', () => {
  const waitingSince = new Date().setHours(9, 5, 0, 0)
  const told = sentences.refusalSentence({ code: 'oldest-first', sentence: '', waitingSince })
  expect(told).toMatch(/waited since .*0?9:05.*Take the next one first/)
})
