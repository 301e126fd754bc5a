import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { HookReply } from '@muster/shared/endpoint.ts'
import { Webhook } from 'standardwebhooks'
import { Loopback } from './loopback.ts'
import type { Handing, Shown } from './observation.ts'
import { toldBy } from './postbox.ts'
import type { Random } from './random.ts'
import { fateOf, type Weather } from './weather.ts'

export type Account = {
  channelId: string
  secret: string
  /** Whether a repeated webhook-id is shown once. */
  deduplicates: boolean
}

type Surroundings = {
  accounts: readonly Account[]
  random: Random
  /** ms since 1970. */
  now: () => number
}

/**
 * The networks in which simulated customers live, as a receiver of signed webhooks on this machine: it delays, is busy,
 * breaks off, or takes a reply and never says so. What it showed its customers is its own record, in order.
 */
export class Network {
  readonly shown: Shown[] = []
  readonly handed: Handing[] = []
  /** What it did with deliveries, by kind, for the report. */
  readonly fates: Record<string, number> = {}
  /** A customer sees a reply. */
  onShown: (shown: Shown) => void = () => {}
  readonly #surroundings: Surroundings
  readonly #accounts: ReadonlyMap<string, Account>
  readonly #verifiers: ReadonlyMap<string, Webhook>
  readonly #loopback = new Loopback((request, response) => this.#take(request, response))
  readonly #known = new Set<string>()
  #weather: Weather = 'rough'

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    this.#accounts = new Map(surroundings.accounts.map(account => [account.channelId, account]))
    this.#verifiers = new Map(surroundings.accounts.map(({ channelId, secret }) => [channelId, new Webhook(secret)]))
  }

  /** Resolves with the port it listens on. */
  listen(port = 0): Promise<number> {
    return this.#loopback.listen(port)
  }

  set weather(weather: Weather) {
    this.#weather = weather
  }

  /** Looks in the network whether customers see this reply. */
  shows(replyId: string): boolean {
    return this.#known.has(replyId)
  }

  close(): Promise<void> {
    return this.#loopback.close()
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => null)
    if (body === null) return
    const channelId = request.url?.slice(1) ?? ''
    const account = this.#accounts.get(channelId)
    const reply = this.#verified(channelId, body, request)
    if (account === undefined || reply === null) {
      this.#count('unsigned')
      return void response.writeHead(401).end()
    }
    const fate = fateOf(this.#weather, this.#surroundings.random)
    this.#count(fate.type === 'answer' ? String(fate.status) : fate.shown ? `${fate.type} after showing` : fate.type)
    const shown = fate.shown && this.#show(account, reply, String(request.headers['webhook-id']))
    const at = this.#surroundings.now()
    this.handed.push({ channelId, replyId: reply.replyId, at, shown, told: toldBy(fate) })
    if (fate.type === 'silence') return
    setTimeout(() => {
      if (fate.type === 'cut') return void request.socket.destroy()
      const headers = fate.retryAfter === null ? {} : { 'retry-after': String(fate.retryAfter) }
      response.writeHead(fate.status, headers).end()
    }, fate.afterMs)
  }

  #verified(channelId: string, body: string, { headers }: IncomingMessage): HookReply | null {
    try {
      return this.#verifiers.get(channelId)?.verify(body, headers as Record<string, string>) as HookReply
    } catch {
      return null
    }
  }

  /** False where it shows it already. */
  #show(account: Account, reply: HookReply, webhookId: string): boolean {
    const key = `${account.channelId}/${webhookId}`
    if (account.deduplicates && this.#known.has(key)) return false
    this.#known.add(key).add(reply.replyId)
    const { channelId } = account
    const { replyId, to, inReplyTo, text } = reply
    const shown: Shown = { channelId, replyId, address: to.address, inReplyTo, text, at: this.#surroundings.now() }
    this.shown.push(shown)
    this.onShown(shown)
    return true
  }

  #count(fate: string): void {
    this.fates[fate] = (this.fates[fate] ?? 0) + 1
  }
}
