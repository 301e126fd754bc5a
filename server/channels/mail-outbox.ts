import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Sent } from './channel.ts'
import { failureOf } from './failure.ts'
import { type MailAccount, reachOf } from './mail-account.ts'
import type { Letter } from './mail-letter.ts'
import { judge, type Progress } from './mail-refusal.ts'
import { signIn, signIns } from './mail-sign-in.ts'

/** Sends one letter on a connection of its own, within the account's time for everything. Never rejects. */
export async function sendLetter(account: MailAccount, letter: Letter, signal: AbortSignal): Promise<Sent> {
  const progress: Progress = { stage: 'hello' }
  const limit = AbortSignal.any([signal, AbortSignal.timeout(account.pace.sendLimitMs)])
  try {
    await deliver(account, letter, progress, limit)
    return { type: 'sent', externalId: letter.messageId }
  } catch (error) {
    return judge(error, progress, failureOf(error, account.conceal))
  }
}

/** As `sendLetter`, but rejects with what went wrong, and says in `progress` how far it got. */
export async function deliver(
  account: MailAccount,
  letter: Letter,
  progress: Progress,
  limit: AbortSignal,
): Promise<void> {
  limit.throwIfAborted()
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  const stop = () => broken.reject(limit.reason)
  limit.addEventListener('abort', stop, { once: true })
  let connection: SMTPConnection | null = null
  try {
    connection = new SMTPConnection(await Promise.race([connectionOptions(account), broken.promise]))
    connection.on('error', broken.reject)
    // A server that hangs up says why first, where it says anything.
    connection.on('end', () => setImmediate(() => broken.reject(new Error('The connection was lost.'))))
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
    customAuth: signIns,
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
  if (user !== '') await signIn(account, user, login => step(done => connection.login(login, done)))
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

function step(start: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start(error => (error ? reject(error) : resolve())))
}
