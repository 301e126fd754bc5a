import type { Observations, Post, Read, Shown } from '../observation.ts'
import { groupBy } from './fault.ts'
import { keyOfPost } from './messages.ts'

export type Percentiles = { p50: number; p95: number; p99: number; count: number }

/** By nearest rank, in whole ms; zeros where nothing was measured. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0)
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), count: sorted.length }
}

/** From a customer's sending, until each sampled screen was told of the message. */
export function visibleMs({ posts, read, sights }: Pick<Observations, 'posts' | 'read' | 'sights'>): number[] {
  const sentAt = new Map(posts.map(post => [keyOfPost(post), post.sentAt]))
  return messagesOf(read).flatMap(message => {
    const sent = sentAt.get(keyOfPost(message))
    const times = sights.get(message.id) ?? []
    return sent === undefined ? [] : times.map(at => at - sent)
  })
}

/** From a customer's first message to the first reply they see. */
export function firstReplyMs(posts: readonly Post[], shown: readonly Shown[]): number[] {
  const first = groupBy(shown, ({ address }) => address)
  return [...groupBy(posts, ({ address }) => address)].flatMap(([address, written]) => {
    const reply = first.get(address)?.[0]
    return reply === undefined ? [] : [reply.at - Math.min(...written.map(({ sentAt }) => sentAt))]
  })
}

/** Messages no sampled screen was ever told of. */
export function unseen({ read, sights }: Pick<Observations, 'read' | 'sights'>): string[] {
  return messagesOf(read)
    .filter(({ id }) => !sights.has(id))
    .map(({ id }) => `message ${id} is stored, and no sampled screen was told of it`)
}

function messagesOf(read: readonly Read[]): Read['messages'] {
  return read.flatMap(({ messages }) => messages)
}
