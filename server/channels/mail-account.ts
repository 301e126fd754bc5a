import { isIP } from 'node:net'
import type { MailSettings } from '@muster/shared/channel.ts'
import { ImapFlow } from 'imapflow'
import { allowedAddress, isListed } from './address-guard.ts'
import { type Concealment, concealmentOf } from './concealment.ts'
import type { Surroundings } from './surroundings.ts'

/** How patient a mail channel is, in ms and bytes. */
export type Pace = {
  firstPauseMs: number
  longestPauseMs: number
  /** The mailbox is looked at this often even when its server announces nothing. */
  pollMs: number
  readLimitMs: number
  sendLimitMs: number
  longestMail: number
}

export const defaultPace: Pace = {
  firstPauseMs: 1_000,
  longestPauseMs: 300_000,
  pollMs: 60_000,
  readLimitMs: 5_000,
  sendLimitMs: 60_000,
  longestMail: 25 * 1024 * 1024,
}

/** A mailbox with what is needed to reach it; shared by whatever receives, sends and looks for what was sent. */
export type MailAccount = {
  settings: MailSettings
  password: string
  pace: Pace
  conceal: Concealment
  surroundings: Surroundings
}

export function mailAccount(
  settings: MailSettings,
  password: string,
  surroundings: Surroundings,
  pace: Pace,
): MailAccount {
  const conceal = concealmentOf({ password }, settings.imap?.user ?? settings.smtp.user)
  return { settings, password, pace, conceal, surroundings }
}

/**
 * Where to connect for one of the account's servers, checked like every address somebody typed in; the certificate is
 * still asked for the name. Throws a sentence where the server may not be called.
 */
export async function reachOf({ host, port, security }: MailSettings['smtp'], { internalHosts }: Surroundings) {
  if (security === 'none' && !isListed(host, port, internalHosts)) {
    throw new Error(
      `${host} would be given the password in clear: choose tls or starttls, or list it as an internal host.`,
    )
  }
  const address = await allowedAddress(host, port, internalHosts)
  return { host: address, port, secure: security === 'tls', ...(isIP(host) === 0 && { servername: host }) }
}

/** A connection to the account's mailboxes that is not opened yet. It writes no log: that would hold customers' mail. */
export async function imapClient({ settings: { imap }, password, surroundings, pace }: MailAccount): Promise<ImapFlow> {
  if (imap === null) throw new Error('This channel reads no mailbox.')
  const client = new ImapFlow({
    ...(await reachOf(imap, surroundings)),
    auth: { user: imap.user, pass: password },
    doSTARTTLS: imap.security === 'starttls',
    disableAutoIdle: true,
    logger: false,
    connectionTimeout: 20_000,
    maxLineLength: 16 * 1024 * 1024,
    maxLiteralSize: pace.longestMail + 1024,
    maxResponseSize: pace.longestMail + 17 * 1024 * 1024,
  })
  // Without a listener an error between two commands would end the process; the commands themselves reject.
  client.on('error', () => {})
  return client
}
