import { MailChannel } from '@muster/server/channels/mail.ts'
import { defaultPace } from '@muster/server/channels/mail-account.ts'
import { AccessTokens } from '@muster/server/channels/mail-oauth.ts'
import type { Surroundings } from '@muster/server/channels/surroundings.ts'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type MailServers, startMail } from '../support/mail-servers.ts'
import { setbackSaying } from '../support/setback.ts'
import { startTokenServer } from '../support/token-server.ts'
import { until } from '../support/until.ts'
import { Desk, MemoryPlace, mailRecord, memoryVault, outgoingOf, rawMail, surroundingsOf } from './workbench.ts'

let tokens: Awaited<ReturnType<typeof startTokenServer>>
let mail: MailServers
const ends: (() => Promise<void>)[] = []

beforeAll(async () => {
  tokens = await startTokenServer('support')
  mail = await startMail(tokens.introspectionUrl)
})
beforeEach(() => {
  tokens.asked.length = 0
  tokens.good.clear()
  Object.assign(tokens, { refreshToken: 'refresh-0', trouble: null, lifeSeconds: 3_600 })
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})
afterAll(async () => {
  await mail.stop()
  await tokens.stop()
})

const oauth = () => ({ tokenUrl: tokens.tokenUrl, clientId: 'muster', scope: 'mail' })
const secrets = () => ({ refreshToken: 'refresh-0', clientSecret: tokens.clientSecret })

function open(given: Partial<Surroundings> = {}) {
  const settings = { ...mail.settings(mail.support), oauth: oauth() }
  const { surroundings, logged } = surroundingsOf(given)
  const pace = { ...defaultPace, firstPauseMs: 20, longestPauseMs: 100, pollMs: 50 }
  const channel = new MailChannel(mailRecord(settings), settings, secrets(), surroundings, pace)
  ends.push(() => channel.close())
  return { channel, logged }
}

async function receiving(channel: MailChannel): Promise<Desk> {
  const desk = new Desk()
  ends.push(() => desk.stop())
  await desk.receive(channel)
  return desk
}

const send = (channel: MailChannel) => channel.send(outgoingOf(), AbortSignal.timeout(10_000))

test('[CH11] Dovecot and Postfix are signed in to with an access token that was asked for once', async () => {
  const { channel } = open()
  const desk = await receiving(channel)
  await mail.append(mail.support, rawMail({}, 'with a token'))
  expect((await desk.arrived(1))[0]?.text).toBe('with a token')
  expect(await send(channel)).toMatchObject({ type: 'sent' })
  expect(tokens.asked).toEqual([
    {
      grant_type: 'refresh_token',
      refresh_token: 'refresh-0',
      client_id: 'muster',
      client_secret: tokens.clientSecret,
      scope: 'mail',
    },
  ])
})

test('[CH11] a token that a server refuses before its end is changed once, for sending and for receiving', async () => {
  const { channel } = open()
  expect(await send(channel)).toMatchObject({ type: 'sent' })
  tokens.withdraw()
  expect(await send(channel)).toMatchObject({ type: 'sent' })
  tokens.withdraw()
  await receiving(channel)
  expect(tokens.asked.map(({ refresh_token }) => refresh_token)).toEqual(['refresh-0', 'refresh-1', 'refresh-2'])
})

test('[CH11] the refresh token that came last is kept for the next start and the other nodes, as is the access token', async () => {
  const vault = memoryVault()
  expect(await send(open({ vault }).channel)).toMatchObject({ type: 'sent' })
  expect(await send(open({ vault }).channel)).toMatchObject({ type: 'sent' })
  expect(tokens.asked).toHaveLength(1)
  tokens.withdraw()
  expect(await send(open({ vault }).channel)).toMatchObject({ type: 'sent' })
  expect(tokens.asked.map(({ refresh_token }) => refresh_token)).toEqual(['refresh-0', 'refresh-1'])
  expect(vault.kept).toContain('refresh-2')
})

test('[CH11] a token is changed before it ends, once for everybody who waits, and not after another node did', async () => {
  let now = Date.now()
  const vault = memoryVault()
  const { surroundings } = surroundingsOf({ vault, clock: () => now })
  const [one, other] = [0, 1].map(() => new AccessTokens(oauth(), secrets(), surroundings)) as [
    AccessTokens,
    AccessTokens,
  ]
  const first = await Promise.all([one.token(), one.token()])
  expect([first[0], await other.token(), tokens.asked.length]).toEqual([first[1], first[0], 1])
  now += 3_600_000 - 61_000
  expect(await one.token()).toBe(first[0])
  now += 2_000
  const second = await one.token()
  expect([second === first[0], await other.token(), tokens.asked.length]).toEqual([false, second, 2])
})

test('[CH11] of two nodes that change one refresh token at once, the slower takes what the other kept', async () => {
  const vault = memoryVault()
  const { surroundings } = surroundingsOf({ vault })
  const load = () => Promise.resolve(vault.kept)
  const [one, other] = [0, 1].map(() => new AccessTokens(oauth(), secrets(), surroundings)) as [
    AccessTokens,
    AccessTokens,
  ]
  vault.load = async () => null
  await one.token()
  let loads = 0
  vault.load = async () => (loads++ === 0 ? null : load())
  expect(await other.token()).toContain('access-')
  expect(tokens.asked.map(({ refresh_token }) => refresh_token)).toEqual(['refresh-0', 'refresh-0', 'refresh-1'])
})

test.each([
  ['is over', { status: 400, body: '{"error":"invalid_grant"}' }, 'sign in again and enter the new refresh token'],
  ['is refused', { status: 401, body: '{"error":"invalid_client","error_description":"no"}' }, 'invalid_client: no'],
  ['gets nonsense', { status: 200, body: '<html>' }, 'gave no access token (status 200)'],
  ['gets a flood', { status: 200, body: `"${'x'.repeat(100_000)}"` }, 'longer than 65536 bytes'],
])('[CH11] a sign-in that %s is complained of in words, and the reply can go out later', async (_, trouble, words) => {
  tokens.trouble = trouble
  const { channel } = open()
  expect(await send(channel)).toMatchObject({ type: 'refused', again: true, setback: setbackSaying(words) })
  const stop = new AbortController()
  const received = channel.receive(async () => {}, new MemoryPlace(), stop.signal)
  await until('the channel is away', () => channel.health().state === 'away')
  expect(channel.health().complaint?.sentence).toContain(words)
  stop.abort()
  await received
})

test('[CH6] neither token nor client secret is in what is logged or said, and none goes to a server in clear', async () => {
  const { channel, logged } = open()
  await receiving(channel)
  const [token = ''] = [...tokens.good]
  tokens.trouble = { status: 400, body: JSON.stringify({ error: `no ${token} ${tokens.clientSecret} refresh-0` }) }
  tokens.withdraw()
  const said = JSON.stringify([await send(channel), channel, channel.health(), logged])
  for (const secret of [token, tokens.clientSecret, 'refresh-0']) expect(said).not.toContain(secret)
  const away = { tokenUrl: 'http://token.example.com/token', clientId: 'muster', scope: '' }
  const abroad = new AccessTokens(away, secrets(), surroundingsOf().surroundings)
  await expect(abroad.token()).rejects.toThrow('in clear')
})
