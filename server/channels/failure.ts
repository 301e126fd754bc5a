import type { ChannelSecrets } from '@muster/shared/channel.ts'
import type { Complaint } from '@muster/shared/complaint.ts'
import { type Concealment, wordsOf } from './concealment.ts'

/** What failed, in English without a full stop, and what a screen says of it in its reader's language. */
export type Failure = { reason: string } & Pick<Complaint, 'trouble' | 'status' | 'said'> &
  Partial<Pick<Complaint, 'secrets'>>

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

/** What errors of our own and of libraries may carry. */
type Clues = {
  status?: unknown
  said?: unknown
  code?: unknown
  responseText?: unknown
  authenticationFailed?: unknown
  name?: unknown
  cause?: unknown
}

const unreached =
  /^(?:E(?:CONN\w+|HOST\w+|NET\w+|TIMEDOUT|TIMEOUT|AI_AGAIN|PIPE)|ENOTFOUND|UND_ERR_\w+|CERT_\w+|ERR_(?:TLS|SSL)_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|NoConnection)$/

export function failureOf(error: unknown, conceal: Concealment): Failure {
  const reason = withoutStop(conceal(wordsOf(error)))
  return { reason, ...known(error, conceal) }
}

function known(error: unknown, conceal: Concealment): Omit<Failure, 'reason'> {
  if (error instanceof Obstacle) return obstacle(error)
  const { status, said, code, responseText, authenticationFailed, name, cause }: Clues = Object(error)
  const words = [said, responseText].flatMap(each => (typeof each === 'string' && each !== '' ? each : []))
  const theirs = words[0] === undefined ? null : withoutStop(conceal(words[0]))
  if (authenticationFailed !== undefined || status === 401) return { trouble: 'sign-in', status: null, said: theirs }
  if (status === 403) return { trouble: 'no-right', status: null, said: theirs }
  if (typeof status === 'number' && status >= 300) return { trouble: 'status', status, said: theirs }
  if (typeof code === 'string' && unreached.test(code)) return { trouble: 'unreached', status: null, said: code }
  if (name === 'TimeoutError') return { trouble: 'unreached', status: null, said: 'ETIMEDOUT' }
  if (theirs === null && cause instanceof Error) return known(cause, conceal)
  return { trouble: 'other', status: null, said: theirs }
}

function obstacle({ trouble, about }: Obstacle): Omit<Failure, 'reason'> {
  if (trouble === 'secret-missing') return { trouble, status: null, said: null, secrets: [about] }
  return { trouble, status: null, said: about }
}

function withoutStop(said: string): string {
  return said.replace(/[.:,; ]+$/, '')
}
