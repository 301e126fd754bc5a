import type { MailSettings } from '@muster/shared/channel.ts'
import { type Finding, finding } from '@muster/shared/trial.ts'
import { type Concealment, wordsOf } from './concealment.ts'
import { failureOf, Obstacle } from './failure.ts'

type Server = MailSettings['smtp']

/** What went wrong with one of a channel's two servers, as far as it got. */
export type Failure = {
  error: unknown
  step: 'reach' | 'sign-in' | 'read' | 'send'
  protocol: 'IMAP' | 'SMTP'
  server: Server
  byToken: boolean
}

const ports = { IMAP: { tlsPort: 993, startPort: 143 }, SMTP: { tlsPort: 465, startPort: 587 } }

function usualPorts(protocol: Failure['protocol']): string {
  const { tlsPort, startPort } = ports[protocol]
  return `${tlsPort} with tls, or ${startPort} with starttls`
}

/** How far it got: whoever was asked for a password was reached. */
export function failedStep(error: unknown, otherwise: 'reach' | 'send'): Failure['step'] {
  return isRefusedSignIn(error) || isTokenTrouble(error) ? 'sign-in' : otherwise
}

/** What is wrong and what to do, in plain words, for whoever sets the channel up. */
export function adviceOn(failure: Failure, conceal: Concealment): Finding {
  const { error, step, protocol, server } = failure
  const said = conceal(wordsOf(error))
  const told = failureOf(error, conceal)
  if (isOurs(error)) return finding('failed', `${said.replace(/[.\s]+$/, '')}.`, { failure: told })
  const [code, advice] = isRefusedSignIn(error)
    ? onSignIn(failure, said)
    : ((step === 'send' ? null : onReach(failure, said)) ?? ['failed', `${server.host} did not do it.`])
  const quote = isRefusedSignIn(error) || code === 'failed' ? ` The server said: ${said}` : ` (${said})`
  const { host, port, user, security } = server
  const other = security === 'tls' ? 'STARTTLS' : 'TLS'
  const values = { host, port: String(port), user, protocol, other, ...portsAsWords(protocol) }
  return finding(code, `${advice}${quote}`, { values, failure: told })
}

/** A port is no number that is written with a thousand's mark. */
function portsAsWords(protocol: Failure['protocol']): Record<string, string> {
  return Object.fromEntries(Object.entries(ports[protocol]).map(([name, port]) => [name, String(port)]))
}

/** What Muster would not do, and what whoever gives tokens answered: nobody was asked to sign in yet. */
function isOurs(error: unknown): boolean {
  return error instanceof Obstacle || isTokenTrouble(error)
}

type Advice = [code: Finding['code'], english: string]

function onSignIn({ server: { host, user }, protocol, byToken }: Failure, said: string): Advice {
  if (byToken) {
    return [
      'token-refused',
      `${host} does not accept the access token for ${user}: check the user name, and that the sign-in was allowed to use ${protocol}.`,
    ]
  }
  if (/(?:^|\.)(?:gmail|googlemail|google)\.com$/i.test(host) || /application-specific password/i.test(said)) {
    return [
      'google-password',
      `Google takes no plain password: make an app password for ${user} (Google account, Security, 2-Step Verification) and enter it here, or sign in with OAuth.`,
    ]
  }
  if (
    /(?:^|\.)(?:office365|outlook|hotmail|live)\.com$/i.test(host) ||
    /basic authentication is disabled/i.test(said)
  ) {
    return [
      'microsoft-password',
      `Microsoft takes no password over ${protocol}: sign in with OAuth, and have ${protocol} switched on for ${user}.`,
    ]
  }
  return [
    'password-refused',
    `${host} does not accept the user name or the password of ${user}: check both. The user name is often the whole mail address; where signing in takes a second step, an app password is needed.`,
  ]
}

const causes: [codes: RegExp, words: RegExp | null, code: Finding['code'], advice: (failure: Failure) => string][] = [
  [
    /ENOTFOUND|EAI_AGAIN|ENODATA/,
    /getaddrinfo/i,
    'no-such-server',
    ({ server }) => `There is no server called ${server.host}: check how its name is written.`,
  ],
  [
    /ECONNREFUSED/,
    null,
    'nothing-listens',
    ({ server, protocol }) =>
      `Nothing listens at port ${server.port} of ${server.host}: ${protocol} is usually at ${usualPorts(protocol)}.`,
  ],
  [
    /GREETING|EPROTOCOL|InvalidResponse/,
    /greeting|unexpected|parse/i,
    'other-protocol',
    ({ server, protocol }) =>
      `What answers at port ${server.port} of ${server.host} does not speak ${protocol}, or not yet: check port and encryption (usually ${usualPorts(protocol)}).`,
  ],
  [
    /ETIMEDOUT|ETIME|CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH/,
    /time-?d? ?out|aborted/i,
    'silent-port',
    ({ server, protocol }) =>
      `${server.host} did not answer at port ${server.port} in time: the port may be wrong (${protocol} is usually at ${usualPorts(protocol)}), or a firewall lets nothing through.`,
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/,
    /certificate|altname/i,
    'certificate',
    ({ server }) =>
      `${server.host} shows a certificate that is not good for that name: check the name, or have the server's certificate renewed.`,
  ],
  [/WRONG_VERSION|EPROTO|SSL|TLS/, /wrong version number|ssl|starttls|tls/i, 'other-encryption', onTls],
]

function onTls({ server: { host, port, security }, protocol }: Failure): string {
  const other = security === 'tls' ? 'starttls' : 'tls'
  return `${host} does not speak "${security}" at port ${port}: try "${other}" (${protocol} is usually at ${usualPorts(protocol)}).`
}

function onReach(failure: Failure, said: string): Advice | null {
  const codes = codeOf(failure.error)
  const cause = causes.find(([known, words]) => known.test(codes) || words?.test(said))
  return cause === undefined ? null : [cause[2], cause[3](failure)]
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const codes = ['originalCode', 'code'].map(name => (name in error ? String(Reflect.get(error, name)) : ''))
  return [...codes, error.cause instanceof Error ? codeOf(error.cause) : ''].filter(Boolean).join(' ')
}

function isRefusedSignIn(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const refused = 'responseCode' in error && [530, 534, 535, 538, 454].includes(Number(error.responseCode))
  return 'authenticationFailed' in error || refused
}

/** A sentence of ours about the access token: nobody was asked to sign in yet. */
function isTokenTrouble(error: unknown): boolean {
  return error instanceof NoToken
}

type Answered = { status?: number; said?: string; cause?: unknown }

/** There is no access token to sign in with. The message is a sentence. */
export class NoToken extends Error {
  override name = 'NoToken'
  readonly status: number | null
  /** What whoever gives tokens said of it, as it said it. */
  readonly said: string

  constructor(sentence: string, { status, said = '', cause }: Answered = {}) {
    super(sentence, { cause })
    this.status = status ?? null
    this.said = said
  }
}
