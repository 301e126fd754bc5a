import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Sent } from './channel.ts'
import { wordsOf } from './concealment.ts'
import { type MailAccount, reachOf } from './mail-account.ts'
import type { Letter } from './mail-letter.ts'

/**
 * How far a letter got: a server that never saw its text cannot have taken it, so only from `text` on can its fate be
 * unknown. What the server answers in `hello` is about the account, not about this letter.
 */
type Progress = { stage: 'hello' | 'envelope' | 'text' }

/** Sends one letter on a connection of its own, within the account's time for everything. Never rejects. */
export async function sendLetter(account: MailAccount, letter: Letter, signal: AbortSignal): Promise<Sent> {
  const progress: Progress = { stage: 'hello' }
  const limit = AbortSignal.any([signal, AbortSignal.timeout(account.pace.sendLimitMs)])
  try {
    await deliver(account, letter, progress, limit)
    return { type: 'sent', externalId: letter.messageId }
  } catch (error) {
    return judge(error, progress, account.conceal(wordsOf(error)))
  }
}

async function deliver(account: MailAccount, letter: Letter, progress: Progress, limit: AbortSignal): Promise<void> {
  limit.throwIfAborted()
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  const stop = () => broken.reject(limit.reason)
  limit.addEventListener('abort', stop, { once: true })
  let connection: SMTPConnection | null = null
  try {
    connection = new SMTPConnection(await Promise.race([connectionOptions(account), broken.promise]))
    connection.on('error', broken.reject)
    connection.on('end', () => broken.reject(new Error('The connection was lost.')))
    await Promise.race([converse(connection, account, letter, progress), broken.promise])
  } finally {
    limit.removeEventListener('abort', stop)
    connection?.close()
  }
}

async function connectionOptions({ settings: { smtp, address }, surroundings }: MailAccount) {
  return {
    ...(await reachOf(smtp, surroundings)),
    requireTLS: smtp.security === 'starttls',
    ignoreTLS: smtp.security === 'none',
    name: address.slice(address.lastIndexOf('@') + 1),
    logger: false,
    customAuth: { [byToken]: xoauth2 },
  }
}

async function converse(
  connection: SMTPConnection,
  account: MailAccount,
  letter: Letter,
  progress: Progress,
): Promise<void> {
  const { user } = account.settings.smtp
  await step(done => connection.connect(done))
  if (user !== '') await signIn(connection, account, user)
  progress.stage = 'envelope'
  // The connection starts to read this only when the server asked for the text.
  const text = Readable.from(
    (function* () {
      progress.stage = 'text'
      yield letter.raw
    })(),
  )
  await step(done => connection.send({ from: letter.from, to: [letter.to], size: letter.raw.byteLength }, text, done))
}

async function signIn(connection: SMTPConnection, { tokens, password }: MailAccount, user: string): Promise<void> {
  if (tokens === null) return await step(done => connection.login({ user, pass: password }, done))
  for (let tries = 1; ; tries++) {
    const token = await tokens.token()
    const refusal = await step(done => connection.login({ user, pass: token, method: byToken }, done)).catch(
      error => error,
    )
    if (refusal === undefined) return
    // It may have been withdrawn: the next one is tried once.
    if (tries === 2 || !isRefusedSignIn(refusal)) throw refusal
    tokens.refused(token)
  }
}

function isRefusedSignIn(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'EAUTH' &&
    Number('responseCode' in error ? error.responseCode : 0) >= 500
  )
}

/** Under the mechanism's own name nodemailer would want to ask for tokens by itself. */
const byToken = 'ACCESS-TOKEN'

/** AUTH XOAUTH2; a server that refuses it says why first, and waits for an empty line. */
async function xoauth2(asked: SMTPConnection.CustomAuthenticationContext): Promise<void> {
  const { user, pass } = asked.auth
  const blob = Buffer.from(`user=${user}\u0001auth=Bearer ${pass}\u0001\u0001`).toString('base64')
  const answer = await asked.sendCommand(`AUTH XOAUTH2 ${blob}`)
  const verdict = answer.status === 334 ? await asked.sendCommand('') : answer
  if (verdict.status !== 235) throw new Error('Invalid login')
}

function step(start: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start(error => (error ? reject(error) : resolve())))
}

function judge(error: unknown, { stage }: Progress, said: string): Sent {
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0
  const tooLong = code === 0 && error instanceof Error && 'code' in error && error.code === 'EMESSAGE'
  const reason = `The mail server did not take it: ${said}`
  if (stage === 'hello') return { type: 'refused', reason, again: true, afterMs: null }
  if (code >= 400 || tooLong) return { type: 'refused', reason, again: code < 500 && !tooLong, afterMs: null }
  if (stage === 'envelope') return { type: 'refused', reason, again: true, afterMs: null }
  return { type: 'unknown', reason: `The mail server did not say whether it took it: ${said}` }
}
