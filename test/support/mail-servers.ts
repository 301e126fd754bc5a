import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MailSettings } from '@muster/shared/channel.ts'
import { ImapFlow } from 'imapflow'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { freePort } from './free-port.ts'
import { dovecotSettings, type MailPlaces, postfixMain, postfixMaster, tokenSettings } from './mail-configuration.ts'
import { until } from './until.ts'

const needed = ['/usr/sbin/dovecot', '/usr/lib/dovecot/lmtp', '/usr/sbin/postfix']
const install = 'apt-get install -y dovecot-imapd dovecot-lmtpd postfix'

export type MailUser = { user: string; address: string; password: string }

export const support: MailUser = { user: 'support', address: 'support@muster.test', password: 'support-password-7f3a' }
export const customer: MailUser = {
  user: 'customer',
  address: 'customer@example.test',
  password: 'customer-password-9c1e',
}

export type MailServers = Awaited<ReturnType<typeof startMail>>

/**
 * Starts a real Dovecot and a real Postfix on this machine, with one mailbox for the company (`support`) and one for
 * a customer; both fail loudly where they are not installed. `introspectionUrl`: lets access tokens sign in, too.
 */
export async function startMail(introspectionUrl: string | null = null) {
  assertInstalled()
  const places = await makePlaces(introspectionUrl)
  const { folder, imapPort, smtpPort } = places
  await startDovecot(folder)
  await run(folder, 'postfix', '-c', join(folder, 'postfix'), 'start')
  const imap = { host: '127.0.0.1', port: imapPort, security: 'none' as const }
  const smtp = { host: '127.0.0.1', port: smtpPort, security: 'none' as const }

  return {
    imapPort,
    smtpPort,
    support,
    customer,
    settings: (account: MailUser): MailSettings => ({
      kind: 'mail',
      address: account.address,
      mailbox: 'INBOX',
      imap: { ...imap, user: account.user },
      smtp: { ...smtp, user: account.user },
    }),
    /** Sends a mail to `support` over SMTP, as a customer's own server would. */
    deliver: (mail: SendMailOptions) => deliver(smtpPort, mail),
    /** Puts raw bytes into a mailbox as they are, whatever a mail server would say to them. */
    append: (account: MailUser, raw: string | Buffer, mailbox = 'INBOX', date = new Date()) =>
      withImap(imapPort, account, client => client.append(mailbox, raw, [], date)),
    /** Every raw mail of a mailbox, oldest first. */
    mailbox: (account: MailUser, mailbox = 'INBOX') => withImap(imapPort, account, client => rawMails(client, mailbox)),
    /** Damages the mails that hold this: their server lists them and can read them no more. Gives back what mends them. */
    damage: (account: MailUser, held: string) => damage(join(folder, 'mail', account.user), held),
    /** The flags of every mail of a mailbox. */
    flags: (account: MailUser) => withImap(imapPort, account, client => flagsOf(client)),
    empty: (account: MailUser, mailbox = 'INBOX') => withImap(imapPort, account, client => removeAll(client, mailbox)),
    /** Makes every UID of a mailbox mean nothing any more, as a rebuilt index does. */
    renewUidValidity: (account: MailUser, value: number) =>
      run(
        folder,
        'doveadm',
        '-c',
        join(folder, 'dovecot.conf'),
        'mailbox',
        'update',
        '--uid-validity',
        String(value),
        '-u',
        account.user,
        'INBOX',
      ),
    stopImap: () => stopDovecot(folder),
    startImap: () => startDovecot(folder),
    async stop(): Promise<void> {
      await run(folder, 'postfix', '-c', join(folder, 'postfix'), 'stop').catch(() => {})
      await stopDovecot(folder).catch(() => {})
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}

function assertInstalled(): void {
  const missing = needed.filter(file => !existsSync(file))
  if (missing.length > 0)
    throw new Error(
      `These tests need real mail servers. Missing: ${missing.join(', ')}. Install them with:\n  ${install}`,
    )
  if (process.getuid?.() !== 0) throw new Error('These tests start Postfix, which only root can do.')
}

async function makePlaces(introspectionUrl: string | null): Promise<MailPlaces> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-mail-'))
  await chmod(folder, 0o755)
  const [imapPort, lmtpPort, smtpPort] = [await freePort(), await freePort(), await freePort()]
  const places = { folder, imapPort, lmtpPort, smtpPort, introspectionUrl }
  for (const name of ['run', 'state', 'mail', 'postfix', 'queue', 'postfix-data']) await mkdir(join(folder, name))
  await chmod(join(folder, 'mail'), 0o777)
  await run(folder, 'chown', 'postfix', join(folder, 'postfix-data'))
  const users = [support, customer].map(({ user, password }) => `${user}:{PLAIN}${password}\n`)
  await writeFile(join(folder, 'users'), users.join(''))
  await writeFile(join(folder, 'dovecot.conf'), dovecotSettings(places))
  if (introspectionUrl !== null) await writeFile(join(folder, 'tokens.conf'), tokenSettings(introspectionUrl))
  await writeFile(join(folder, 'postfix', 'main.cf'), postfixMain(places))
  await writeFile(join(folder, 'postfix', 'master.cf'), postfixMaster(places))
  return places
}

/** Tried again for a while: processes of a Dovecot that was stopped may still hold its port. */
async function startDovecot(folder: string): Promise<void> {
  let failure: unknown
  const start = () => run(folder, 'dovecot', '-c', join(folder, 'dovecot.conf'))
  const started = async () => {
    failure = await start().then(
      () => null,
      error => error,
    )
    return failure === null
  }
  await until('Dovecot starts', started, 30_000).catch(() => Promise.reject(failure))
}

/** Ends every connection first: a process in IDLE would keep its own for seconds after the server is gone. */
async function stopDovecot(folder: string): Promise<void> {
  const settings = join(folder, 'dovecot.conf')
  for (const { user } of [support, customer]) await run(folder, 'doveadm', '-c', settings, 'kick', user).catch(() => {})
  await run(folder, 'doveadm', '-c', settings, 'stop')
  await until('Dovecot is gone', () => !existsSync(join(folder, 'run', 'master.pid')), 30_000)
}

/** Runs a command to its end. What it prints goes to a file: a daemon it leaves behind would hold a pipe open for ever. */
async function run(folder: string, command: string, ...words: string[]): Promise<void> {
  const file = await open(join(folder, 'printed.log'), 'a')
  const [status] = await once(spawn(command, words, { stdio: ['ignore', file.fd, file.fd] }), 'exit')
  await file.close()
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${status}:\n${await logsOf(folder)}`)
}

async function logsOf(folder: string): Promise<string> {
  const names = ['printed.log', 'dovecot.log', 'postfix.log']
  const logs = await Promise.all(names.map(name => readFile(join(folder, name), 'utf8').catch(() => '')))
  return logs.map(log => log.slice(-2_000)).join('\n')
}

async function deliver(port: number, mail: SendMailOptions): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
  const envelope = mail.envelope ?? { from: customer.address, to: support.address }
  await transport.sendMail({ from: customer.address, to: support.address, ...mail, envelope })
  transport.close()
}

async function withImap<T>(
  port: number,
  { user, password }: MailUser,
  use: (client: ImapFlow) => Promise<T>,
): Promise<T> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: password },
    logger: false,
  })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.logout()
  }
}

async function rawMails(client: ImapFlow, mailbox: string): Promise<string[]> {
  await client.mailboxOpen(mailbox, { readOnly: true })
  const mails = await client.fetchAll('1:*', { source: true })
  return mails.map(({ source }) => source?.toString() ?? '')
}

async function damage(mailbox: string, held: string): Promise<() => Promise<void>> {
  const paths: string[] = []
  for (const name of await readdir(mailbox, { recursive: true })) {
    const path = join(mailbox, name)
    if (/(?:^|\/)(?:cur|new)\/./.test(name) && (await readFile(path, 'utf8')).includes(held)) paths.push(path)
  }
  if (paths.length === 0) throw new Error(`No mail holds "${held}".`)
  for (const path of paths) await chmod(path, 0)
  return async () => {
    for (const path of paths) await chmod(path, 0o600)
  }
}

async function flagsOf(client: ImapFlow): Promise<string[][]> {
  await client.mailboxOpen('INBOX', { readOnly: true })
  const mails = await client.fetchAll('1:*', { flags: true })
  return mails.map(({ flags }) => [...(flags ?? [])])
}

async function removeAll(client: ImapFlow, mailbox: string): Promise<void> {
  await client.mailboxOpen(mailbox)
  await client.messageDelete('1:*')
}
