import type { ChannelRecord, ChannelSecrets, WebhookSettings } from '@muster/shared/channel.ts'
import { type Closed, closedFor } from '@muster/shared/closed.ts'
import { complaintOf } from '@muster/shared/complaint.ts'
import { defectOf } from '@muster/shared/defect.ts'
import type { HookReply } from '@muster/shared/endpoint.ts'
import { inCharacters, type Length } from '@muster/shared/length.ts'
import { type Setback, setbackOf } from '@muster/shared/setback.ts'
import { failedAt, finding, type Trial, went } from '@muster/shared/trial.ts'
import type {
  Arrival,
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
} from './channel.ts'
import { type Concealment, concealmentOf } from './concealment.ts'
import { failureOf, statusFailure, toldAs } from './failure.ts'
import { type Posted, SafeFetch } from './safe-fetch.ts'
import type { Surroundings } from './surroundings.ts'
import { longestCall, type Read, readCall, verifyHook } from './webhook-call.ts'
import { signatureOf } from './webhook-signature.ts'

type Unread = Extract<Read, { type: 'unreadable' }>

const sendLimitMs = 10_000
const longestPauseMs = 3_600_000

/** A channel that another system speaks for: it calls with customers' messages, and takes replies at its own address. */
export class WebhookChannel implements Channel {
  readonly kind = 'webhook'
  readonly counting = 'characters'
  readonly longestCall = longestCall
  readonly id: string
  readonly idempotency: 'native' | 'none'
  readonly cannotSend: Closed | null
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
    const there = { network: record.name, how: 'where-written' } as const
    this.cannotSend = settings.replyUrl === null ? closedFor('only-receives', there) : null
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
    return read.type === 'message' ? this.#arrived(read.arrival) : setAside(read, externalId, raw)
  }

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const { replyUrl } = this.#settings
    const secret = this.#signing[0]
    if (replyUrl === null) return { ...refused(setbackOf('only-receives')), closed: this.cannotSend }
    if (secret === undefined) return refused(setbackOf('no-signing-secret'))
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
      return { received: [this.#arrived(verified.arrival)], status: 202, body: { accepted: true } }
    }
    const { sentence, field } = verified
    if (verified.type === 'refused') return { received: [], status: verified.status, body: { sentence, field } }
    const received = [setAside(verified, verified.id, body)]
    return { received, status: 400, body: { sentence: `${sentence} It was set aside, for people to look at.`, field } }
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
    if (replyUrl === null) return [this.#signing.length > 0 ? went('receive', waits) : failedAt('receive', unsigned)]
    const sent = await this.send(testOf(to ?? 'test@example.com', this.#clock()), signal)
    const values = { address: replyUrl }
    if (sent.type === 'sent') return [went('send', finding('post-taken', `${replyUrl} took a test reply.`, { values }))]
    const { setback } = sent
    const code = setback.code === 'no-signing-secret' ? setback.code : 'failed'
    const failure = { ...setback, reason: setback.sentence }
    return [failedAt('send', finding(code, `${replyUrl} took no test reply. ${setback.sentence}`, { values, failure }))]
  }

  health(): Health {
    const complaint = this.#signing.length > 0 ? null : complaintOf('no-signing-secret')
    return { state: this.#receiving ? 'receiving' : 'off', complaint, currentAt: null }
  }

  async close(): Promise<void> {
    this.#out.close()
  }

  #arrived(arrival: Arrival): Received {
    return { type: 'arrival', arrival: { ...arrival, closed: this.cannotSend } }
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
    if (posted.type === 'answered') return this.#judgeAnswer(posted, key)
    const failure = failureOf(posted.error, this.#conceal)
    switch (posted.type) {
      case 'forbidden':
        return refused(setbackOf('not-taken', failure))
      case 'unsent':
        return refusedForNow(setbackOf('not-taken', toldAs('The receiver could not be reached', failure)), null)
      case 'lost':
        return { type: 'unknown', setback: setbackOf('no-answer', failure) }
    }
  }

  #judgeAnswer({ status, retryAfter }: Posted & { type: 'answered' }, key: string): Sent {
    if (status >= 200 && status < 300) return { type: 'sent', externalId: key }
    const failure = statusFailure('The receiver', status)
    const setback = setbackOf('not-taken', failure)
    // It is about whoever calls, not about this reply: no other is worth a try before.
    if (status === 429 || (status === 503 && retryAfter !== null)) {
      return { ...refusedForNow(setback, pauseOf(retryAfter, this.#clock())), limited: true }
    }
    if (status >= 300 && status < 500 && status !== 408) return refused(setback)
    return { type: 'unknown', setback: setbackOf('unclear', failure) }
  }
}

function setAside({ sentence, field }: Unread, externalId: string, raw: Uint8Array): Received {
  const defect = defectOf('other-shape', sentence, { field })
  return { type: 'unreadable', unreadable: { externalId, defect, raw } }
}

const waits = finding('calls-awaited', 'It waits for signed calls: post a message to its address to see one arrive.')
const unsigned = finding('no-signing-secret', 'It has no signing secret yet, so every call to it is refused.')

function testOf(address: string, now: number): Outgoing {
  const key = `test-${now}`
  const text = 'This is a test of a channel of Muster. Nobody need answer it.'
  const nobody = { subject: null, language: 'en', answering: null, thread: [] }
  return { ...nobody, replyId: key, key, to: { address, name: '' }, text, submittedAt: now, triedAt: null }
}

function replyOf({ replyId, to, subject, text, thread }: Outgoing): HookReply {
  return { type: 'reply', replyId, to, subject, text, inReplyTo: thread.at(-1) ?? null }
}

type Refused = Extract<Sent, { type: 'refused' }>

function refused(setback: Setback): Refused {
  return { type: 'refused', setback, again: false, afterMs: null }
}

function refusedForNow(setback: Setback, afterMs: number | null): Refused {
  return { type: 'refused', setback, again: true, afterMs }
}

/** `Retry-After` in seconds or as a date, as ms from now; at most an hour, null where it says nothing usable. */
function pauseOf(retryAfter: string | null, now: number): number | null {
  if (retryAfter === null) return null
  const pause = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  return Number.isNaN(pause) ? null : Math.min(Math.max(pause, 0), longestPauseMs)
}
