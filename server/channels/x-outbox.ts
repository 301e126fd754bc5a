import type { Failure } from '@muster/shared/failure.ts'
import { type Setback, setbackOf } from '@muster/shared/setback.ts'
import type { Found, Outgoing, Sent } from './channel.ts'
import { failureOf, toldAs } from './failure.ts'
import { jsonOf } from './json.ts'
import type { Asked } from './safe-fetch.ts'
import type { XAccount } from './x-account.ts'
import { Anchor, linkOf } from './x-arrival.ts'
import type { Answer, XClient } from './x-client.ts'
import type { XMeter } from './x-known.ts'
import { limitTold, pauseTold } from './x-limits.ts'
import { closedBy, isDuplicate } from './x-refusal.ts'
import { findSent } from './x-sent.ts'
import { Created, CreatedDirect } from './x-shape.ts'

/** X's credits are used up until somebody buys more. */
const creditPauseMs = 900_000

/** Sends replies: a post under the post, a direct message to who wrote directly. X knows no key that makes a repeat harmless. */
export class XOutbox {
  readonly #account: XAccount
  readonly #client: XClient
  readonly #meter: XMeter

  constructor(account: XAccount, client: XClient, meter: XMeter) {
    this.#account = account
    this.#client = client
    this.#meter = meter
  }

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const anchor = anchorOf(outgoing)
    if (anchor === null) return refused(setbackOf('no-place'))
    if (signal.aborted) return refusedForNow(setbackOf('not-taken', 'It was called off before it began'), null)
    try {
      const asked = await this.#ask(anchor, outgoing.text, signal)
      return asked.type === 'answered' ? await this.#judge(asked, anchor, outgoing, signal) : this.#unanswered(asked)
    } catch (error) {
      return refusedForNow(setbackOf('not-taken', this.#failureOf(error)), null)
    }
  }

  async find(outgoing: Outgoing, signal: AbortSignal): Promise<Found> {
    const anchor = anchorOf(outgoing)
    const seen = anchor === null ? null : await this.#look(anchor, outgoing, signal)
    return seen?.type === 'sent' ? seen : { type: 'unknown' }
  }

  #look(anchor: Anchor, outgoing: Outgoing, signal: AbortSignal) {
    const way = { account: this.#account, client: this.#client, meter: this.#meter }
    return findSent(way, anchor, outgoing, signal)
  }

  #ask(anchor: Anchor, text: string, signal: AbortSignal): Promise<Asked> {
    return anchor.kind === 'direct'
      ? this.#client.send(`/2/dm_conversations/with/${anchor.participant}/messages`, { text }, signal)
      : this.#client.send('/2/tweets', { text, reply: { in_reply_to_tweet_id: anchor.post } }, signal)
  }

  #unanswered(asked: Exclude<Asked, Answer>): Sent {
    const failure = this.#failureOf(asked.error)
    if (asked.type === 'forbidden') return refused(setbackOf('not-taken', failure))
    if (asked.type === 'lost') return { type: 'unknown', setback: setbackOf('no-answer', failure) }
    return refusedForNow(setbackOf('not-taken', toldAs('X could not be reached', failure)), null)
  }

  #failureOf(error: unknown): Failure {
    return failureOf(error, words => this.#client.conceal(words))
  }

  async #judge(answer: Answer, anchor: Anchor, outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const { status, headers } = answer
    if (status === 200 || status === 201) return this.#taken(answer, anchor)
    const failure = this.#failureOf(this.#client.troubleOf(answer))
    const setback = setbackOf('not-taken', failure)
    if (status === 429) {
      const afterMs = pauseTold(headers, this.#account.surroundings.clock()) ?? this.#account.pace.limitedFirstMs
      return { ...refusedForNow(setback, afterMs), limited: true, told: limitTold(headers) }
    }
    // Nothing leaves before somebody pays; the texts are as good as they were.
    if (status === 402) return { ...refusedForNow(setback, creditPauseMs), limited: true, accountWide: true }
    if (status === 401) return refusedForNow(setback, null)
    if (status === 403 && isDuplicate(answer)) return await this.#alreadyThere(anchor, outgoing, signal)
    if (status >= 300 && status < 500 && status !== 408) {
      return { ...refused(setback), closed: closedBy(answer, anchor, this.#account.settings) }
    }
    return { type: 'unknown', setback: setbackOf('unclear', failure) }
  }

  /** X takes no text twice: the one that is there may be this very reply, from an earlier try. */
  async #alreadyThere(anchor: Anchor, outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const seen = await this.#look(anchor, outgoing, signal)
    if (seen.type === 'sent') return seen
    const mayBeThis = seen.type === 'unread' && outgoing.triedAt !== null
    return mayBeThis ? { type: 'unknown', setback: setbackOf('earlier') } : refused(setbackOf('same-text'))
  }

  #taken({ body, headers }: Answer, anchor: Anchor): Sent {
    const told = limitTold(headers)
    if (anchor.kind === 'direct') {
      const id = CreatedDirect.safeParse(jsonOf(body)).data?.data.dm_event_id
      return id === undefined ? withoutId : { type: 'sent', externalId: `direct-${id}`, link: null, told }
    }
    const id = Created.safeParse(jsonOf(body)).data?.data.id
    const { username } = this.#account.settings
    return id === undefined ? withoutId : { type: 'sent', externalId: id, link: linkOf(username, id), told }
  }
}

const withoutId: Sent = { type: 'unknown', setback: setbackOf('unnamed') }

/** What is direct is answered directly, whatever else its anchor says. */
function anchorOf({ answering }: Outgoing): Anchor | null {
  const anchor = Anchor.safeParse(answering?.anchor).data
  if (anchor === undefined || (answering?.visibility === 'direct') !== (anchor.kind === 'direct')) return null
  return anchor
}

type Refused = Extract<Sent, { type: 'refused' }>

function refused(setback: Setback): Refused {
  return { type: 'refused', setback, again: false, afterMs: null }
}

function refusedForNow(setback: Setback, afterMs: number | null): Refused {
  return { type: 'refused', setback, again: true, afterMs }
}
