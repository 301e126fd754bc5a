import { sealed } from '@muster/server/desk/sealing.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { KeptSecrets, Plain } from '@muster/server/domain/secrets.ts'
import type { ChannelSecrets, ChannelSettings, MailSettings } from '@muster/shared/channel.ts'
import type { StatusPage, StatusPageSecrets } from '@muster/shared/status-page.ts'
import { expect, test } from 'vitest'
import { cora, nextId } from '../support/builders.ts'
import { safe } from '../support/desks.ts'
import { Records } from '../support/records.ts'

const signing = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const every: ChannelSecrets = {
  password: 'one',
  token: 'two',
  refreshToken: 'three',
  clientId: 'four',
  clientSecret: 'five',
  consumerSecret: 'six',
  bearer: 'seven',
  inboundKey: 'a key of eight and more',
  signing: [signing],
}

function saving() {
  const room = new Records()
  const give = (command: Plain) => room.give(sealed(safe, command), cora, 1)
  const channel = (settings: ChannelSettings, secrets: ChannelSecrets = {}) => {
    const record = { id: 'acme', name: 'Acme', enabled: true, incidentId: null, settings }
    return give({ id: nextId(), type: 'channel/save', channel: record, secrets })
  }
  const page = (settings: StatusPage['settings'], secrets: StatusPageSecrets = {}) =>
    give({
      id: nextId(),
      type: 'status-page/save',
      page: { id: 'acme', name: 'Acme', enabled: true, settings },
      secrets,
    })
  const kept = (key: string) => safe.open<object>(key, room.get<KeptSecrets>(key) ?? {})
  return {
    room,
    channel,
    page,
    kept: () => kept(company.secrets('acme')),
    ofPage: () => kept(company.statusPageSecrets('acme')),
  }
}

const imap = { host: 'imap.acme.com', port: 993, security: 'tls', user: 'help' } as const
const smtp = { host: 'smtp.acme.com', port: 465, security: 'tls', user: 'help' } as const
const mail: MailSettings = { kind: 'mail', address: 'help@acme.com', mailbox: 'INBOX', imap, smtp }
const oauth: MailSettings = {
  ...mail,
  oauth: { tokenUrl: 'https://login.acme.com/token', clientId: 'muster', scope: '' },
}
const bluesky = {
  kind: 'bluesky',
  service: 'https://bsky.social',
  handle: 'acme.test',
  directMessages: true,
  search: null,
} as const
const mastodon = { kind: 'mastodon', server: 'https://mastodon.example', longest: 500 } as const
const webhook = { kind: 'webhook', replyUrl: 'https://acme.com/replies', longest: 500, deduplicates: true } as const
const x = {
  kind: 'x',
  api: 'https://api.x.com',
  userId: '1',
  username: 'acme',
  plan: 'enterprise',
  receive: 'stream',
  directMessages: true,
  search: null,
} as const
const tokenUrl = (url: string): MailSettings => ({ ...mail, oauth: { tokenUrl: url, clientId: 'muster', scope: '' } })

const moves: [what: string, from: ChannelSettings, to: ChannelSettings, secrets: string][] = [
  ['another mailbox server', mail, { ...mail, imap: { ...imap, host: 'imap.evil.example' } }, 'password'],
  ['another port of the mailbox server', mail, { ...mail, imap: { ...imap, port: 9993 } }, 'password'],
  ['a mailbox server without TLS', mail, { ...mail, imap: { ...imap, security: 'none' } }, 'password'],
  ['a mailbox server that asks for TLS later', mail, { ...mail, imap: { ...imap, security: 'starttls' } }, 'password'],
  ['another account of the mailbox server', mail, { ...mail, imap: { ...imap, user: 'sales' } }, 'password'],
  ['another server that sends', mail, { ...mail, smtp: { ...smtp, host: 'smtp.evil.example' } }, 'password'],
  ['a mailbox that was not read before', { ...mail, imap: null }, mail, 'password'],
  ['another place to have tokens', oauth, tokenUrl('https://evil.example/token'), 'refreshToken, clientSecret'],
  ['the place to have tokens in clear', oauth, tokenUrl('http://login.acme.com/token'), 'refreshToken, clientSecret'],
  [
    'a mailbox server that is shown tokens',
    oauth,
    { ...oauth, imap: { ...imap, host: 'evil.example' } },
    'refreshToken',
  ],
  ['a first place to have tokens', mail, oauth, 'refreshToken, clientSecret'],
  ['a mailbox server that was shown tokens alone', oauth, mail, 'password'],
  ['another Bluesky server', bluesky, { ...bluesky, service: 'https://evil.example' }, 'password'],
  ['another Mastodon server', mastodon, { ...mastodon, server: 'https://evil.example' }, 'token'],
  ['the Mastodon server in clear', mastodon, { ...mastodon, server: 'http://mastodon.example' }, 'token'],
  [
    'another address of X',
    x,
    { ...x, api: 'https://evil.example' },
    'token, refreshToken, clientId, clientSecret, bearer',
  ],
  ['another network', mastodon, { ...x, api: mastodon.server }, 'refreshToken, clientId, clientSecret, bearer'],
  ['a network after a webhook', webhook, mastodon, 'token'],
]

