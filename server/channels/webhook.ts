import type { ChannelRecord, ChannelSecrets, WebhookSettings } from '@muster/shared/channel.ts'
import type { HookReply } from '@muster/shared/endpoint.ts'
import { inCharacters, type Length } from '@muster/shared/length.ts'
import type {
  Call,
  Called,
  Channel,
  Found,
  Health,
  Outgoing,
  Place,
  Received,
  Sent,
  Spending,
  Take,
  Trial,
} from './channel.ts'
import { type Concealment, concealmentOf, wordsOf } from './concealment.ts'
import { type Posted, SafeFetch } from './safe-fetch.ts'
import type { Surroundings } from './surroundings.ts'
import { longestCall, readCall, verifyHook } from './webhook-call.ts'
import { signatureOf } from './webhook-signature.ts'

const sendLimitMs = 10_000
const longestPauseMs = 3_600_000

/** A channel that another system speaks for: it calls with customers' messages, and takes replies at its own address. */
export class WebhookChannel implements Channel {
  readonly kind = 'webhook'
  readonly counting = 'characters'
  readonly longestCall = longestCall
  readonly id: string
  readonly idempotency: 'native' | 'none'
  readonly #settings: WebhookSettings
  readonly #signing: readonly string[]
  readonly #clock: () => number
  readonly #conceal: Concealment
  readonly #out: SafeFetch
  #receiving = false

  constructor(record: ChannelRecord, settings: WebhookSettings, secrets: ChannelSecrets, surroundings: Surroundings) {
    this.id = record.id
    this.idempotency = settings.deduplicates ? 'native' : 'none'
    this.#settings = settings
    this.#signing = secrets.signing ?? []
    this.#clock = surroundings.clock
    this.#conceal = concealmentOf(secrets, '')
    this.#out = new SafeFetch(surroundings.internalHosts, settings.deduplicates)
  }

  async receive(_take: Take, _place: Place, signal: AbortSignal): Promise<void> {
    this.#receiving = true
    if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
    this.#receiving = false
  }

  async reread(raw: Uint8Array, externalId: string): Promise<Received> {
    const read = readCall(raw, externalId)
    if (read.type === 'message') return { type: 'arrival', arrival: read.arrival }
    return { type: 'unreadable', unreadable: { externalId, reason: read.sentence, raw } }
  }

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const { replyUrl } = this.#settings
    const secret = this.#signing[0]
    if (replyUrl === null) return refused('This channel only receives: it has no address for replies.')
    if (secret === undefined) return refused('This channel has no secret to sign its replies with.')
    const body = JSON.stringify(replyOf(outgoing))
    const headers = this.#headersOf(outgoing.key, body, secret)
    const posted = await this.#out.post({ url: replyUrl, headers, body, limitMs: sendLimitMs, signal })
    return this.#judge(posted, outgoing.key)
  }

  async find(): Promise<Found> {
    return { type: 'unknown' }
  }

  async called({ headers, body, now }: Call): Promise<Called> {
    const verified = verifyHook({ secrets: this.#signing, headers, body, now })
    if (verified.type === 'message') {
      return { received: [{ type: 'arrival', arrival: verified.arrival }], status: 202, body: { accepted: true } }
    }
    const { status, sentence, field } = verified
    return { received: [], status, body: { sentence, ...(field !== undefined && { field }) } }
  }

  length(text: string): Length {
    return inCharacters(text, this.#settings.longest)
  }

  /** What its receiver takes is not for us to know. */
  spending(): Spending {
    return { limits: [], price: 0 }
  }

  /** Posts a reply that answers nothing; what calls with messages cannot be tried from here. */
  async probe(to: string | null, signal: AbortSignal): Promise<Trial[]> {
    const { replyUrl } = this.#settings
    const waits = 'It waits for signed calls: post a message to its address to see one arrive.'
    if (replyUrl === null) return [{ step: 'receive', ok: this.#signing.length > 0, sentence: waits }]
    const sent = await this.send(testOf(to ?? 'test@example.com', this.#clock()), signal)
    const sentence =
      sent.type === 'sent' ? `${replyUrl} took a test reply.` : `${replyUrl} took no test reply. ${sent.reason}`
    return [{ step: 'send', ok: sent.type === 'sent', sentence }]
  }

  health(): Health {
    const complaint = this.#signing.length > 0 ? null : 'It has no signing secret yet, so every call to it is refused.'
    return { state: this.#receiving ? 'receiving' : 'off', complaint, currentAt: null }
  }

  async close(): Promise<void> {
    this.#out.close()
  }

  #headersOf(id: string, body: string, secret: string): Record<string, string> {
    const timestamp = Math.floor(this.#clock() / 1000)
    return {
      'content-type': 'application/json',
      'user-agent': 'Muster',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf(secret, id, timestamp, body),
    }
  }

  #judge(posted: Posted, key: string): Sent {
    switch (posted.type) {
      case 'answered':
        return this.#judgeAnswer(posted, key)
      case 'forbidden':
        return refused(posted.reason)
      case 'unsent':
        return refusedForNow(`The receiver could not be reached: ${this.#conceal(wordsOf(posted.error))}`, null)
      case 'lost':
        return { type: 'unknown', reason: `The receiver gave no answer: ${this.#conceal(wordsOf(posted.error))}` }
    }
  }

  #judgeAnswer({ status, retryAfter }: Posted & { type: 'answered' }, key: string): Sent {
    const reason = `The receiver answered with status ${status}.`
    if (status >= 200 && status < 300) return { type: 'sent', externalId: key }
    if (status === 429) return { ...refusedForNow(reason, pauseOf(retryAfter, this.#clock())), limited: true }
    if (status === 503 && retryAfter !== null) return refusedForNow(reason, pauseOf(retryAfter, this.#clock()))
    if (status >= 300 && status < 500 && status !== 408) return refused(reason)
    return { type: 'unknown', reason }
  }
}

function testOf(address: string, now: number): Outgoing {
  const key = `test-${now}`
  const text = 'This is a test of a channel of Muster. Nobody need answer it.'
  const nobody = { subject: null, language: 'en', answering: null, thread: [] }
  return { ...nobody, replyId: key, key, to: { address, name: '' }, text, submittedAt: now }
}

function replyOf({ replyId, to, subject, text, thread }: Outgoing): HookReply {
  return { type: 'reply', replyId, to, subject, text, inReplyTo: thread.at(-1) ?? null }
}

function refused(reason: string): Sent {
  return { type: 'refused', reason, again: false, afterMs: null }
}

function refusedForNow(reason: string, afterMs: number | null): Extract<Sent, { type: 'refused' }> {
  return { type: 'refused', reason, again: true, afterMs }
}

/** `Retry-After` in seconds or as a date, as ms from now; at most an hour, null where it says nothing usable. */
function pauseOf(retryAfter: string | null, now: number): number | null {
  if (retryAfter === null) return null
  const pause = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  return Number.isNaN(pause) ? null : Math.min(Math.max(pause, 0), longestPauseMs)
}
