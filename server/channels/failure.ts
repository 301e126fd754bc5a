import type { Failure, FailureKind } from '@muster/shared/failure.ts'
import { AddressNotAllowed, InClear } from './address-guard.ts'
import { type Concealment, wordsOf } from './concealment.ts'

/** A server answered, and not as those do that it was taken for. */
export class Unexpected extends Error {
  override name = 'Unexpected'
}

/** What errors of our own and of libraries may carry. */
type Clues = {
  status?: unknown
  said?: unknown
  code?: unknown
  responseText?: unknown
  response?: unknown
  responseCode?: unknown
  authenticationFailed?: unknown
  name?: unknown
  cause?: unknown
}

const unreached =
  /^(?:E(?:CONN\w+|HOST\w+|NET\w+|TIMEDOUT|TIMEOUT|AI_AGAIN|PIPE)|ENOTFOUND|UND_ERR_\w+|CERT_\w+|ERR_(?:TLS|SSL)_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|NoConnection)$/
/** By which mail servers say that they do not let somebody in. */
const refusedSignIns = [454, 530, 534, 535, 538]

export function failureOf(error: unknown, conceal: Concealment): Failure {
  const reason = withoutStop(conceal(wordsOf(error)))
  return { reason, ...known(error, conceal) }
}

/** What failed, with these words before the English of it. */
export function toldAs(words: string, failure: Failure): Failure {
  return { ...failure, reason: `${words}: ${failure.reason}` }
}

/** An answer of which only the status is looked at. */
export function statusFailure(who: string, status: number): Failure {
  return { reason: `${who} answered with status ${status}`, trouble: 'status', status, said: null }
}

function known(error: unknown, conceal: Concealment): FailureKind {
  const { status, said, code, responseText, response, responseCode, authenticationFailed, name, cause }: Clues =
    Object(error)
  const words = [said, responseText, response].flatMap(each => (typeof each === 'string' && each !== '' ? each : []))
  const theirs = words[0] === undefined ? null : withoutStop(conceal(words[0]))
  const ours = ruled(error)
  if (ours !== null) return { trouble: ours, status: null, said: null }
  const isSignIn = authenticationFailed !== undefined || refusedSignIns.includes(Number(responseCode))
  if (isSignIn || status === 401) return { trouble: 'sign-in', status: null, said: theirs }
  if (status === 403) return { trouble: 'no-right', status: null, said: theirs }
  if (typeof status === 'number' && status >= 300) return { trouble: 'status', status, said: theirs }
  if (typeof code === 'string' && unreached.test(code)) return { trouble: 'unreached', status: null, said: code }
  if (name === 'TimeoutError') return { trouble: 'unreached', status: null, said: 'ETIMEDOUT' }
  if (theirs === null && cause instanceof Error) return known(cause, conceal)
  return { trouble: 'other', status: null, said: theirs }
}

/** What Muster would not do, or did not expect. */
function ruled(error: unknown): FailureKind['trouble'] {
  if (error instanceof AddressNotAllowed) return 'not-allowed'
  if (error instanceof InClear) return 'in-clear'
  return error instanceof Unexpected ? 'unexpected' : null
}

function withoutStop(said: string): string {
  return said.replace(/[.:,; ]+$/, '')
}
