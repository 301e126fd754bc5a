import { MailChannel } from '@muster/server/channels/mail.ts'
import { adviceOn } from '@muster/server/channels/mail-advice.ts'
import type { ChannelSecrets, MailSettings } from '@muster/shared/channel.ts'
import type { Trial } from '@muster/shared/trial.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { type MailServers, startMail } from '../support/mail-servers.ts'
import { until } from '../support/until.ts'
import { Desk, mailRecord, surroundingsOf } from './workbench.ts'

let mail: MailServers
beforeAll(async () => {
  mail = await startMail()
})
afterAll(async () => {
  await mail.stop()
})

type Given = {
  settings?: Partial<MailSettings>
  imap?: Partial<MailSettings['smtp']>
  smtp?: Partial<MailSettings['smtp']>
  secrets?: ChannelSecrets
  to?: string | null
  internalHosts?: string[]
}

async function probe({
  settings: more = {},
  imap = {},
  smtp = {},
  secrets,
  to = null,
  internalHosts,
}: Given = {}): Promise<Trial[]> {
  const usual = mail.settings(mail.support)
  const own = { imap: usual.imap === null ? null : { ...usual.imap, ...imap }, smtp: { ...usual.smtp, ...smtp } }
  const settings = { ...usual, ...own, ...more }
  const { surroundings } = surroundingsOf(internalHosts && { internalHosts })
  const channel = new MailChannel(
    mailRecord(settings),
    settings,
    secrets ?? { password: mail.support.password },
    surroundings,
  )
  const trials = await channel.probe(to, AbortSignal.timeout(30_000))
  await channel.close()
  return trials
}

const steps = (trials: Trial[]) => trials.map(({ step, ok }) => `${step} ${ok ? 'ok' : 'failed'}`)
const read = ['reach ok', 'sign-in ok', 'read ok']

test('[CH22] a mailbox that is well is signed in to and read, and a test reaches itself or whom one names', async () => {
  const trials = await probe()
  expect(steps(trials)).toEqual([...read, 'send ok'])
  expect(trials.at(-1)?.sentence).toContain('took a test mail to support@muster.test')
  await until('it is there', async () =>
    (await mail.mailbox(mail.support)).some(raw => raw.includes('A test of Muster')),
  )
  expect(steps(await probe({ to: mail.customer.address }))).toEqual([...read, 'send ok'])
  await until('it is there', async () =>
    (await mail.mailbox(mail.customer)).some(raw => raw.includes('A test of Muster')),
  )
})

test('[CH22] a test that comes back in is known as ours, and opens nothing', async () => {
  const settings = mail.settings(mail.support)
  const channel = new MailChannel(
    mailRecord(settings),
    settings,
    { password: mail.support.password },
    surroundingsOf().surroundings,
  )
  const desk = new Desk()
  await desk.receive(channel)
  await mail.empty(mail.support)
  await channel.probe(null, AbortSignal.timeout(30_000))
  await until('the test', () => desk.arrivals.some(({ subject }) => subject === 'A test of Muster'))
  expect(desk.arrivals.every(({ automatic }) => automatic !== null)).toBe(true)
  await desk.stop()
  await channel.close()
})

test.each<[string, Trial['code'], () => Given | Promise<Given>, string[], string]>([
  [
    'password',
    'password-refused',
    () => ({ secrets: { password: 'wrong' } }),
    ['reach ok', 'sign-in failed'],
    'does not accept the user name or the password of support',
  ],
  [
    'port',
    'nothing-listens',
    async () => ({ imap: { port: await freePort() } }),
    ['reach failed'],
    'Nothing listens at port',
  ],
  [
    'host',
    'no-such-server',
    () => ({ imap: { host: 'nowhere.invalid', security: 'tls' } }),
    ['reach failed'],
    'There is no server called nowhere.invalid',
  ],
  ['encryption', 'other-encryption', () => ({ imap: { security: 'tls' } }), ['reach failed'], 'try "starttls"'],
  ['way to encryption', 'other-encryption', () => ({ imap: { security: 'starttls' } }), ['reach failed'], 'try "tls"'],
  ['protocol', 'other-protocol', () => ({ imap: { port: mail.smtpPort } }), ['reach failed'], 'does not speak IMAP'],
  [
    'folder',
    'no-folder',
    () => ({ settings: { mailbox: 'Spam' } }),
    ['reach ok', 'sign-in ok', 'read failed'],
    'There is no folder "Spam" in this mailbox. It has: ',
  ],
  [
    'port of SMTP',
    'nothing-listens',
    async () => ({ smtp: { port: await freePort() } }),
    [...read, 'reach failed'],
    'SMTP is usually at 465 with tls',
  ],
  [
    'encryption of SMTP',
    'other-encryption',
    () => ({ smtp: { security: 'starttls' } }),
    [...read, 'reach failed'],
    'try "tls"',
  ],
  [
    'user of SMTP',
    'password-refused',
    () => ({ smtp: { user: 'nobody' } }),
    [...read, 'reach ok', 'sign-in failed'],
    'the password of nobody',
  ],
  ['recipient', 'mail-taken', () => ({ to: 'nobody@elsewhere.example' }), [...read, 'send ok'], ''],
  ['address', 'one-address', () => ({ to: 'a@b.test, c@d.test' }), [...read, 'send failed'], 'one plain mail address'],
  ['network', 'failed', () => ({ internalHosts: [] }), ['reach failed'], 'in clear'],
])('[CH22] [WB131] a wrong %s is said in words, with what to do', async (_, code, given, expected, words) => {
  const trials = await probe(await given())
  const said = JSON.stringify(trials)
  expect(steps(trials), said).toEqual(expected)
  expect(trials.at(-1)?.sentence).toContain(words)
  expect(trials.at(-1)?.code).toBe(code)
  expect(said).not.toContain(mail.support.password)
})

test('[CH22] mail that is posted is waited for at an address that is told', async () => {
  const settings = { imap: null, inbound: 'mailgun' as const }
  const secrets = { password: mail.support.password, inboundKey: 'a key of the provider' }
  const trials = await probe({ settings, secrets })
  expect(steps(trials)).toEqual(['receive ok', 'send ok'])
  expect(trials[0]?.sentence).toMatch(/https:\/\/muster\.example\.test\/hooks\/mailbox\?key=[0-9a-f]{32}&as=mime$/)
  expect(steps(await probe({ settings }))).toEqual(['receive failed'])
})

test.each([
  ['imap.gmail.com', 'Invalid credentials', 'google-password', 'app password'],
  ['outlook.office365.com', 'AUTHENTICATE failed.', 'microsoft-password', 'sign in with OAuth'],
  ['mail.example.com', 'Application-specific password required', 'google-password', 'app password'],
] as const)(
  '[CH22] [WB131] at %s the password that is refused is said as what it wants instead',
  (host, said, code, words) => {
    const error = Object.assign(new Error('Command failed'), { authenticationFailed: true, responseText: said })
    const server = { host, port: 993, security: 'tls' as const, user: 'support@acme.example' }
    const advice = adviceOn({ error, step: 'sign-in', protocol: 'IMAP', server, byToken: false }, text => text)
    expect(advice).toMatchObject({ code, trouble: 'sign-in', said: said.replace(/\.$/, '') })
    expect(advice.sentence).toContain(words)
  },
)
