import type { LogMark, Observations, Read, Shown, Submission } from '../observation.ts'
import { type Fault, groupBy } from './fault.ts'
import { keptOf, keyOfPost } from './messages.ts'

type Sends = Pick<Observations, 'log' | 'guidance'>

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

/** Replies customers see that the gate must stop: with open blanks, with words nobody may say, or past the gate. */
export function ungatedSends(shown: readonly Shown[], sends: Sends): Fault[] {
  const guidance = guidanceAtSending(sends)
  return shown.flatMap(({ replyId, text }) => {
    const rules = guidance.get(replyId)
    if (rules === undefined) return [`reply ${replyId} was shown, and no entry says that it passed the gate`]
    if (/\[\[[^\]]*\]\]/.test(text)) return [`reply ${replyId} was shown with an open blank`]
    const words = rules.mustNotSay.find(words => plain(text).includes(plain(words)))
    return words === undefined ? [] : [`reply ${replyId} was shown and says "${words}"`]
  })
}

/** Replies that were let go under older guidance than was current in the log by then. */
export function staleSends(submissions: readonly Submission[], { log, guidance }: Sends): Fault[] {
  const written = new Map(submissions.map(({ replyId, epoch }) => [replyId, epoch]))
  let current = guidance.epoch
  return log.flatMap(mark => {
    if (mark.guidance !== null) current = mark.guidance.epoch
    const epoch = mark.type === 'reply/sending' ? written.get(mark.replyId ?? '') : undefined
    if (epoch === undefined || epoch >= current) return []
    return [`entry ${mark.seq} lets reply ${mark.replyId} go, written under epoch ${epoch} while ${current} is current`]
  })
}

/** Replies customers see that nobody wrote, that say something else than was written, or stand under no message of theirs. */
export function alteredReplies({
  shown,
  submissions,
  posts,
}: Pick<Observations, 'shown' | 'submissions' | 'posts'>): Fault[] {
  const texts = new Map(submissions.map(({ replyId, text }) => [replyId, text]))
  const writers = new Map(posts.map(post => [keyOfPost(post), post.address]))
  return shown.flatMap(({ replyId, text, channelId, inReplyTo, address }) => {
    const written = texts.get(replyId)
    if (written === undefined) return [`reply ${replyId} was written by nobody`]
    const asked = writers.get(keyOfPost({ channelId, externalId: String(inReplyTo) }))
    if (asked !== address)
      return [`reply ${replyId} to ${address} stands under ${inReplyTo}, which ${asked ?? 'nobody'} wrote`]
    return written === text ? [] : [`reply ${replyId} says "${text}", but "${written}" was written`]
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

/** What was forbidden when a reply was last let go. */
function guidanceAtSending({ log, guidance }: Sends): Map<string, NonNullable<LogMark['guidance']>> {
  let current = guidance
  const found = new Map<string, NonNullable<LogMark['guidance']>>()
  for (const mark of log) {
    if (mark.guidance !== null) current = mark.guidance
    if (mark.type === 'reply/sending' && mark.replyId !== null) found.set(mark.replyId, current)
  }
  return found
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Cf}/gu, '')
    .split(/\s+/)
    .join(' ')
}
