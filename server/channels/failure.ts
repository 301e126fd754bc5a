import type { ChannelSecrets } from '@muster/shared/channel.ts'
import type { Failure, FailureKind } from '@muster/shared/failure.ts'
import { type Concealment, wordsOf } from './concealment.ts'

/** What stands in the way here, and not at the network: somebody of ours can mend it. The message is a sentence for a person. */
export class Obstacle extends Error {
  override name = 'Obstacle'
  readonly trouble: 'not-listed' | 'in-clear' | 'own-address' | 'secret-missing'
  /** The host or address it is about, or the name of the secret. */
  readonly about: string

  constructor(trouble: Obstacle['trouble'], about: string, sentence: string) {
    super(sentence)
    this.trouble = trouble
    this.about = about
  }
}

export function secretMissing(name: keyof ChannelSecrets, sentence: string): Obstacle {
  return new Obstacle('secret-missing', name, sentence)
}

/** A server answered, and not as those do that it was taken for. */
export class Unexpected extends Error {
  override name = 'Unexpected'
}

/** What errors of our own and of libraries may carry. */
type Clues = {
  status?: unknown
  said?: unknown
  code?: unknown
  /** What Nodemailer had before it put a code of its own in its place. */
  originalCode?: unknown
  responseText?: unknown
  response?: unknown
  responseCode?: unknown
  authenticationFailed?: unknown
  name?: unknown
  cause?: unknown
}

/** As Node, ImapFlow and Nodemailer say that nobody was there, or no longer. */
const unreached =
  /^(?:E(?:CONN\w+|HOST\w+|NET\w+|TIMEDOUT|TIMEOUT|AI_AGAIN|PIPE|SOCKET|DNS)|ENOTFOUND|UND_ERR_\w+|CERT_\w+|ERR_(?:TLS|SSL)_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|NoConnection|EConnectionClosed|StateLogout|ClosedAfterConnect\w+|(?:CONNECT|GREETING|UPGRADE)_TIMEOUT)$/
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
  if (error instanceof Obstacle) return obstacle(error)
  if (error instanceof Unexpected) return { trouble: 'unexpected', status: null, said: null }
  const clues: Clues = Object(error)
  const { status, said, responseText, response, responseCode, authenticationFailed, name, cause } = clues
  const words = [said, responseText, response].flatMap(each => (typeof each === 'string' && each !== '' ? each : []))
  const theirs = words[0] === undefined ? null : withoutStop(conceal(words[0]))
  const isSignIn = authenticationFailed !== undefined || refusedSignIns.includes(Number(responseCode))
  if (isSignIn || status === 401) return { trouble: 'sign-in', status: null, said: theirs }
  if (status === 403) return { trouble: 'no-right', status: null, said: theirs }
  if (typeof status === 'number' && status >= 300) return { trouble: 'status', status, said: theirs }
  const lost = lostBy(clues)
  if (lost !== null) return { trouble: 'unreached', status: null, said: lost }
  if (name === 'TimeoutError') return { trouble: 'unreached', status: null, said: 'ETIMEDOUT' }
  if (theirs === null && cause instanceof Error) return known(cause, conceal)
  return { trouble: 'other', status: null, said: theirs }
}

/** By which code nobody was there. */
function lostBy({ originalCode, code }: Clues): string | null {
  const codes = [originalCode, code].flatMap(each => (typeof each === 'string' ? each : []))
  return codes.find(each => unreached.test(each)) ?? null
}

function obstacle({ trouble, about }: Obstacle): FailureKind {
  if (trouble === 'secret-missing') return { trouble, status: null, said: null, secrets: [about] }
  return { trouble, status: null, said: about }
}

function withoutStop(said: string): string {
  return said.replace(/[.:,; ]+$/, '')
}
