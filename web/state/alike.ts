import type { Conversation } from '@muster/shared/conversation.ts'

/** From so many on it is worth telling that they wrote nearly the same. */
const several = 3
const mostNamed = 20

/** Who wait having written nearly the same, and how the one of them who waits longest put it. */
export type AlikeGroup = { id: string; waiting: number; preview: string }

/** How many wait in a group; null where they are too few to tell of. */
export function toldAlike(counts: ReadonlyMap<string, number>, { alike }: Pick<Conversation, 'alike'>): number | null {
  const count = alike === null ? 0 : (counts.get(alike) ?? 0)
  return count >= several ? count : null
}

/** Those of a group that anybody can take, whoever waits longest first: of rows that keep their places, some may have gone. */
export function freeAlike(rows: readonly Conversation[], group: string): Conversation[] {
  const free = rows.flatMap(row => {
    const { alike, waitingSince: since, claim, replyTo } = row
    return alike === group && since !== null && claim === null && replyTo !== null ? { row, since } : []
  })
  return free.toSorted((one, other) => one.since - other.since).map(({ row }) => row)
}

/** Those that are worth telling of, the largest first, and the one that is `shown` however small it has become. */
export function alikeGroups(conversations: Iterable<Conversation>, shown: string | null = null): AlikeGroup[] {
  const groups = new Map<string, AlikeGroup & { since: number }>()
  for (const { alike, waitingSince: since, preview } of conversations) {
    if (alike === null || since === null) continue
    const group = groups.get(alike)
    if (group === undefined) groups.set(alike, { id: alike, waiting: 1, preview, since })
    else groups.set(alike, { ...group, waiting: group.waiting + 1, ...(since < group.since && { preview, since }) })
  }
  const told = [...groups.values()].filter(({ waiting }) => waiting >= several)
  const most = told.toSorted((one, other) => other.waiting - one.waiting).slice(0, mostNamed)
  if (shown === null || most.some(({ id }) => id === shown)) return most
  return [...most, groups.get(shown) ?? { id: shown, waiting: 0, preview: '' }]
}
