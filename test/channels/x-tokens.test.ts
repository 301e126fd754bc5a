import { createHash } from 'node:crypto'
import type { Vault } from '@muster/server/channels/surroundings.ts'
import { expect, test } from 'vitest'
import { setbackSaying } from '../support/setback.ts'
import { until } from '../support/until.ts'
import type { XApi } from '../support/x-api.ts'
import { secrets } from '../support/x-exchange.ts'
import { memoryVault } from './workbench.ts'
import { answeredBy, openX, receiving, replyTo, startX } from './x-bench.ts'

const hourMs = 3_600_000
const { refreshToken, clientId, clientSecret, bearer } = secrets
const signedIn = { refreshToken, clientId, clientSecret, bearer }

function renewals(api: XApi): number {
  return api.asked.filter(line => line === 'POST /2/oauth2/token').length
}

function open(api: XApi, vault: Vault, clock: () => number = Date.now, given = {}) {
  return openX(api, {
    secrets: { ...signedIn, ...given },
    surroundings: { vault, clock },
    settings: { directMessages: false },
  })
}

test('[CH55] access is got once however many ask, renewed before it ends, and outlives a start', async () => {
  const api = await startX()
  const post = api.world.write(api.world.person('kim'), '@acme why?')
  const vault = memoryVault()
  let now = Date.now()
  const { channel } = open(api, vault, () => now)
  const texts = ['one', 'two', 'three', 'four']
  const send = (text: string) => channel.send(replyTo(answeredBy(post), { text }), AbortSignal.timeout(5_000))
  const sent = await Promise.all(texts.map(send))
  expect([sent.map(({ type }) => type), renewals(api)]).toEqual([['sent', 'sent', 'sent', 'sent'], 1])
  now += 1.95 * hourMs
  expect([(await send('five')).type, renewals(api)]).toEqual(['sent', 2])
  const again = open(api, vault, () => now).channel
  const reply = replyTo(answeredBy(post), { text: 'six' })
  expect([(await again.send(reply, AbortSignal.timeout(5_000))).type, renewals(api)]).toEqual(['sent', 2])
})

test('[CH55] whatever else of its secrets is new, a channel goes on with the access it was given', async () => {
  const api = await startX()
  const post = api.world.write(api.world.person('kim'), '@acme why?')
  const vault = memoryVault()
  const send = (channel: ReturnType<typeof open>['channel'], text: string) =>
    channel.send(replyTo(answeredBy(post), { text }), AbortSignal.timeout(5_000))
  expect(await send(open(api, vault).channel, 'one')).toMatchObject({ type: 'sent' })
  // The first refresh token is spent: X takes each once.
  const changed = open(api, vault, Date.now, { token: 'another', consumerSecret: 'another' }).channel
  expect(await send(changed, 'two')).toMatchObject({ type: 'sent' })
  // Earlier versions marked what they kept by both of its tokens.
  const root = createHash('sha256').update(`${refreshToken}\n`).digest('hex').slice(0, 32)
  await vault.save(JSON.stringify({ ...JSON.parse(vault.kept ?? ''), root }))
  expect(await send(open(api, vault).channel, 'three')).toMatchObject({ type: 'sent' })
  expect(renewals(api)).toBe(1)
})

test('[CH55] of two nodes one renews, and the other finds what it saved', async () => {
  const api = await startX()
  const post = api.world.write(api.world.person('kim'), '@acme why?')
  const vault = memoryVault()
  let now = Date.now()
  const nodes = [open(api, vault, () => now).channel, open(api, vault, () => now).channel]
  const sendBoth = (text: string) =>
    Promise.all(
      nodes.map((node, at) =>
        node.send(replyTo(answeredBy(post), { text: `${text} ${at}` }), AbortSignal.timeout(5_000)),
      ),
    )
  for (const round of ['first', 'second', 'third']) {
    const settled = await sendBoth(round)
    // Both may have asked at once; whoever was second has the token of the first by the next try.
    const [again] = settled.some(({ type }) => type !== 'sent') ? await sendBoth(`${round} again`) : settled
    expect(again?.type).toBe('sent')
    now += 2 * hourMs
  }
})

test('[CH55] a token that X accepts no more is renewed, and what was sent with it goes out once', async () => {
  const api = await startX()
  const post = api.world.write(api.world.person('kim'), '@acme why?')
  const { channel } = open(api, memoryVault())
  const desk = await receiving(channel)
  api.access = 'another'
  const send = () => channel.send(replyTo(answeredBy(post)), AbortSignal.timeout(5_000))
  expect(await send()).toMatchObject({ type: 'refused', again: true })
  expect(await send()).toMatchObject({ type: 'sent' })
  expect(api.sent).toHaveLength(1)
  api.access = 'yet another'
  api.activity.drop()
  await api.write('kim', '@acme again?')
  await until('it is read', () => desk.arrivals.some(({ text }) => text === '@acme again?'))
})

test('[CH55] a refresh token that is worth nothing is said to be, not tried again and again, and a new one in the settings counts', async () => {
  const api = await startX()
  const post = api.world.write(api.world.person('kim'), '@acme why?')
  const vault = memoryVault()
  const { channel } = open(api, vault)
  api.refresh = 'changed-elsewhere-5'
  const send = () => channel.send(replyTo(answeredBy(post)), AbortSignal.timeout(5_000))
  const sent = [await send(), await send(), await send()]
  for (const each of sent) {
    expect(each).toMatchObject({ type: 'refused', again: true, setback: setbackSaying('sign in again') })
  }
  expect(renewals(api)).toBe(1)
  const renewed = open(api, vault, Date.now, { refreshToken: 'changed-elsewhere-5' }).channel
  expect(await renewed.send(replyTo(answeredBy(post)), AbortSignal.timeout(5_000))).toMatchObject({ type: 'sent' })
})

test('[CH55] a vault that is away keeps nobody from working, and is told of the newest when it is back', async () => {
  const api = await startX()
  const post = api.world.write(api.world.person('kim'), '@acme why?')
  const kept = memoryVault()
  let isAway = true
  const vault = {
    load: async () => {
      if (isAway) throw new Error('away')
      return kept.load()
    },
    save: async (secret: string) => {
      if (isAway) throw new Error('away')
      await kept.save(secret)
    },
  }
  const { channel, logged } = open(api, vault)
  const send = (text: string) => channel.send(replyTo(answeredBy(post), { text }), AbortSignal.timeout(5_000))
  expect(await send('one')).toMatchObject({ type: 'sent' })
  isAway = false
  expect(await send('two')).toMatchObject({ type: 'sent' })
  expect(kept.kept).toContain(api.refresh)
  expect(logged.join('\n')).toContain('vault')
  for (const secret of [api.refresh, api.access, clientSecret]) expect(logged.join('\n')).not.toContain(secret)
})
