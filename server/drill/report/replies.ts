import type { Observations, Read, Shown, Submission } from '../observation.ts'
import { type Fault, groupBy } from './fault.ts'
import { keptOf, keyOfPost } from './messages.ts'

/**
 * Customers who see two replies to one message. A reply stands under the last message it answers and answers everything
 * before it too: so of one customer each next reply must stand under a later message than the one before.
 */
export function doubleReplies(shown: readonly Shown[], read: readonly Read[]): Fault[] {
  const kept = keptOf(read)
  return [...groupBy(shown, ({ channelId, address }) => `${channelId}/${address}`)].flatMap(([customer, replies]) => {
    const seen = new Set<string>()
    let answered = 0
    return replies.flatMap(({ channelId, replyId, inReplyTo }) => {
      const under = String(inReplyTo)
      const number = kept.get(keyOfPost({ channelId, externalId: under }))?.[0]?.number ?? Infinity
      const double = number <= answered || seen.has(under) || seen.has(replyId)
      if (number < Infinity) answered = Math.max(answered, number)
      seen.add(under).add(replyId)
      return double ? [`${customer} sees reply ${replyId} under ${under}, which was answered already`] : []
    })
  })
}

type Written = Pick<Observations, 'shown' | 'submissions' | 'approvings' | 'posts'>

/**
 * Replies customers see that nobody wrote, that say something else than was written or than their reviewer made of it, or
 * stand under no message of theirs.
 */
export function alteredReplies({ shown, submissions, approvings, posts }: Written): Fault[] {
  const texts = new Map(submissions.map(({ replyId, text }) => [replyId, [text]]))
  // A yes that was refused made nothing of it. One without an answer may have.
  for (const { replyId, text } of approvings.filter(({ accepted }) => accepted !== false)) {
    const approved = approvings.some(each => each.replyId === replyId && each.accepted === true)
    texts.set(replyId, approved ? [text] : [...(texts.get(replyId) ?? []), text])
  }
  const writers = new Map(posts.map(post => [keyOfPost(post), post.address]))
  return shown.flatMap(({ replyId, text, channelId, inReplyTo, address }) => {
    const written = texts.get(replyId)
    if (written === undefined) return [`reply ${replyId} was written by nobody`]
    const asked = writers.get(keyOfPost({ channelId, externalId: String(inReplyTo) }))
    if (asked !== address)
      return [`reply ${replyId} to ${address} stands under ${inReplyTo}, which ${asked ?? 'nobody'} wrote`]
    return written.includes(text)
      ? []
      : [`reply ${replyId} says "${text}", but "${written.join('" or "')}" was written`]
  })
}

/** Replies that were accepted from their writer and are nowhere. */
export function lostReplies(submissions: readonly Submission[], read: readonly Read[]): Fault[] {
  const kept = new Set(read.flatMap(({ replies }) => replies.map(({ id }) => id)))
  return submissions
    .filter(({ accepted, replyId }) => accepted === true && !kept.has(replyId))
    .map(({ person, replyId }) => `reply ${replyId} of ${person} was accepted and is nowhere`)
}

/** Replies that stand as sent and that no customer sees. */
export function phantomReplies(shown: readonly Shown[], read: readonly Read[]): Fault[] {
  const seen = new Set(shown.map(({ replyId }) => replyId))
  return read
    .flatMap(({ replies }) => replies)
    .filter(({ id, state }) => state === 'sent' && !seen.has(id))
    .map(({ id }) => `reply ${id} stands as sent, and its customer never saw it`)
}
