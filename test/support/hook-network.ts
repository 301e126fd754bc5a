import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { Loopback } from '@muster/server/drill/loopback.ts'
import { answerAs, Postbox, type Surroundings } from '@muster/server/drill/postbox.ts'
import type { RealNetwork } from '@muster/server/drill/real-network.ts'
import type { HookReply } from '@muster/shared/endpoint.ts'
import { hookSecret } from './post.ts'

/** A receiver of webhooks with a limit, which drops what is repeated or knows nothing of it. What is written there it tells nobody. */
export class HookNetwork implements RealNetwork {
  readonly channelId: string
  readonly postbox: Postbox
  readonly tellsAbsence = false
  readonly #deduplicates: boolean
  readonly #known = new Set<string>()
  readonly #loopback = new Loopback((request, response) => this.#take(request, response))
  #url = ''
  #written = 0

  constructor(surroundings: Surroundings, deduplicates: boolean) {
    this.channelId = surroundings.channelId
    this.postbox = new Postbox(surroundings)
    this.#deduplicates = deduplicates
  }

  async listen(): Promise<number> {
    const port = await this.#loopback.listen()
    this.#url = `http://127.0.0.1:${port}`
    return port
  }

  close(): Promise<void> {
    return this.#loopback.close()
  }

  settings() {
    const settings = { kind: 'webhook', replyUrl: this.#url, longest: 2_000, deduplicates: this.#deduplicates } as const
    return { name: this.channelId, settings, secrets: { signing: [hookSecret] } }
  }

  write(_from: { name: string; address: string }, text: string): { externalId: string; text: string } {
    this.#written += 1
    return { externalId: `${this.channelId}-${this.#written}`, text }
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { replyId, to, inReplyTo, text } = (await json(request)) as HookReply
    const known = this.#deduplicates && this.#known.has(replyId)
    const judgement = this.postbox.hand({ replyId, address: to.address, inReplyTo, text }, known)
    if (judgement.shown) this.#known.add(replyId)
    answerAs(judgement, response, () => {
      if (judgement.type !== 'answer') throw new Error(`${judgement.type} is no answer`)
      const { status, retryAfter } = judgement
      return { status, body: {}, headers: retryAfter === null ? {} : { 'retry-after': String(retryAfter) } }
    })
  }
}
