import { Agent, request } from 'node:http'
import { Webhook } from 'standardwebhooks'
import type { Account } from './network.ts'
import type { Post, Shown } from './observation.ts'
import { Pauses } from './pauses.ts'
import type { Random } from './random.ts'
import type { RealNetwork } from './real-network.ts'
import type { Act, Customer, HookName, NetworkName, Surge } from './surge.ts'

type Surroundings = {
  /** Where Muster listens, e.g. `http://127.0.0.1:4000`. */
  url: string
  surge: Surge
  accounts: Readonly<Record<HookName, Account>>
  /** Networks that are written to as they are. */
  real?: Readonly<Partial<Record<NetworkName, RealNetwork>>>
  random: Random
  now: () => number
}

const answerLimitMs = 10_000
/** Answers that no repetition would change. */
const finalStatuses = [400, 401, 403, 413, 422]

/** Posts what customers write to Muster's doors, as their networks would: again with the same id until it is taken. */
export class Customers {
  readonly #surroundings: Surroundings
  readonly #posts = new Map<string, Post>()
  readonly #byAddress = new Map<string, { customer: Customer; answers: number }>()
  readonly #signers: Readonly<Record<HookName, Webhook>>
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #underway = new Set<Promise<void>>()
  readonly #pauses = new Pauses()
  /** By the drill's clock. */
  #givesUpAt = Number.POSITIVE_INFINITY
  #startedAt = 0

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    const { steady, forgetful } = surroundings.accounts
    this.#signers = { steady: new Webhook(steady.secret), forgetful: new Webhook(forgetful.secret) }
  }

  get posts(): Post[] {
    return [...this.#posts.values()]
  }

  /** Writes what the surge says, when it says so. Resolves when the surge is over; posts may still be under way. */
  async run(): Promise<void> {
    this.#startedAt = this.#surroundings.now()
    for (const act of this.#surroundings.surge.acts()) {
      await this.#until(act.at)
      if (this.#pauses.over) return
      this.#perform(act)
    }
  }

  /** A customer reads an answer, and may say something to it. */
  answered({ address }: Shown): void {
    const known = this.#byAddress.get(address)
    if (known === undefined || this.#pauses.over) return
    const at = this.#surroundings.now() - this.#startedAt
    const act = this.#surroundings.surge.answered(known.customer, ++known.answers, at)
    if (act !== null) this.#track(this.#until(act.at).then(() => this.#perform(act)))
  }

  /** Nobody writes anything new; what is under way is posted until it is acknowledged, for at most `limitMs`. */
  async finish(limitMs: number): Promise<void> {
    this.#pauses.end()
    this.#givesUpAt = this.#surroundings.now() + limitMs
    while (this.#underway.size > 0) await Promise.all(this.#underway)
    this.#agent.destroy()
  }

  #perform(act: Act): void {
    if (this.#pauses.over) return
    const { customer } = act
    if (!this.#byAddress.has(customer.address)) this.#byAddress.set(customer.address, { customer, answers: 0 })
    const { real, accounts } = this.#surroundings
    const network = real?.[customer.network]
    if (network !== undefined) this.#write(act, network)
    else this.#postRepeatedly(act, customer.network as HookName, accounts)
  }

  /** What a network shows counts as acknowledged: whoever reads it must not lose it. */
  #write({ customer, text: words }: Act, network: RealNetwork): void {
    const { channelId } = network
    const { externalId, text } = network.write(customer, words)
    const sentAt = this.#surroundings.now()
    const { address } = customer
    const post = { channelId, externalId, address, text, sentAt, acknowledgedAt: sentAt, times: 1, refused: null }
    this.#posts.set(`${channelId}/${externalId}`, post)
  }

  #postRepeatedly(act: Act, name: HookName, accounts: Readonly<Record<HookName, Account>>): void {
    const { externalId, text, customer } = act
    const post: Post = {
      channelId: accounts[name].channelId,
      externalId,
      address: customer.address,
      text,
      sentAt: this.#surroundings.now(),
      acknowledgedAt: null,
      times: 0,
      refused: null,
    }
    this.#posts.set(externalId, post)
    this.#track(this.#deliver(act, post))
    for (const afterMs of act.repeatedAfter) {
      const again = afterMs === 0 ? Promise.resolve() : this.#until(act.at + afterMs)
      this.#track(again.then(() => this.#deliver(act, post)))
    }
  }

  /** Posts until there is an answer that ends it. */
  async #deliver(act: Act, post: Post): Promise<void> {
    for (let attempt = 1; this.#surroundings.now() < this.#givesUpAt; attempt++) {
      post.times++
      const { status, retryAfterMs } = await this.#post(act, post)
      if (status >= 200 && status < 300) {
        post.acknowledgedAt ??= this.#surroundings.now()
        return
      }
      if (finalStatuses.includes(status)) {
        post.refused ??= status
        return
      }
      const pause = retryAfterMs ?? this.#surroundings.random.between(200, Math.min(2_000, 200 * 2 ** attempt))
      await new Promise(resolve => setTimeout(resolve, pause))
    }
  }

  /** Status 0 stands for no answer. */
  #post({ customer }: Act, post: Post): Promise<{ status: number; retryAfterMs: number | null }> {
    const { url, now } = this.#surroundings
    const from = { address: customer.address, name: customer.name }
    const body = JSON.stringify({
      id: post.externalId,
      from,
      text: post.text,
      sentAt: new Date(post.sentAt).toISOString(),
    })
    const at = new Date(now())
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'webhook-id': post.externalId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': this.#signers[customer.network as HookName].sign(post.externalId, at, body),
    }
    return new Promise(resolve => {
      const options = { method: 'POST', agent: this.#agent, headers, timeout: answerLimitMs }
      const call = request(`${url}/hooks/${post.channelId}`, options, answer => {
        answer.resume()
        answer.on('error', () => resolve({ status: 0, retryAfterMs: null }))
        answer.on('end', () => {
          const seconds = Number(answer.headers['retry-after'])
          resolve({ status: answer.statusCode ?? 0, retryAfterMs: seconds > 0 ? seconds * 1000 : null })
        })
      })
      call.on('timeout', () => call.destroy())
      call.on('error', () => resolve({ status: 0, retryAfterMs: null }))
      call.end(body)
    })
  }

  /** Resolves at a moment of the surge, or as soon as the surge is over. */
  async #until(at: number): Promise<void> {
    await this.#pauses.wait(this.#startedAt + at - this.#surroundings.now())
  }

  #track(work: Promise<void>): void {
    this.#underway.add(work)
    void work.finally(() => this.#underway.delete(work))
  }
}
