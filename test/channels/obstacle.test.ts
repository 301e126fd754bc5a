import type { Channel } from '@muster/server/channels/channel.ts'
import { MailChannel } from '@muster/server/channels/mail.ts'
import type { MailSettings } from '@muster/shared/channel.ts'
import type { Complaint } from '@muster/shared/complaint.ts'
import { afterEach, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'
import { secrets } from '../support/x-exchange.ts'
import { openBluesky } from './bluesky-bench.ts'
import { openMastodon } from './mastodon-bench.ts'
import { MemoryPlace, mailRecord, surroundingsOf } from './workbench.ts'
import { openX, startX } from './x-bench.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** What a channel says is wrong once it has begun to receive. */
async function complaintOf({ channel }: { channel: Channel }): Promise<Complaint | null> {
  const stop = new AbortController()
  const received = channel.receive(async () => {}, new MemoryPlace(), stop.signal)
  ends.push(async () => {
    stop.abort()
    await received
    await channel.close()
  })
  return await until('a complaint', () => channel.health().complaint)
}

const own = { handle: 'acme.test' }

function openMail(host: string, port: number, internalHosts: string[]): { channel: Channel } {
  const server = { host, port, security: 'none', user: 'acme' } as const
  const settings: MailSettings = {
    kind: 'mail',
    address: 'help@example.test',
    mailbox: 'INBOX',
    imap: server,
    smtp: server,
  }
  const { surroundings } = surroundingsOf({ internalHosts })
  return { channel: new MailChannel(mailRecord(settings), settings, { password: 'hunter2' }, surroundings) }
}

const networks: [name: string, open: (port: number, internalHosts: string[]) => { channel: Channel }][] = [
  ['X', (port, hosts) => openX({ ...at(port), account }, { surroundings: { internalHosts: hosts } })],
  ['Mastodon', (port, internalHosts) => openMastodon(at(port).url, {}, { internalHosts })],
  [
    'Bluesky',
    (port, internalHosts) =>
      openBluesky({ ...at(port), own, password: 'hunter2' }, { surroundings: { internalHosts } }),
  ],
  ['a mailbox', (port, internalHosts) => openMail('127.0.0.1', port, internalHosts)],
]
const at = (port: number) => ({ url: `http://127.0.0.1:${port}` })
const account = { id: '7', username: 'acme', name: 'Acme', followers: 1, followersOnly: false }

test.each(networks)(
  '[CH64] a server that is away, and one that would be told a secret in clear, is told as such: %s',
  async (_, open) => {
    const port = await freePort()
    expect(await complaintOf(open(port, ['127.0.0.1']))).toMatchObject({ trouble: 'unreached', said: 'ECONNREFUSED' })
    expect(await complaintOf(open(port, []))).toMatchObject({ trouble: 'in-clear', said: '127.0.0.1' })
  },
)

test.each([
  ['X', () => openX({ url: 'https://10.0.0.7', account })],
  ['Mastodon', () => openMastodon('https://10.0.0.7')],
  ['Bluesky', () => openBluesky({ url: 'https://10.0.0.7', own, password: 'hunter2' })],
] as const)(
  '[CH64] a server of which nobody said that it may be called inside is told by its address: %s',
  async (_, open) => {
    expect(await complaintOf(open())).toMatchObject({ trouble: 'not-listed', said: '10.0.0.7' })
  },
)

test('[CH64] on X a secret that is missing is named, a sign-in that is over is one, and so is an address X cannot call', async () => {
  const api = await startX()
  const { token, bearer, consumerSecret, clientId, clientSecret } = secrets
  expect(await complaintOf(openX(api, { secrets: { token, consumerSecret } }))).toMatchObject({
    code: 'seldom',
    trouble: 'secret-missing',
    secrets: ['bearer'],
  })
  const spent = { refreshToken: 'spent', clientId, clientSecret, bearer }
  expect(await complaintOf(openX(api, { secrets: spent }))).toMatchObject({ code: 'unread', trouble: 'sign-in' })
  expect(await complaintOf(openX(api, { secrets: { bearer } }))).toMatchObject({
    code: 'unread',
    trouble: 'secret-missing',
    secrets: ['token'],
  })
  const given = { settings: { receive: 'webhook' }, surroundings: { origin: 'http://muster.test:4000' } } as const
  expect(await complaintOf(openX(api, given))).toMatchObject({
    code: 'seldom',
    trouble: 'own-address',
    said: 'http://muster.test:4000/hooks/x-acme',
  })
})
