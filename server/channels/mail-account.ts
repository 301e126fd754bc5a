import { isIP } from 'node:net'
import type { ChannelSecrets, MailSettings } from '@muster/shared/channel.ts'
import { ImapFlow } from 'imapflow'
import { allowedAddress, isListed } from './address-guard.ts'
import { type Concealment, concealmentOf } from './concealment.ts'
import { Obstacle } from './failure.ts'
import { AccessTokens } from './mail-oauth.ts'
import type { Surroundings } from './surroundings.ts'

/** How patient a mail channel is, in ms and bytes. */
export type Pace = {
  firstPauseMs: number
  longestPauseMs: number
  /** The mailbox is looked at this often even when its server announces nothing: so long at most one is unsure whether it still would. */
  pollMs: number
  /** A server that is asked whether there is anything new and says nothing for so long is gone, whatever its connection says. */
  answerMs: number
  /** One that says nothing for so long, whatever it does, is gone too. */
  silenceMs: number
  readLimitMs: number
  sendLimitMs: number
  longestMail: number
}

export const defaultPace: Pace = {
  firstPauseMs: 1_000,
  longestPauseMs: 300_000,
  pollMs: 8_000,
  answerMs: 6_000,
  silenceMs: 30_000,
  readLimitMs: 5_000,
  sendLimitMs: 60_000,
  longestMail: 25 * 1024 * 1024,
}

/** A mailbox with what is needed to reach it; shared by whatever receives, sends and looks for what was sent. */
export type MailAccount = {
  settings: MailSettings
  password: string
  /** Null where the password signs in. */
  tokens: AccessTokens | null
  pace: Pace
  conceal: Concealment
  surroundings: Surroundings
}

export function mailAccount(
  settings: MailSettings,
  secrets: ChannelSecrets,
  surroundings: Surroundings,
  pace: Pace,
): MailAccount {
  const { imap, smtp, oauth } = settings
  const tokens = oauth ? new AccessTokens(oauth, secrets, surroundings) : null
  const given = concealmentOf(secrets, imap?.user ?? smtp.user)
  const conceal: Concealment = said => given(tokens?.conceal(said) ?? said)
  return { settings, password: secrets.password ?? '', tokens, pace, conceal, surroundings }
}

/**
 * Where to connect for one of the account's servers, checked like every address somebody typed in; the certificate is
 * still asked for the name. Throws a sentence where the server may not be called.
 */
export async function reachOf({ host, port, security }: MailSettings['smtp'], { internalHosts }: Surroundings) {
  if (security === 'none' && !isListed(host, port, internalHosts)) {
    const sentence = `${host} would be given the password in clear: choose tls or starttls, or list it as an internal host.`
    throw new Obstacle('in-clear', host, sentence)
  }
  const address = await allowedAddress(host, port, internalHosts)
  return { host: address, port, secure: security === 'tls', ...(isIP(host) === 0 && { servername: host }) }
}

/**
 * An open connection to the account's mailboxes; closed when the signal aborts. An access token that the server refuses may
 * have been withdrawn: the next one is tried once.
 */
export async function openImap(account: MailAccount, signal: AbortSignal): Promise<ImapFlow> {
  const token = await account.tokens?.token()
  try {
    return await connected(account, token, signal)
  } catch (error) {
    if (token === undefined || !isRefusedSignIn(error)) throw error
    account.tokens?.refused(token)
    return await connected(account, await account.tokens?.token(), signal)
  }
}

async function connected(account: MailAccount, token: string | undefined, signal: AbortSignal): Promise<ImapFlow> {
  const client = await imapClient(account, token)
  const close = () => client.close()
  signal.addEventListener('abort', close, { once: true })
  client.on('close', () => signal.removeEventListener('abort', close))
  try {
    signal.throwIfAborted()
    await client.connect()
    return client
  } catch (error) {
    client.close()
    throw error
  }
}

function isRefusedSignIn(error: unknown): boolean {
  return error instanceof Error && 'authenticationFailed' in error
}

/** It writes no log: that would hold customers' mail. */
async function imapClient(
  { settings, password, surroundings, pace }: MailAccount,
  accessToken: string | undefined,
): Promise<ImapFlow> {
  const { imap } = settings
  if (imap === null) throw new Error('This channel reads no mailbox.')
  const client = new ImapFlow({
    ...(await reachOf(imap, surroundings)),
    auth: accessToken === undefined ? { user: imap.user, pass: password } : { user: imap.user, accessToken },
    doSTARTTLS: imap.security === 'starttls',
    disableAutoIdle: true,
    logger: false,
    connectionTimeout: 20_000,
    socketTimeout: pace.silenceMs,
    maxLineLength: 16 * 1024 * 1024,
    maxLiteralSize: pace.longestMail + 1024,
    maxResponseSize: pace.longestMail + 17 * 1024 * 1024,
  })
  // Without a listener an error between two commands would end the process; the commands themselves reject.
  client.on('error', () => {})
  return client
}
