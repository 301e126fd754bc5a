import type { Grant, LogMark } from '../observation.ts'
import { type Fault, groupBy } from './fault.ts'

/**
 * Claims that two people held at once: as they were told themselves (one fence, two people), and by the log, where
 * between two claims of different people the first must have ended. A lease that ran out may be followed by the next
 * claim without a word: that shows in the times, which are the store's.
 */
export function doubleClaims(grants: readonly Grant[], log: readonly LogMark[]): Fault[] {
  return [...doubleGrants(grants), ...overlaps(log), ...contradictions(grants, log)]
}

function doubleGrants(grants: readonly Grant[]): Fault[] {
  const byFence = groupBy(grants, ({ conversationId, fence }) => `${conversationId} under fence ${fence}`)
  return [...byFence]
    .map(([key, group]) => [key, new Set(group.map(({ person }) => person))] as const)
    .filter(([, people]) => people.size > 1)
    .map(([key, people]) => `${[...people].join(' and ')} were both told they hold ${key}`)
}

function overlaps(log: readonly LogMark[]): Fault[] {
  const faults: Fault[] = []
  const last = new Map<string, LogMark['conversation']>()
  for (const { seq, type, at, conversation } of log) {
    if (conversation === null) continue
    const former = last.get(conversation.id)?.claim ?? null
    last.set(conversation.id, conversation)
    const { claim } = conversation
    // Handed over, it passes from a living claim to another.
    if (type !== 'conversation/claimed' || claim === null || former === null) continue
    const lives = former.replyId !== null || former.until > at
    if (lives && former.fence !== claim.fence) {
      faults.push(
        `entry ${seq} gives ${conversation.id} to ${claim.holder.name} while ${former.holder.name} still holds it`,
      )
    }
  }
  return faults
}

/** Somebody was told they hold what by the log somebody else does. */
function contradictions(grants: readonly Grant[], log: readonly LogMark[]): Fault[] {
  const holders = holdersOf(log)
  return grants.flatMap(({ person, conversationId, fence }) => {
    const holder = holders.get(`${conversationId}/${fence}`)
    if (holder === undefined || holder === person) return []
    return [`${person} was told they hold ${conversationId} under fence ${fence}, which the log gives to ${holder}`]
  })
}

/** Claims that were granted and never told. */
export function untoldClaims(grants: readonly Grant[], log: readonly LogMark[]): Fault[] {
  const holders = holdersOf(log)
  return grants
    .filter(({ conversationId, fence }) => !holders.has(`${conversationId}/${fence}`))
    .map(
      ({ person, conversationId, fence }) =>
        `${person} got ${conversationId} under fence ${fence}, and no entry says so`,
    )
}

/** Fences that did not grow by exactly one with a claim, or changed without one. */
export function brokenFences(log: readonly LogMark[]): Fault[] {
  const last = new Map<string, number>()
  return log.flatMap(({ seq, type, conversation }) => {
    if (conversation === null) return []
    const { id, fence } = conversation
    const grows = type === 'conversation/claimed' || type === 'conversation/handed-over'
    const former = last.get(id) ?? (grows ? fence - 1 : fence)
    last.set(id, fence)
    const expected = grows ? former + 1 : former
    return fence === expected ? [] : [`entry ${seq} (${type}) has fence ${fence} for ${id} where ${expected} was due`]
  })
}

function holdersOf(log: readonly LogMark[]): Map<string, string> {
  const holders = new Map<string, string>()
  for (const { conversation } of log) {
    if (conversation?.claim) holders.set(`${conversation.id}/${conversation.claim.fence}`, conversation.claim.holder.id)
  }
  return holders
}
