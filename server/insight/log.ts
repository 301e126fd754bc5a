import { randomUUID } from 'node:crypto'
import pino, { type DestinationStream, type Logger } from 'pino'

export type { Logger }

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

/** Names under which a secret may stand, at any place in what is logged. */
const secretNames = [
  'password',
  'secrets',
  'secret',
  'signing',
  'refreshToken',
  'clientSecret',
  'consumerSecret',
  'bearer',
  'inboundKey',
  'hmacKey',
  'link',
  'token',
  'encoded',
  'authorization',
  'cookie',
  'set-cookie',
]

/** One JSON object a line, to the error output: the other one is for people. */
export function logOf(level: LogLevel, destination: DestinationStream = pino.destination(2)): Logger {
  const paths = secretNames.flatMap(name => ['', '*', '*.*'].map(place => `${place}["${name}"]`))
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths, censor: '[hidden]' },
      serializers: { err: plainError, error: plainError },
    },
    destination,
  )
}

/** Without the fields that libraries hang on their errors: a body, a config or a URL among them may hold a secret. */
function plainError(error: unknown): object {
  if (!(error instanceof Error)) return { message: 'something else than an error was thrown' }
  const { name, message, stack, cause } = error
  return { name, message, stack, ...(cause instanceof Error && { cause: plainError(cause) }) }
}

/** For what nobody expected: logs it whole, and answers a reference that a person can quote. */
export function faultOf(log: Logger): (error: unknown, about: string) => string {
  return (error, about) => {
    const reference = randomUUID().slice(0, 8)
    log.error({ err: error, about, reference }, 'fault')
    return reference
  }
}
