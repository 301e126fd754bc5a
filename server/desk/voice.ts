import type { Conversation } from '@muster/shared/conversation.ts'
import { keyOf } from '../domain/indexes.ts'
import type { LogLine, Store } from '../store/store.ts'

/**
 * What customers said stands in records alone, where it can be taken away. The log and the remembered answers, which nobody
 * changes afterwards, keep conversations without it:
 *
 *     decided ─▶ silenced ─▶ the store's log and memory ─▶ voiced, by what the record says then ─▶ whoever reads
 */
type Held = { conversation?: Conversation; other?: Conversation; claimed?: readonly Held[] }
type Reading = Pick<Store, 'read'>
type Words = Pick<Conversation, 'subject' | 'preview'>

const nothing: Words = { subject: null, preview: '' }

/** Without what its conversations say. */
export function silenced<T extends object>(held: T): T {
  return withWords(held, () => nothing)
}

/** With what its conversations say today; what is gone says nothing. */
export async function voiced<T extends object>(store: Reading, room: string, held: readonly T[]): Promise<T[]> {
  const ids = new Set<string>()
  for (const each of held) {
    withWords(each, conversation => {
      ids.add(conversation.id)
      return conversation
    })
  }
  if (ids.size === 0) return [...held]
  const { records } = await store.read(room, [...ids].map(keyOf.conversation))
  const words = new Map(records.flatMap(record => (record ? [wordsOf(record.value as Conversation)] : [])))
  return held.map(each => withWords(each, ({ id }) => words.get(id) ?? nothing))
}

export async function voicedLines(store: Reading, room: string, lines: readonly LogLine[]): Promise<LogLine[]> {
  const told = await voiced(
    store,
    room,
    lines.map(line => line.told),
  )
  return lines.map(({ seq }, at) => ({ seq, told: told[at] ?? {} }))
}

function wordsOf({ id, subject, preview }: Conversation): [string, Words] {
  return [id, { subject, preview }]
}

function withWords<T extends object>(held: T, wordsFor: (conversation: Conversation) => Words): T {
  const { conversation, other, claimed } = held as Held
  const say = (each: Conversation) => {
    const { subject, preview } = wordsFor(each)
    return { ...each, subject, preview }
  }
  return {
    ...held,
    ...(conversation && { conversation: say(conversation) }),
    ...(other && { other: say(other) }),
    ...(claimed && { claimed: claimed.map(each => withWords(each, wordsFor)) }),
  }
}
