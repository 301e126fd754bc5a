import type { StatusPost } from '@muster/shared/status-page.ts'
import { type Concealment, concealmentOf, wordsOf } from '../channels/concealment.ts'
import { SafeFetch } from '../channels/safe-fetch.ts'
import { signatureOf } from '../channels/webhook-signature.ts'
import type { Brought, Page, Publication, Seen } from './page.ts'
import { pauseOf, refused } from './refusal.ts'

const limitMs = 10_000

type Settings = { url: string; signing: string; internalHosts: readonly string[]; clock: () => number }

/** A page of one's own: each update is posted to it, signed as Standard Webhooks say, under an id that it can tell again. */
export class WebhookPage implements Page {
  readonly repeatable = true
  readonly #settings: Settings
  readonly #out: SafeFetch
  readonly #conceal: Concealment

  constructor(settings: Settings) {
    this.#settings = settings
    this.#out = new SafeFetch(settings.internalHosts, true)
    this.#conceal = concealmentOf({ signing: settings.signing }, '')
  }

  async bring(publication: Publication, signal: AbortSignal): Promise<Brought> {
    const { url, clock } = this.#settings
    const body = JSON.stringify(postOf(publication))
    const headers = this.#headersOf(publication.key, body)
    const posted = await this.#out.post({ url, headers, body, limitMs, signal })
    switch (posted.type) {
      case 'forbidden':
        return refused(posted.error.message)
      case 'unsent':
        return refused(`The page could not be reached: ${this.#conceal(wordsOf(posted.error))}`, 0)
      case 'lost':
        return { type: 'unknown', reason: `The page gave no answer: ${this.#conceal(wordsOf(posted.error))}` }
      case 'answered': {
        const { status, retryAfter } = posted
        const reason = `The page answered with status ${status}.`
        if (status >= 200 && status < 300) return { type: 'published', externalId: publication.key }
        if (status === 429) return refused(reason, pauseOf(retryAfter, clock()))
        if (status >= 300 && status < 500 && status !== 408) return refused(reason)
        return { type: 'unknown', reason }
      }
    }
  }

  async find(): Promise<Seen> {
    return { type: 'absent' }
  }

  close(): void {
    this.#out.close()
  }

  #headersOf(id: string, body: string): Record<string, string> {
    const { signing, clock } = this.#settings
    const timestamp = Math.floor(clock() / 1000)
    return {
      'content-type': 'application/json',
      'user-agent': 'Muster',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf(signing, id, timestamp, body),
    }
  }
}

function postOf({ updateId, incident, status, text, approvedAt }: Publication): StatusPost {
  return { type: 'status', updateId, incident, status, text, at: new Date(approvedAt).toISOString() }
}
