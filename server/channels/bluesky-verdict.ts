import type { Closed } from '@muster/shared/closed.ts'
import type { Failure } from '@muster/shared/failure.ts'
import { type Setback, setbackOf } from '@muster/shared/setback.ts'
import { type Answer, BlueskyTrouble } from './bluesky-xrpc.ts'
import type { Sent } from './channel.ts'
import type { Concealment } from './concealment.ts'
import { failureOf } from './failure.ts'

/** What the account as a whole cannot do now, it may later. */
const ofTheAccount = new Set([
  'AccountDeactivated',
  'AccountTakedown',
  'AuthenticationRequired',
  'ExpiredToken',
  'InvalidToken',
])

export function refused(setback: Setback): Sent {
  return { type: 'refused', setback, again: false, afterMs: null }
}

export function shut(closed: Closed): Sent {
  return { type: 'refused', setback: setbackOf('not-taken', closed.sentence), again: false, afterMs: null, closed }
}

/** `asked` says what was asked for when it failed: while that is `nothing` of the reply, the reply cannot have gone out. */
export function refusedBy(answer: Exclude<Answer, { type: 'done' }>, asked: 'nothing' | 'the post'): Sent {
  const failure = failureIn(answer)
  const setback = setbackOf('not-taken', failure)
  if (answer.type === 'refused') return refusedAt(answer, asked, failure)
  if (answer.type === 'forbidden') return refused(setback)
  if (answer.type === 'unsent' || asked === 'nothing') return again(setback)
  return { type: 'unknown', setback: setbackOf('no-answer', failure) }
}

/** A look that went before the reply failed, so nothing of the reply can have gone out. */
export function notLookedAt(error: unknown, conceal: Concealment): Sent {
  if (error instanceof BlueskyTrouble) return refusedBy(error.answer, 'nothing')
  return again(setbackOf('not-taken', failureOf(error, conceal)))
}

/** What it was is concealed already. */
function failureIn(answer: Exclude<Answer, { type: 'done' }>): Failure {
  return failureOf(new BlueskyTrouble(answer), said => said)
}

function refusedAt(answer: Answer & { type: 'refused' }, asked: 'nothing' | 'the post', failure: Failure): Sent {
  const setback = setbackOf('not-taken', failure)
  const { status, error, afterMs, told, accountWide } = answer
  if (status >= 500)
    return asked === 'nothing' ? again(setback) : { type: 'unknown', setback: setbackOf('unclear', failure) }
  if (status === 429) return { type: 'refused', setback, again: true, afterMs, limited: true, told, accountWide }
  const later = asked === 'nothing' || status === 401 || ofTheAccount.has(error)
  return { type: 'refused', setback, again: later, afterMs, told, accountWide }
}

export function again(setback: Setback): Sent {
  return { type: 'refused', setback, again: true, afterMs: null }
}
