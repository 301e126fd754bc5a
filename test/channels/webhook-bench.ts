import type { Channel } from '@muster/server/channels/channel.ts'
import { openChannel } from '@muster/server/channels/open.ts'
import { charactersIn } from '@muster/shared/characters.ts'
import type { HookReply } from '@muster/shared/endpoint.ts'
import { Webhook } from 'standardwebhooks'
import { freePort } from '../support/free-port.ts'
import { type Answering, type HookPost, startHookReceiver } from '../support/hook-receiver.ts'
import type { Bench, Delivered, Failure, Opened, Trouble, Written } from './contract-bench.ts'
import { type Desk, surroundingsOf } from './workbench.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const longest = 10_000

const refusals: Record<Exclude<Failure, 'is away'>, Answering> = {
  refuses: response => response.writeHead(410).end(),
  'refuses for now': response => response.writeHead(503, { 'retry-after': '2' }).end(),
  'wants no more': response => response.writeHead(429, { 'retry-after': '2' }).end(),
  'says nothing': response => response.socket?.destroy(),
}

type Receiver = Awaited<ReturnType<typeof startHookReceiver>>

/** Another system that calls with messages and takes replies. `deduplicates`: it shows what is repeated once. */
export class WebhookBench implements Bench {
  readonly secrets = [secret, secret.slice(6)]
  readonly answering = null
  readonly #good: Receiver
  readonly #bad: Receiver
  readonly #deduplicates: boolean
  readonly #shown: Delivered[] = []
  readonly #written = new Map<string, Written>()
  #channel: Channel | null = null
  #desk: Desk | null = null

  private constructor(good: Receiver, bad: Receiver, deduplicates: boolean) {
    this.#good = good
    this.#bad = bad
    this.#deduplicates = deduplicates
  }

  static async start(deduplicates: boolean): Promise<WebhookBench> {
    return new WebhookBench(await startHookReceiver(), await startHookReceiver(), deduplicates)
  }

  reads(text: string): string {
    return text
  }

  async open(trouble: Trouble, internalHosts?: readonly string[]): Promise<Opened> {
    const { surroundings, logged } = surroundingsOf(internalHosts && { internalHosts })
    const replyUrl = await this.#urlFor(trouble)
    const settings = { kind: 'webhook', replyUrl, longest, deduplicates: this.#deduplicates } as const
    const record = { id: 'hook', name: 'Shop chat', enabled: true, incidentId: null, settings }
    this.#channel = openChannel(record, { signing: [secret] }, surroundings)
    return { channel: this.#channel, logged }
  }

  attach(desk: Desk): void {
    this.#desk = desk
  }

  async write(message: Written): Promise<void> {
    this.#written.set(message.id, message)
    await this.#call(message)
  }

  async disorder(messages: readonly Written[]): Promise<void> {
    for (const message of [...messages.toReversed(), ...messages]) await this.write(message)
  }

  writeDirectly(message: Written): Promise<void> {
    return this.write(message)
  }

  async edit(id: string, text: string): Promise<void> {
    const message = this.#written.get(id)
    if (message !== undefined) await this.#call({ ...message, text })
  }

  /** There is no call for it; the nearest is to say nothing any more. */
  remove(id: string): Promise<void> {
    return this.edit(id, '')
  }

  pass(): void {}

  async delivered(): Promise<Delivered[]> {
    return this.#shown
  }

  async end(): Promise<void> {
    await Promise.all([this.#good.stop(), this.#bad.stop()])
  }

  async #urlFor(trouble: Trouble): Promise<string | null> {
    if (trouble === 'answers nobody') return null
    if (trouble === 'is away') return `http://127.0.0.1:${await freePort()}/`
    if (trouble !== null && trouble !== 'takes in silence') {
      this.#bad.answer = refusals[trouble]
      return this.#bad.url
    }
    let isSilent = trouble === 'takes in silence'
    this.#good.answer = (response, post) => {
      const status = this.#take(post)
      if (isSilent) response.socket?.destroy()
      else response.writeHead(status).end()
      isSilent = false
    }
    return this.#good.url
  }

  /** As its settings say of it; with which status. */
  #take({ headers, body }: HookPost): number {
    const id = String(headers['webhook-id'])
    const { text } = JSON.parse(body) as HookReply
    if (charactersIn(text) > longest) return 413
    const isDropped = this.#deduplicates && this.#shown.some(each => each.id === id)
    if (!isDropped) this.#shown.push({ id, text, isPublic: false })
    return 204
  }

  async #call(message: Written): Promise<void> {
    const called = await this.#channel?.called(callOf(message))
    for (const received of called?.received ?? []) await this.#desk?.take(received)
  }
}

function callOf({ id, name, subject, text }: Written) {
  const body = Buffer.from(JSON.stringify({ id, from: { address: '@kim', name }, subject, text }))
  const signedAt = new Date()
  const headers = {
    'webhook-id': 'call',
    'webhook-timestamp': String(Math.floor(signedAt.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('call', signedAt, body.toString()),
  }
  return { method: 'POST', query: {}, headers, body, now: signedAt.getTime() } as const
}
