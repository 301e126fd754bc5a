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

/** Those that are worth telling of, the largest first. */
export function alikeGroups(conversations: Iterable<Conversation>): AlikeGroup[] {
  const groups = new Map<string, AlikeGroup & { since: number }>()
  for (const { alike, waitingSince: since, preview } of conversations) {
    if (alike === null || since === null) continue
    const group = groups.get(alike)
    if (group === undefined) groups.set(alike, { id: alike, waiting: 1, preview, since })
    else groups.set(alike, { ...group, waiting: group.waiting + 1, ...(since < group.since && { preview, since }) })
  }
  const told = [...groups.values()].filter(({ waiting }) => waiting >= several)
  return told.toSorted((one, other) => other.waiting - one.waiting).slice(0, mostNamed)
}
