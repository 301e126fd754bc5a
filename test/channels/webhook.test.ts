import { openChannel } from '@muster/server/channels/open.ts'
import { verifyHook } from '@muster/server/channels/webhook-call.ts'
import type { WebhookSettings } from '@muster/shared/channel.ts'
import { Webhook } from 'standardwebhooks'
import { freePort } from '../support/free-port.ts'
import { type Answering, startHookReceiver } from '../support/hook-receiver.ts'
import { type Bench, describeChannel, type Trouble, type Written } from './contract.ts'
import { type Desk, surroundingsOf } from './workbench.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

const answers: Record<Exclude<Trouble, 'is away' | null>, Answering> = {
  refuses: response => response.writeHead(410).end(),
  'refuses for now': response => response.writeHead(429, { 'retry-after': '2' }).end(),
  'says nothing': response => response.socket?.destroy(),
}

describeChannel('webhook', async () => {
  const good = await startHookReceiver()
  const bad = await startHookReceiver()
  let desk: Desk | null = null
  const urlFor = async (trouble: Trouble) => {
    if (trouble === null) return good.url
    if (trouble === 'is away') return `http://127.0.0.1:${await freePort()}/`
    bad.answer = answers[trouble]
    return bad.url
  }
  return {
    secrets: [secret, secret.slice(6)],
    async open(trouble, internalHosts) {
      const { surroundings, logged } = surroundingsOf(internalHosts && { internalHosts })
      const settings = {
        kind: 'webhook',
        replyUrl: await urlFor(trouble),
        longest: 10_000,
        deduplicates: false,
      } as const
      return { channel: openChannel(recordOf(settings), { signing: [secret] }, surroundings), logged }
    },
    attach(attached) {
      desk = attached
    },
    async write(message) {
      const verified = verifyHook({ secrets: [secret], now: Date.now(), ...callOf(message) })
      if (verified.type !== 'message') throw new Error(verified.sentence)
      await desk?.take({ type: 'arrival', arrival: verified.arrival })
    },
    async delivered() {
      return good.posts.map(({ headers, body }) => ({ id: String(headers['webhook-id']), text: JSON.parse(body).text }))
    },
    end: async () => void (await Promise.all([good.stop(), bad.stop()])),
  } satisfies Bench
})

function recordOf(settings: WebhookSettings) {
  return { id: 'hook', name: 'Shop chat', enabled: true, incidentId: null, settings }
}

function callOf({ id, name, subject, text }: Written) {
  const body = JSON.stringify({ from: { address: '@kim', name }, subject, text })
  const now = new Date()
  const signature = new Webhook(secret).sign(id, now, body)
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signature,
  }
  return { headers, body: Buffer.from(body) }
}
