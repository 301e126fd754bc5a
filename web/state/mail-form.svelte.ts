import type { ChannelSecrets, MailSettings } from '@muster/shared/channel.ts'

/** How mail comes in: from a mailbox, or by calls of a provider. */
export const roads = ['imap', 'postmark', 'mailgun', 'raw'] as const
export const signIns = ['password', 'oauth'] as const

type Server = { host: string; port: string; security: 'tls' | 'starttls' | 'none'; user: string }

const newServers: Pick<MailSettings, 'imap' | 'smtp'> = {
  imap: { host: '', port: 993, security: 'tls', user: '' },
  smtp: { host: '', port: 465, security: 'tls', user: '' },
}

/** A mailbox's settings while somebody writes them. */
export class MailForm {
  address = $state('')
  mailbox = $state('INBOX')
  road = $state<(typeof roads)[number]>('imap')
  signIn = $state<(typeof signIns)[number]>('password')
  imap = $state<Server>(typed(newServers.imap))
  smtp = $state<Server>(typed(newServers.smtp))
  tokenUrl = $state('')
  clientId = $state('')
  scope = $state('')
  daily = $state('')
  trusted = $state('')
  acknowledges = $state(false)
  subject = $state('')
  text = $state('')
  password = $state('')
  clientSecret = $state('')
  refreshToken = $state('')
  inboundKey = $state('')

  constructor(former: MailSettings | null) {
    if (former === null) return
    const { address, mailbox, imap, smtp, inbound, oauth, dailyLimit, trustedServer, acknowledgement } = former
    this.address = address
    this.mailbox = mailbox
    this.road = imap === null ? (inbound ?? 'raw') : 'imap'
    this.signIn = oauth ? 'oauth' : 'password'
    this.imap = typed(imap ?? newServers.imap)
    this.smtp = typed(smtp)
    Object.assign(this, oauth ?? {})
    this.daily = String(dailyLimit ?? '')
    this.trusted = trustedServer ?? ''
    this.acknowledges = Boolean(acknowledgement)
    Object.assign(this, acknowledgement ?? {})
  }

  get settings(): MailSettings {
    const { road, subject, text, tokenUrl, clientId, scope } = this
    return {
      kind: 'mail',
      address: this.address,
      mailbox: this.mailbox,
      imap: road === 'imap' ? numbered(this.imap) : null,
      smtp: numbered(this.smtp),
      inbound: road === 'imap' ? null : road,
      oauth: this.signIn === 'oauth' ? { tokenUrl, clientId, scope } : null,
      dailyLimit: this.daily.trim() === '' ? null : Number(this.daily),
      trustedServer: this.trusted.trim() || null,
      acknowledgement: this.acknowledges ? { subject, text } : null,
    }
  }

  get secrets(): ChannelSecrets {
    const { password, clientSecret, refreshToken, inboundKey } = this
    const signing = this.signIn === 'password' ? { password } : { clientSecret, refreshToken }
    return this.road === 'imap' ? signing : { ...signing, inboundKey }
  }
}

function typed(server: MailSettings['smtp'] | null): Server {
  const { host, port, security, user } = server ?? newServers.smtp
  return { host, port: String(port), security, user }
}

function numbered(server: Server): MailSettings['smtp'] {
  return { ...server, port: Number(server.port) }
}
