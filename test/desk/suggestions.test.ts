import { Suggestions } from '@muster/server/desk/suggestions.ts'
import { keyOf } from '@muster/server/domain/indexes.ts'
import { trainTopics } from '@muster/server/text/topic-model.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import { expect, test } from 'vitest'
import { waitingOf } from '../support/room-records.ts'

const cards = ['My card was declined twice.', 'Card payment fails.', 'The payment by card is declined again.']
const login = ['I cannot sign in.', 'My password is refused.', 'Sign in fails with my password.']

/** A log that grows, as the store reads it out. */
function logOf(lines: Record<string, unknown>[]) {
  const reads: number[] = []
  const conversationAt = (key: string) =>
    lines.map(({ conversation }) => conversation as Conversation).find(({ id }) => keyOf.conversation(id) === key)
  return {
    reads,
    read: async (_: string, keys: readonly string[]) => ({
      now: 0,
      records: keys.map(key => ({ version: 'one', indexes: {}, value: conversationAt(key) })),
    }),
    lines: async (_: string, at: { era: string; seq: number }, limit: number) => {
      reads.push(at.seq)
      const top = { era: 'one', seq: lines.length }
      if (at.era !== 'one') return { type: 'reset' as const, at: top }
      const page = lines.slice(at.seq, at.seq + limit).map((told, index) => ({ seq: at.seq + index + 1, told }))
      return { type: 'resumed' as const, at: top, lines: page }
    },
  }
}

function tagged(preview: string, topics: string[]): Record<string, unknown> {
  return { type: 'conversation/tagged', conversation: waitingOf(preview, { preview, topics }) }
}

const about = (preview: string): Conversation => waitingOf('asked', { preview })

test('[TX6] what people tagged is suggested for what is like it, and what a topic’s own words found teaches nothing', async () => {
  const found = { type: 'message/arrived', conversation: waitingOf('a', { preview: 'My card', topics: ['login'] }) }
  const lines = [found, ...cards.map(text => tagged(text, ['cards'])), ...login.map(text => tagged(text, ['login']))]
  const suggestions = new Suggestions(logOf(lines), trainTopics, () => 0)
  const [likeliest] = await suggestions.of('i1', about('Why is my card declined?'))
  expect(likeliest).toMatchObject({ topic: 'cards' })
  expect((await suggestions.of('i1', about('My password fails')))[0]).toMatchObject({ topic: 'login' })
})

test('[TX6] what is tagged later is learnt within half a minute, from where the log was left', async () => {
  const lines = cards.map(text => tagged(text, ['cards']))
  let now = 0
  const log = logOf(lines)
  const suggestions = new Suggestions(log, trainTopics, () => now)
  expect(await suggestions.of('i1', about('My password is refused'))).toEqual([])
  lines.push(...login.map(text => tagged(text, ['login'])))
  now = 29_999
  expect(await suggestions.of('i1', about('My password is refused'))).toEqual([])
  now = 30_000
  expect((await suggestions.of('i1', about('My password is refused')))[0]).toMatchObject({ topic: 'login' })
  expect(log.reads).toEqual([0, 0, cards.length])
})

test('[TX6] however many open a conversation at once, it is learnt once', async () => {
  let lessons = 0
  const train = () => {
    lessons++
    return { suggest: () => [] }
  }
  const suggestions = new Suggestions(logOf(cards.map(text => tagged(text, ['cards']))), train, () => 0)
  await Promise.all(Array.from({ length: 20 }, () => suggestions.of('i1', about('Why?'))))
  expect(lessons).toBe(1)
})