test.each(moves)('[AC25] %s is sent no saved secret: nothing is kept, and each is named', (_, from, to, secrets) => {
  const { room, channel, kept } = saving()
  expect(channel(from, every).type).toBe('change')
  const sentence = expect.stringContaining(`give the ${secrets} again. Nothing was saved`)
  const field = `secrets.${secrets.split(',')[0]}`
  const refusal = { code: 'conflict', why: 'secret-elsewhere', values: { secrets }, field, sentence }
  expect(channel(to)).toEqual({ type: 'refused', refusal })
  expect(room.get(company.channel('acme'))).toMatchObject({ settings: from })
  expect(kept()).toEqual(every)
  const names = secrets.split(', ')
  const anew = Object.fromEntries(names.map(name => [name, 'anew']))
  expect(channel(to, anew).type).toBe('change')
  expect(kept()).toEqual({ ...every, ...anew })
})

const stays: [what: string, from: ChannelSettings, to: ChannelSettings][] = [
  ['that changes nothing', mail, mail],
  ['whose name of a server is written otherwise', mail, { ...mail, imap: { ...imap, host: 'IMAP.acme.com' } }],
  ['whose address is written otherwise', mastodon, { ...mastodon, server: 'https://Mastodon.example:443/' }],
  ['that looks elsewhere in its mailbox', mail, { ...mail, mailbox: 'Help', address: 'support@acme.com' }],
  ['that reads its mailbox no more', mail, { ...mail, imap: null, inbound: 'raw' }],
  ['that is called otherwise in its network', bluesky, { ...bluesky, handle: 'new.acme.test' }],
  ['that posts signed replies elsewhere', webhook, { ...webhook, replyUrl: 'https://elsewhere.example/replies' }],
  ['that looks for words', x, { ...x, search: { words: ['acme down'] } }],
]

test.each(stays)('[AC25] a channel %s keeps its secrets', (_, from, to) => {
  const { channel, kept } = saving()
  channel(from, every)
  expect(channel(to).type).toBe('change')
  expect(kept()).toEqual(every)
})

test('[AC25] what goes nowhere for a while was not given for where it goes next', () => {
  const { channel } = saving()
  channel(mastodon, { token: 'two' })
  expect(channel(webhook).type).toBe('change')
  expect(channel({ ...mastodon, server: 'https://evil.example' }).type).toBe('refused')
  expect(channel(mastodon).type).toBe('refused')
})

test('[AC25] a secret that is taken away, or was never given, stands in nobody’s way', () => {
  const { channel, kept } = saving()
  channel(oauth, { refreshToken: 'three', clientSecret: 'five' })
  expect(channel(tokenUrl('https://other.example/token'), { refreshToken: 'new', clientSecret: '' }).type).toBe(
    'change',
  )
  expect(kept()).toEqual({ refreshToken: 'new' })
})

test('[AC25] a status page is held to the same: its token goes to no other address, a signature is no secret', () => {
  const { page, ofPage } = saving()
  const at = (api: string) => ({ kind: 'statuspage' as const, api, pageId: 'acme', components: [] })
  const own = (url: string) => ({ kind: 'webhook', url }) as const
  page(at('https://api.statuspage.io/v1'), { token: 'the-token', signing })
  const refusal = { why: 'secret-elsewhere', field: 'secrets.token' }
  expect(page(at('https://evil.example/v1'))).toMatchObject({ type: 'refused', refusal })
  expect(page(at('http://api.statuspage.io/v1'))).toMatchObject({ type: 'refused', refusal })
  expect(page({ ...at('https://api.statuspage.io/v1'), pageId: 'other' }).type).toBe('change')
  expect(page(own('https://acme.com/status')).type).toBe('change')
  expect(page(own('https://evil.example/status')).type).toBe('change')
  expect(page(at('https://evil.example/v1'))).toMatchObject({ type: 'refused', refusal })
  expect(ofPage()).toEqual({ token: 'the-token', signing })
})
