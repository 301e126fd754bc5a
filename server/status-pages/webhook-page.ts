import { setbackOf } from '@muster/shared/setback.ts'
import type { StatusPost } from '@muster/shared/status-page.ts'
import { type Concealment, concealmentOf } from '../channels/concealment.ts'
import { statusFailure } from '../channels/failure.ts'
import { SafeFetch } from '../channels/safe-fetch.ts'
import { signatureOf } from '../channels/webhook-signature.ts'
import type { Brought, Page, Publication, Seen } from './page.ts'
import { pauseOf, refused, unanswered } from './refusal.ts'

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
    if (posted.type !== 'answered') return unanswered('The page', posted, this.#conceal)
    const { status, retryAfter } = posted
    if (status >= 200 && status < 300) return { type: 'published', externalId: publication.key }
    const failure = statusFailure('The page', status)
    const setback = setbackOf('not-taken', failure)
    if (status === 429) return refused(setback, pauseOf(retryAfter, clock()))
    if (status >= 300 && status < 500 && status !== 408) return refused(setback)
    return { type: 'unknown', setback: setbackOf('unclear', failure) }
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
