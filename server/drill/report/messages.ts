import type { Post, Read } from '../observation.ts'
import { type Fault, groupBy } from './fault.ts'

type Kept = Read['messages'][number]

export function keyOfPost({ channelId, externalId }: { channelId: string; externalId: string }): string {
  return `${channelId}/${externalId}`
}

/** Messages that were refused, or had no good answer by the end however often they were posted. */
export function turnedAway(posts: readonly Post[]): Fault[] {
  return posts
    .filter(({ acknowledgedAt }) => acknowledgedAt === null)
    .map(
      ({ externalId, refused, times }) =>
        `message ${externalId} was ${refused === null ? `posted ${times} times in vain` : `refused with ${refused}`}`,
    )
}

/** Messages that were acknowledged to their network and are in no conversation. */
export function lost(posts: readonly Post[], read: readonly Read[]): Fault[] {
  const kept = keptOf(read)
  return posts
    .filter(post => post.acknowledgedAt !== null && !kept.has(keyOfPost(post)))
    .map(post => `message ${post.externalId} of ${post.address} was acknowledged and is nowhere`)
}

/** Messages that stand in conversations more than once. */
export function duplicates(read: readonly Read[]): Fault[] {
  return [...keptOf(read)]
    .filter(([, copies]) => copies.length > 1)
    .map(([key, copies]) => `message ${key} is stored ${copies.length} times`)
}

/** Messages whose text is not what its customer wrote. */
export function altered(posts: readonly Post[], read: readonly Read[]): Fault[] {
  const kept = keptOf(read)
  return posts.flatMap(post => {
    const copies = kept.get(keyOfPost(post)) ?? []
    const other = copies.find(({ text }) => text !== post.text)
    return other === undefined ? [] : [`message ${post.externalId} says "${other.text}", but was "${post.text}"`]
  })
}

/** Messages nobody wrote. */
export function invented(posts: readonly Post[], read: readonly Read[]): Fault[] {
  const known = new Set(posts.map(keyOfPost))
  return [...keptOf(read).keys()].filter(key => !known.has(key)).map(key => `message ${key} was written by nobody`)
}

export function keptOf(read: readonly Read[]): Map<string, Kept[]> {
  return groupBy(
    read.flatMap(({ messages }) => messages),
    keyOfPost,
  )
}
