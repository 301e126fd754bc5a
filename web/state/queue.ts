import type { Conversation } from '@muster/shared/conversation.ts'

export type Filter = 'waiting' | 'mine' | 'all' | 'answered'

export type Sieve = { filter: Filter; search: string; personId: string }

export type Counts = {
  waiting: number
  held: number
  mine: number
  answered: number
  all: number
  oldest: number | null
}

/** The queue as one person wants to see it: waiting and free first, the oldest at the top; then held ones; then the rest, newest first. */
export function arrange(conversations: Iterable<Conversation>, sieve: Sieve): Conversation[] {
  const words = sieve.search.toLowerCase().split(/\s+/).filter(Boolean)
  const rows: Conversation[] = []
  for (const conversation of conversations) {
    if (passes(conversation, sieve) && matches(conversation, words)) rows.push(conversation)
  }
  return rows.sort(compare)
}

export function tally(conversations: Iterable<Conversation>, personId: string): Counts {
  const counts: Counts = { waiting: 0, held: 0, mine: 0, answered: 0, all: 0, oldest: null }
  for (const { waitingSince, claim } of conversations) {
    counts.all += 1
    if (claim) counts.held += 1
    if (claim?.holder.id === personId) counts.mine += 1
    if (waitingSince === null) counts.answered += 1
    else {
      counts.waiting += 1
      counts.oldest = Math.min(counts.oldest ?? waitingSince, waitingSince)
    }
  }
  return counts
}

function passes({ waitingSince, claim }: Conversation, { filter, personId }: Sieve): boolean {
  if (filter === 'waiting') return waitingSince !== null
  if (filter === 'answered') return waitingSince === null
  if (filter === 'mine') return claim?.holder.id === personId
  return true
}

const searchable = new WeakMap<Conversation, string>()

function matches(conversation: Conversation, words: readonly string[]): boolean {
  if (words.length === 0) return true
  let text = searchable.get(conversation)
  if (text === undefined) {
    const { human, subject, preview, claim } = conversation
    text = [human.name, human.address, subject, preview, claim?.holder.name].join('\n').toLowerCase()
    searchable.set(conversation, text)
  }
  return words.every(word => text.includes(word))
}

function rank({ waitingSince, claim }: Conversation): number {
  if (waitingSince === null) return 2
  return claim === null ? 0 : 1
}

function compare(one: Conversation, other: Conversation): number {
  const ranks = rank(one) - rank(other)
  if (ranks !== 0) return ranks
  const times =
    one.waitingSince !== null && other.waitingSince !== null
      ? one.waitingSince - other.waitingSince
      : other.lastMessageAt - one.lastMessageAt
  return times !== 0 ? times : one.id < other.id ? -1 : 1
}
