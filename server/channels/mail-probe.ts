import { failedAt, finding, type Trial, went } from '@muster/shared/trial.ts'
import type { ImapFlow } from 'imapflow'
import type { Outgoing } from './channel.ts'
import { type MailAccount, openImap } from './mail-account.ts'
import { adviceOn, type Failure, failedStep } from './mail-advice.ts'
import { type Inbound, inboundAddress } from './mail-caller.ts'
import { writeLetter } from './mail-letter.ts'
import { deliver } from './mail-outbox.ts'
import type { Progress } from './mail-refusal.ts'

const limitMs = 20_000
const letter = {
  subject: 'A test of Muster',
  text: 'Muster has sent this to see whether mail leaves by this mailbox. Nobody need answer it.',
}

/** Tries a mail channel out, step by step, and ends with the first that fails. A test goes to `to`, else to itself. */
export async function probeMail(
  account: MailAccount,
  inbound: (Inbound & { channelId: string }) | null,
  to: string | null,
  signal: AbortSignal,
): Promise<Trial[]> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  const trials: Trial[] = []
  if (account.settings.imap !== null) trials.push(...(await tryReading(account, limited)))
  if (inbound !== null) trials.push(waiting(inbound, account))
  return trials.every(({ ok }) => ok) ? [...trials, ...(await trySending(account, to, limited))] : trials
}

async function tryReading(account: MailAccount, signal: AbortSignal): Promise<Trial[]> {
  const { imap, mailbox } = account.settings
  if (imap === null) return []
  let client: ImapFlow
  try {
    client = await openImap(account, signal)
  } catch (error) {
    return failed(account, { error, step: failedStep(error, 'reach'), protocol: 'IMAP', server: imap })
  }
  const reached: Trial[] = [
    reachedAt(imap.host),
    went('sign-in', finding('let-in', `It let ${imap.user} in.`, { values: { user: imap.user } })),
  ]
  try {
    const names = (await client.list()).map(({ path }) => path)
    if (!names.some(name => name.toLowerCase() === mailbox.toLowerCase())) {
      return [...reached, failedAt('read', noFolder(mailbox, account.conceal(names.slice(0, 10).join(', '))))]
    }
    const { exists } = await client.mailboxOpen(mailbox, { readOnly: true })
    const sentence = `"${mailbox}" can be read: it holds ${exists} mails.`
    return [...reached, went('read', finding('folder-read', sentence, { values: { folder: mailbox, number: exists } }))]
  } catch (error) {
    return [...reached, ...failed(account, { error, step: 'read', protocol: 'IMAP', server: imap }).slice(-1)]
  } finally {
    client.close()
  }
}

async function trySending(account: MailAccount, to: string | null, signal: AbortSignal): Promise<Trial[]> {
  const { settings, surroundings } = account
  const { smtp, address } = settings
  const now = surroundings.clock()
  const written = await writeLetter(testTo(to ?? address, now), {
    address,
    hmacKey: surroundings.hmacKey,
    now,
    automatic: letter,
  })
  if (written === null) return [failedAt('send', oneAddress)]
  const progress: Progress = { stage: 'hello' }
  try {
    await deliver(account, written, progress, signal)
    const sentence = `${smtp.host} took a test mail to ${written.to}. Look there whether it came.`
    return [went('send', finding('mail-taken', sentence, { values: { host: smtp.host, address: written.to } }))]
  } catch (error) {
    const step = failedStep(error, progress.stage === 'hello' ? 'reach' : 'send')
    return failed(account, { error, step, protocol: 'SMTP', server: smtp })
  }
}

/** Steps before the one that failed went well. */
function failed({ conceal, tokens }: MailAccount, found: Omit<Failure, 'byToken'>): Trial[] {
  const { step, server } = found
  const advice = adviceOn({ ...found, byToken: tokens !== null }, conceal)
  return [...(step === 'reach' ? [] : [reachedAt(server.host)]), failedAt(step, advice)]
}

function waiting(inbound: Inbound & { channelId: string }, { surroundings }: MailAccount): Trial {
  if (inbound.key === '') return failedAt('receive', noCallerKey)
  const address = inboundAddress(surroundings.origin, inbound.channelId, inbound)
  return went(
    'receive',
    finding('mail-awaited', `It waits for mail to be posted to ${address}`, { values: { address } }),
  )
}

const oneAddress = finding('one-address', 'A test can only be sent to one plain mail address.')
const noCallerKey = finding('no-caller-key', 'Nobody can post mail yet: enter the key that the provider calls with.')

function reachedAt(host: string): Trial {
  return went('reach', finding('reached', `${host} was reached.`, { values: { host } }))
}

function noFolder(folder: string, known: string) {
  const sentence = `There is no folder "${folder}" in this mailbox. It has: ${known}.`
  return finding('no-folder', sentence, { values: { folder, known } })
}

function testTo(address: string, now: number): Outgoing {
  const nothing = { subject: null, text: '', language: null, answering: null, thread: [] }
  return {
    ...nothing,
    replyId: `test-${now}`,
    key: `test-${now}`,
    to: { address, name: '' },
    submittedAt: now,
    triedAt: null,
  }
}
