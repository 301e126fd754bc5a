import { openChannel } from '@muster/server/channels/open.ts'
import { type SmtpTrouble, startFaultySmtp } from '../support/faulty-smtp.ts'
import { freePort } from '../support/free-port.ts'
import { type MailServers, startMail } from '../support/mail-servers.ts'
import { describeChannel } from './contract.ts'
import type { Abilities, Bench, Failure, Trouble, Written } from './contract-bench.ts'
import { mailRecord, surroundingsOf } from './workbench.ts'

const troubles: Record<Exclude<Failure, 'is away'>, SmtpTrouble> = {
  refuses: { at: 'recipient', code: 550 },
  'refuses for now': { at: 'recipient', code: 451 },
  'wants no more': { at: 'sender', code: 450, words: '4.7.1 Error: too much mail from 192.0.2.7' },
  'says nothing': { at: 'text', does: 'drops' },
}

const abilities: Abilities = {
  idempotency: 'search',
  // Many servers file no copy of what they sent, others file it later.
  provesAbsence: false,
  readsOn: true,
  // What is gone from a mailbox a colleague filed; nobody can take back what they sent.
  changes: { edited: false, deleted: false },
  subjects: true,
  isPublic: false,
  // Whoever wrote from an address can be written to there.
  closes: null,
  isLimitedInLength: false,
  // As its owner knows them from their provider; no answer says how many are left.
  limits: { documented: true, told: false },
  pauseMs: 60_000,
}

describeChannel('mail', abilities, async () => {
  const mail = await startMail()
  const stops: (() => Promise<void>)[] = [() => mail.stop()]
  /** As a provider does that files a copy of what it sent. */
  const took = async (letter: string) => {
    await mail.append(mail.customer, letter)
    await mail.append(mail.support, letter, 'Sent')
  }
  const smtpPort = async (trouble: Trouble) => {
    if (trouble === null || trouble === 'answers nobody') return mail.smtpPort
    if (trouble === 'is away') return await freePort()
    const silent = { at: 'text', does: 'drops', took } as const
    const server = await startFaultySmtp(trouble === 'takes in silence' ? silent : troubles[trouble])
    stops.push(() => server.stop())
    return server.port
  }
  const write = (message: Written) => writeTo(mail, message)
  return {
    secrets: [mail.support.password, Buffer.from(mail.support.password).toString('base64')],
    answering: null,
    reads: text => text,
    async open(trouble, internalHosts) {
      const { surroundings, logged } = surroundingsOf(internalHosts && { internalHosts })
      const settings = { ...mail.settings(mail.support), dailyLimit: 2_000 }
      settings.smtp.port = await smtpPort(trouble)
      return { channel: openChannel(mailRecord(settings), { password: mail.support.password }, surroundings), logged }
    },
    attach() {},
    write,
    async disorder(messages) {
      for (const message of [...messages.toReversed(), ...messages]) await write(message)
    },
    writeDirectly: write,
    edit: (id, text) => write({ id, text, name: 'Kim Élan', subject: 'Card declined' }),
    remove: () => mail.empty(mail.support),
    pass() {},
    async delivered() {
      const mails = await mail.mailbox(mail.customer)
      const idIn = (raw: string) => /^Message-ID: <(.*)>\r?$/im.exec(raw)?.[1] ?? ''
      return mails.map(raw => ({ id: idIn(raw), text: bodyOf(raw), isPublic: false }))
    },
    end: async () => void (await Promise.all(stops.map(stop => stop()))),
  } satisfies Bench
})

async function writeTo(mail: MailServers, { id, name, subject, text }: Written): Promise<void> {
  const from = { name, address: mail.customer.address }
  const messageId = `<${id.replaceAll(' ', '-')}@example.test>`
  await mail.deliver({ from, subject, text, messageId, date: new Date(1_700_000_000_000) })
}
/** The text of a mail of one part, in the encodings that a mail program chooses from. */
function bodyOf(raw: string): string {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const body = rest.join('\r\n\r\n')
  const encoding = /^Content-Transfer-Encoding: (.*)$/im.exec(head)?.[1] ?? '7bit'
  return decoded(body, encoding).replace(/\r\n/g, '\n').replace(/\n$/, '')
}

function decoded(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  if (encoding !== 'quoted-printable') return body
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
