import { randomUUID } from 'node:crypto'
import {
  type Answer,
  found,
  problem,
  type Request,
  type Rule,
  type Subscription,
  signed,
  type Webhook,
} from './x-exchange.ts'
import type { XWorld } from './x-world.ts'

/** Calls an address of Muster. */
export type CallOut = (
  url: string,
  init: { method: string; headers?: Record<string, string>; body?: string },
) => Promise<{ status: number; body: string }>

/** What X was told to tell, and whither. */
export class XArrangements {
  readonly rules: Rule[] = []
  readonly subscriptions: Subscription[] = []
  readonly webhooks: Webhook[] = []
  readonly #world: XWorld
  readonly #call: CallOut

  constructor(world: XWorld, call: CallOut) {
    this.#world = world
    this.#call = call
  }

  /** Null where it is about something else. */
  async answer({ method, path, body }: Request): Promise<Answer | null> {
    if (path === '/2/tweets/search/stream/rules') return method === 'GET' ? shown(this.rules) : this.#changeRules(body)
    if (path === '/2/activity/subscriptions')
      return method === 'GET' ? shown(this.subscriptions) : this.#subscribe(body)
    if (path === '/2/webhooks') return method === 'GET' ? shown(this.webhooks) : await this.#register(String(body.url))
    const id = path.split('/').at(-1)
    const subscription = this.subscriptions.find(({ subscription_id }) => subscription_id === id)
    if (subscription !== undefined && method === 'PUT') return found({ data: Object.assign(subscription, body) })
    const webhook = this.webhooks.find(each => each.id === id)
    if (webhook === undefined || method !== 'PUT') return null
    return found({ data: { valid: await this.challenge(webhook) } })
  }

  /** Whether the address proves that it knows the secret. */
  async challenge(webhook: Webhook): Promise<boolean> {
    const token = randomUUID()
    const { status, body } = await this.#call(`${webhook.url}?crc_token=${token}`, { method: 'GET' })
    const { response_token } = (status === 200 ? JSON.parse(body) : {}) as { response_token?: string }
    webhook.valid = response_token === signed(token)
    return webhook.valid
  }

  /** Calls as X does, where the address proved itself. */
  async call(webhookId: string, event: unknown): Promise<void> {
    const webhook = this.webhooks.find(({ id }) => id === webhookId)
    if (webhook?.valid !== true) return
    const body = JSON.stringify(event)
    const headers = { 'content-type': 'application/json', 'x-twitter-webhooks-signature': signed(body) }
    await this.#call(webhook.url, { method: 'POST', headers, body }).catch(() => {})
  }

  #subscribe(body: Record<string, unknown>): Answer {
    const subscription = { ...(body as Omit<Subscription, 'subscription_id'>), subscription_id: this.#world.newId() }
    this.subscriptions.push(subscription)
    return found({ data: { subscription } })
  }

  #changeRules(body: Record<string, unknown>): Answer {
    const { add = [], delete: gone } = body as { add?: Rule[]; delete?: { ids: string[] } }
    for (const id of gone?.ids ?? []) {
      const at = this.rules.findIndex(rule => rule.id === id)
      if (at !== -1) this.rules.splice(at, 1)
    }
    const added = add.map(rule => ({ ...rule, id: this.#world.newId() }))
    this.rules.push(...added)
    const meta = { sent: new Date().toISOString(), summary: {} }
    return found({ ...(added.length > 0 && { data: added }), meta })
  }

  async #register(url: string): Promise<Answer> {
    if (!/^https:\/\/[^:/]+\//.test(url)) return problem(400, 'UrlValidationFailed')
    const webhook = { id: this.#world.newId(), url, valid: false, created_at: new Date().toISOString() }
    if (!(await this.challenge(webhook))) return problem(400, 'CrcValidationFailed')
    this.webhooks.push(webhook)
    return found({ data: webhook })
  }
}

function shown(data: readonly object[]): Answer {
  return found({ data })
}
