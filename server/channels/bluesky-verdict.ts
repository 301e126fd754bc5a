import type { Closed } from '@muster/shared/closed.ts'
import { type Answer, reasonOf } from './bluesky-xrpc.ts'
import type { Sent } from './channel.ts'

/** What the account as a whole cannot do now, it may later. */
const ofTheAccount = new Set([
  'AccountDeactivated',
  'AccountTakedown',
  'AuthenticationRequired',
  'ExpiredToken',
  'InvalidToken',
])

export function refused(reason: string): Sent {
  return { type: 'refused', reason, again: false, afterMs: null }
}

export function shut(closed: Closed): Sent {
  return { type: 'refused', reason: closed.sentence, again: false, afterMs: null, closed }
}

/** `asked` says what was asked for when it failed: while that is `nothing` of the reply, the reply cannot have gone out. */
export function refusedBy(answer: Exclude<Answer, { type: 'done' }>, asked: 'nothing' | 'the post'): Sent {
  const reason = reasonOf(answer)
  const unknown: Sent = asked === 'nothing' ? again(reason) : { type: 'unknown', reason }
  if (answer.type === 'refused') return refusedAt(answer, asked, unknown)
  if (answer.type === 'forbidden') return refused(reason)
  return answer.type === 'unsent' ? again(reason) : unknown
}

function refusedAt(answer: Answer & { type: 'refused' }, asked: 'nothing' | 'the post', unknown: Sent): Sent {
  const reason = reasonOf(answer)
  if (answer.status >= 500) return unknown
  const { status, error, afterMs, told, accountWide } = answer
  if (status === 429) return { type: 'refused', reason, again: true, afterMs, limited: true, told, accountWide }
  const later = asked === 'nothing' || status === 401 || ofTheAccount.has(error)
  return { type: 'refused', reason, again: later, afterMs, told, accountWide }
}

function again(reason: string): Sent {
  return { type: 'refused', reason, again: true, afterMs: null }
}
