import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { type Visitor, World } from '../support/world.ts'

const inboundKey = 'a key of the provider'
const smtp = { host: '127.0.0.1', port: 25, security: 'none' as const, user: '' }
const channelOf = (id: string, inbound: 'raw' | 'mailgun') => ({
  channel: {
    id,
    name: id,
    enabled: true,
    incidentId: null,
    settings: { kind: 'mail' as const, address: 'support@muster.test', mailbox: 'INBOX', imap: null, smtp, inbound },
  },
  secrets: { inboundKey },
})

let world: World
let commander: Visitor
let incidentId: string
beforeAll(async () => {
  world = await World.open({ channels: [channelOf('posted', 'raw'), channelOf('forwarded', 'mailgun')] })
  commander = await world.enter(await world.firstLink())
  incidentId = await commander.declare()
})
afterAll(() => world?.close())

const raw = (id: string, text: string) =>
  [
    `From: Kim <kim@example.test>`,
    `Message-ID: <${id}@example.test>`,
    'Subject: Down?',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
  ].join('\r\n')
const post = (path: string, body: string | URLSearchParams, headers: Record<string, string> = {}) =>
  fetch(`${world.origin}/hooks/${path}`, { method: 'POST', body, headers })
const bearer = { authorization: `Bearer ${inboundKey}`, 'content-type': 'message/rfc822' }
const messages = async () => (await commander.snapshot(incidentId)).conversations.map(({ messages }) => messages)

test('[CH12] [CH13] a mail that is posted, and posted again, is one message of its sender', async () => {
  const text = 'It is down.\n\nOn Mon, 23 Nov 2026 at 10:00, Support <a@b.test> wrote:\n> Better?'
  for (let times = 0; times < 2; times++) {
    expect((await post('posted', raw('one', text), bearer)).status).toBe(200)
  }
  await until('it is there', async () => (await messages()).length === 1)
  expect(await messages()).toEqual([1])
})

test('[CH12] who does not prove who they are is turned away before what they post is read', async () => {
  const long = 'x'.repeat(40 * 1024 * 1024)
  for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
    const answer = await post('posted', long, headers).then(
      ({ status }) => status,
      () => 'hung up',
    )
    expect([401, 'hung up']).toContain(answer)
  }
  expect((await post('posted', raw('two', 'let me in'))).status).toBe(401)
  expect((await post('forwarded', raw('two', 'let me in'), bearer)).status).toBe(401)
  expect((await post('posted', long, bearer)).status).toBe(413)
  expect(await messages()).toEqual([1])
})

test('[CH12] the signature of a provider alone opens no address that holds a secret', async () => {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', inboundKey).update(`${timestamp}token`).digest('hex')
  const form = new URLSearchParams({ timestamp, token: 'token', signature, 'body-mime': raw('three', 'It is down.') })
  expect((await post('forwarded?key=guessed&as=mime', form)).status).toBe(401)
  expect((await post('forwarded', form)).status).toBe(401)
  expect(await messages()).toEqual([1])
  expect(world.printed).not.toContain(inboundKey)
})
