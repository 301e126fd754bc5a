import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { HookReply, QuarantineView } from '@muster/shared/endpoint.ts'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hookChannel, hookSecret, Post } from '../support/post.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { Screen } from '../support/screen.ts'
import { until } from '../support/until.ts'
import { type Visitor, World } from '../support/world.ts'

const run = promisify(execFile)

/** What is sent already when it is asked for has no time to leave any more. */
const isSoonOrUnknown = (leavesAt: unknown) =>
  leavesAt === null || (typeof leavesAt === 'number' && leavesAt - Date.now() < 60_000)

describe.each(['sqlite', 'redis'])('on %s', kind => {
  let redis: RedisServer | null = null
  let world: World
  let commander: Visitor
  let ada: Screen
  let incidentId: string
  const received: HookReply[] = []
  const receiver = createServer((request, response) => {
    let body = ''
    request.on('data', data => {
      body += String(data)
    })
    request.on('end', () => {
      received.push(new Webhook(hookSecret).verify(body, request.headers as Record<string, string>) as HookReply)
      response.end()
    })
  })

  beforeAll(async () => {
    await new Promise<void>(listening => receiver.listen(0, '127.0.0.1', listening))
    const replyUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/replies`
    if (kind === 'redis') redis = await startRedis({ appendonly: true })
    world = await World.open({
      channels: [hookChannel('reviews', replyUrl)],
      ...(redis !== null && { redisUrl: redis.url }),
    })
    commander = await world.enter(await world.firstLink())
    incidentId = await commander.declare()
    ada = await Screen.open(await commander.invite('Ada'), incidentId)
    await ada.command({ id: crypto.randomUUID(), type: 'incident/join', incidentId })
  })
  afterAll(async () => {
    ada?.close()
    await world?.close()
    await redis?.stop()
    receiver.close()
  })

  test("[CH3] [MC1] the README's curl posts a message; the same again adds nothing, an altered one is refused", async () => {
    const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8')
    const script = (/```sh\n(CHANNEL=[\s\S]*?)```/.exec(readme)?.[1] ?? '')
      .replace(/SECRET=whsec_\S*/, `SECRET=${hookSecret}`)
      .replace('http://127.0.0.1:4000', world.origin)
    const answered = async (text: string) => /HTTP\/1.1 (\d+)/.exec((await run('bash', ['-c', text])).stdout)?.[1]
    const count = async () =>
      (await commander.snapshot(incidentId)).conversations.reduce((sum, { messages }) => sum + messages, 0)
    const before = await count()
    expect(await answered(script)).toBe('202')
    expect(await answered(script)).toBe('202')
    expect(await answered(script.replace('-d "$BODY"', '-d "$BODY "'))).toBe('401')
    expect(await count()).toBe(before + 1)
  })

  test('[CH2] a signed call that cannot be read is answered with the field, kept once however often it comes, and discarded', async () => {
    const body = JSON.stringify({ from: { address: 'lou@example.com' }, txt: 'When is it back?' })
    const now = new Date()
    const signature = new Webhook(hookSecret).sign('misspelt', now, body)
    const post = new Post(world.origin, 'reviews', hookSecret)
    for (let call = 0; call < 2; call++) {
      const answer = await post.sendRaw('misspelt', body, signature, now)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ field: 'text', sentence: expect.stringContaining('set aside') })
    }
    const list = () => commander.get<{ quarantine: QuarantineView[] }>('/api/quarantine')
    const { quarantine } = await list()
    expect(quarantine).toMatchObject([{ channelId: 'reviews', beginning: body, defect: { field: 'text' } }])
    await commander.do({ type: 'quarantine/discard', quarantineId: quarantine[0]?.id } as never)
    expect((await list()).quarantine).toEqual([])
  })

  test('[DL2] [DL6] a reply is posted out once, however often it is submitted', async () => {
    const post = new Post(world.origin, 'reviews', hookSecret)
    await post.send({ id: 'question', address: 'lou@example.com', name: 'Lou', text: 'When is it back?' })
    const waiting = await until('the message on the screen', () =>
      [...ada.conversations.values()].find(({ human }) => human.address === 'lou@example.com'),
    )
    const about = { incidentId, conversationId: waiting?.id ?? '' }
    const claimed = await ada.command({ id: crypto.randomUUID(), type: 'conversation/claim', ...about })
    expect(claimed).toMatchObject({ type: 'done', answer: { conversation: { fence: 1 } } })
    const submit = { type: 'reply/submit', ...about, fence: 1, epoch: 1, text: 'We are on it.', through: 1 } as const
    const id = crypto.randomUUID()
    const [first, second] = await Promise.all([ada.command({ id, ...submit }), ada.command({ id, ...submit })])
    const answer = { replyId: id, state: 'queued', leavesAt: expect.toSatisfy(isSoonOrUnknown) }
    for (const outcome of [first, second]) expect(outcome).toMatchObject({ type: 'done', answer })
    await until('the reply to be sent', () => ada.entries.some(entry => entry.type === 'reply/sent'))
    expect(await ada.command({ id: crypto.randomUUID(), ...submit })).toMatchObject({ type: 'refused' })
    expect(received).toMatchObject([
      { type: 'reply', replyId: id, to: { address: 'lou@example.com' }, text: 'We are on it.' },
    ])
    expect(ada.gaps).toBe(0)
  })

  test('[DL17] who watches hears how the channel does, and reads the same', async () => {
    const told = new Promise<{ channels: unknown[] }>(hear => ada.socket.once('weather', hear))
    const direct = { visibility: 'direct', queued: 0, heldBy: null, jammed: false }
    const reviews = { channelId: 'reviews', state: 'receiving', lanes: [direct] }
    expect((await told).channels).toMatchObject([reviews])
    const read = await commander.get<{ channels: unknown[] }>(`/api/incidents/${incidentId}/weather`)
    expect(read.channels).toMatchObject([reviews])
  })

  test('[OP3] a stop in good order ends with 0, and what was stored is there at the next start', async () => {
    const before = await commander.snapshot(incidentId)
    expect(await world.kill('SIGTERM')).toBe(0)
    await world.start()
    expect((await commander.snapshot(incidentId)).conversations).toEqual(before.conversations)
    await until('the screen to be back', () => ada.socket.connected)
  })
})
