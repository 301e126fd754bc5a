import { openChannel } from '@muster/server/channels/open.ts'
import { startFaultySmtp } from '../support/faulty-smtp.ts'
import { freePort } from '../support/free-port.ts'
import { type MailServers, startMail } from '../support/mail-servers.ts'
import { type Bench, describeChannel, type Trouble, type Written } from './contract.ts'
import { mailRecord, surroundingsOf } from './workbench.ts'

const troubles = {
  refuses: { at: 'recipient', code: 550 },
  'refuses for now': { at: 'recipient', code: 451 },
  'says nothing': { at: 'text', does: 'drops' },
} as const

describeChannel('mail', async () => {
  const mail = await startMail()
  const stops: (() => Promise<void>)[] = [() => mail.stop()]
  const smtpPort = async (trouble: Trouble) => {
    if (trouble === null) return mail.smtpPort
    if (trouble === 'is away') return await freePort()
    const server = await startFaultySmtp(troubles[trouble])
    stops.push(() => server.stop())
    return server.port
  }
  return {
    secrets: [mail.support.password, Buffer.from(mail.support.password).toString('base64')],
    async open(trouble, internalHosts) {
      const { surroundings, logged } = surroundingsOf(internalHosts && { internalHosts })
      const settings = mail.settings(mail.support)
      settings.smtp.port = await smtpPort(trouble)
      return { channel: openChannel(mailRecord(settings), { password: mail.support.password }, surroundings), logged }
    },
    attach() {},
    write: message => write(mail, message),
    async delivered() {
      const mails = await mail.mailbox(mail.customer)
      return mails.map(raw => ({ id: /^Message-ID: (.*)$/im.exec(raw)?.[1] ?? '', text: bodyOf(raw) }))
    },
    end: async () => void (await Promise.all(stops.map(stop => stop()))),
  } satisfies Bench
})

async function write(mail: MailServers, { id, name, subject, text }: Written): Promise<void> {
  const from = { name, address: mail.customer.address }
  await mail.deliver({ from, subject, text, messageId: `<${id}@example.test>`, date: new Date(1_700_000_000_000) })
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
