import type { ImapFlow } from 'imapflow'
import type { Outgoing, Trial } from './channel.ts'
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
    { step: 'reach', ok: true, sentence: `${imap.host} was reached.` },
    { step: 'sign-in', ok: true, sentence: `It let ${imap.user} in.` },
  ]
  try {
    const names = (await client.list()).map(({ path }) => path)
    if (!names.some(name => name.toLowerCase() === mailbox.toLowerCase())) {
      const known = names.slice(0, 10).join(', ')
      return [
        ...reached,
        {
          step: 'read',
          ok: false,
          sentence: `There is no folder "${mailbox}" in this mailbox. It has: ${account.conceal(known)}.`,
        },
      ]
    }
    const { exists } = await client.mailboxOpen(mailbox, { readOnly: true })
    return [...reached, { step: 'read', ok: true, sentence: `"${mailbox}" can be read: it holds ${exists} mails.` }]
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
  if (written === null)
    return [{ step: 'send', ok: false, sentence: 'A test can only be sent to one plain mail address.' }]
  const progress: Progress = { stage: 'hello' }
  try {
    await deliver(account, written, progress, signal)
    return [
      {
        step: 'send',
        ok: true,
        sentence: `${smtp.host} took a test mail to ${written.to}. Look there whether it came.`,
      },
    ]
  } catch (error) {
    const step = failedStep(error, progress.stage === 'hello' ? 'reach' : 'send')
    return failed(account, { error, step, protocol: 'SMTP', server: smtp })
  }
}

/** Steps before the one that failed went well. */
function failed({ conceal, tokens }: MailAccount, found: Omit<Failure, 'byToken'>): Trial[] {
  const { step, server } = found
  const sentence = adviceOn({ ...found, byToken: tokens !== null }, conceal)
  const reached: Trial = { step: 'reach', ok: true, sentence: `${server.host} was reached.` }
  return [...(step === 'reach' ? [] : [reached]), { step, ok: false, sentence }]
}

function waiting(inbound: Inbound & { channelId: string }, { surroundings }: MailAccount): Trial {
  if (inbound.key === '')
    return {
      step: 'receive',
      ok: false,
      sentence: 'Nobody can post mail yet: enter the key that the provider calls with.',
    }
  const address = inboundAddress(surroundings.origin, inbound.channelId, inbound)
  return { step: 'receive', ok: true, sentence: `It waits for mail to be posted to ${address}` }
}

function testTo(address: string, now: number): Outgoing {
  const nothing = { subject: null, text: '', language: null, answering: null, thread: [] }
  return { ...nothing, replyId: `test-${now}`, key: `test-${now}`, to: { address, name: '' }, submittedAt: now }
}
