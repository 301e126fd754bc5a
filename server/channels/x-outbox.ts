import type { Found, Outgoing, Sent } from './channel.ts'
import { wordsOf } from './concealment.ts'
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
    if (anchor === null) return refused('On X a reply answers a message, and this one answers none.')
    if (signal.aborted) return refusedForNow('It was called off before it began.', null)
    try {
      const asked = await this.#ask(anchor, outgoing.text, signal)
      return asked.type === 'answered' ? await this.#judge(asked, anchor, outgoing, signal) : this.#unanswered(asked)
    } catch (error) {
      return refusedForNow(this.#client.conceal(wordsOf(error)), null)
    }
  }

  async find(outgoing: Outgoing, signal: AbortSignal): Promise<Found> {
    const anchor = anchorOf(outgoing)
    if (anchor === null) return { type: 'unknown' }
    const way = { account: this.#account, client: this.#client, meter: this.#meter }
    return await findSent(way, anchor, outgoing, signal)
  }

  #ask(anchor: Anchor, text: string, signal: AbortSignal): Promise<Asked> {
    return anchor.kind === 'direct'
      ? this.#client.send(`/2/dm_conversations/with/${anchor.participant}/messages`, { text }, signal)
      : this.#client.send('/2/tweets', { text, reply: { in_reply_to_tweet_id: anchor.post } }, signal)
  }

  #unanswered(asked: Exclude<Asked, Answer>): Sent {
    if (asked.type === 'forbidden') return refused(asked.reason)
    const words = this.#client.conceal(wordsOf(asked.error))
    if (asked.type === 'unsent') return refusedForNow(`X could not be reached: ${words}`, null)
    return { type: 'unknown', reason: `X gave no answer: ${words}` }
  }

  async #judge(answer: Answer, anchor: Anchor, outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const { status, headers } = answer
    if (status === 200 || status === 201) return this.#taken(answer, anchor)
    const reason = `${this.#client.wordsFor(answer)}.`
    if (status === 429) {
      const afterMs = pauseTold(headers, this.#account.surroundings.clock()) ?? this.#account.pace.limitedFirstMs
      return { ...refusedForNow(reason, afterMs), limited: true, told: limitTold(headers) }
    }
    // Nothing leaves before somebody pays; the texts are as good as they were.
    if (status === 402) return { ...refusedForNow(reason, creditPauseMs), limited: true, accountWide: true }
    if (status === 401) return refusedForNow(reason, null)
    if (status === 403 && isDuplicate(answer)) return await this.#alreadyThere(outgoing, signal)
    if (status >= 300 && status < 500 && status !== 408) {
      return { ...refused(reason), closed: closedBy(answer, anchor, this.#account.settings) }
    }
    return { type: 'unknown', reason }
  }

  /** X takes no text twice: the one that is there may be this very reply, from a try whose fate was unknown. */
  async #alreadyThere(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const found = await this.find(outgoing, signal)
    if (found.type === 'sent') return found
    return refused('X takes the same text only once. Change some words of it.')
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

const withoutId: Sent = { type: 'unknown', reason: 'X took it and did not say as what.' }

/** What is direct is answered directly, whatever else its anchor says. */
function anchorOf({ answering }: Outgoing): Anchor | null {
  const anchor = Anchor.safeParse(answering?.anchor).data
  if (anchor === undefined || (answering?.visibility === 'direct') !== (anchor.kind === 'direct')) return null
  return anchor
}

type Refused = Extract<Sent, { type: 'refused' }>

function refused(reason: string): Refused {
  return { type: 'refused', reason, again: false, afterMs: null }
}

function refusedForNow(reason: string, afterMs: number | null): Refused {
  return { type: 'refused', reason, again: true, afterMs }
}
