import type { Closed } from '@muster/shared/conversation.ts'
import type { Found, Outgoing, Sent } from './channel.ts'
import { jsonOf, type MastodonAccount } from './mastodon-account.ts'
import { Complaint, Status } from './mastodon-entities.ts'
import { limitTold, pauseTold } from './mastodon-limits.ts'
import { postOf } from './mastodon-reply.ts'
import { findPost } from './mastodon-sent.ts'
import type { Asked } from './safe-fetch.ts'

type Answered = Extract<Asked, { type: 'answered' }>

/** Of this many keys it is remembered that they were sent before, so that the network is asked first. */
const mostSeen = 1_000

/**
 * Posts replies. Mastodon drops a second post of one `Idempotency-Key` for an hour once it stored the first; other servers
 * with its API know no such key. So a reply whose fate is unknown is looked for among the account's own posts, and one that
 * this process posted before is looked for right before it is posted again.
 */
export class MastodonOutbox {
  readonly #account: MastodonAccount
  readonly #seen = new Set<string>()

  constructor(account: MastodonAccount) {
    this.#account = account
  }

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    if (this.#seen.has(outgoing.key)) {
      const found = await findPost(this.#account, outgoing, signal)
      if (found.type === 'sent') return found
      if (found.type === 'unknown') return { type: 'unknown', reason: 'Its server does not show what was posted.' }
    }
    const headers = { 'idempotency-key': outgoing.key }
    const sent = this.#judge(await this.#account.ask('POST', '/api/v1/statuses', postOf(outgoing), headers, signal))
    if (sent.type !== 'refused') this.#remember(outgoing.key)
    return sent
  }

  async find(outgoing: Outgoing, signal: AbortSignal): Promise<Found> {
    const found = await findPost(this.#account, outgoing, signal)
    if (found.type === 'sent') this.#remember(outgoing.key)
    return found
  }

  #remember(key: string): void {
    this.#seen.add(key)
    const [oldest] = this.#seen
    if (this.#seen.size > mostSeen && oldest !== undefined) this.#seen.delete(oldest)
  }

  #judge(asked: Asked): Sent {
    switch (asked.type) {
      case 'answered':
        return this.#judgeAnswer(asked)
      case 'forbidden':
        return refused(asked.reason, null)
      case 'unsent':
        return refusedForNow(`Its server could not be reached: ${this.#account.wordsFor(asked)}`, null)
      case 'lost':
        return { type: 'unknown', reason: `Its server gave no answer: ${this.#account.wordsFor(asked)}` }
    }
  }

  #judgeAnswer(answer: Answered): Sent {
    const { status, headers, body } = answer
    const now = this.#account.surroundings.clock()
    const reason = this.#account.complaintOf(answer)
    if (status === 200) return takenAs(Status.safeParse(jsonOf(body)).data, answer, now)
    if (status === 429) {
      const afterMs = pauseTold(headers, now)
      return { ...refusedForNow(reason, afterMs), limited: true, told: limitTold(headers, now) }
    }
    // The token can be renewed in the settings, and then it goes out.
    if (status === 401) return refusedForNow(reason, null)
    if (status === 503 && headers['retry-after'] !== undefined) return refusedForNow(reason, pauseTold(headers, now))
    if (status >= 300 && status < 500 && status !== 408) return refused(reason, closedBy(answer))
    return { type: 'unknown', reason }
  }
}

function takenAs(status: Status | undefined, { headers }: Answered, now: number): Sent {
  if (status === undefined) return { type: 'unknown', reason: 'Its server took it and did not say as what.' }
  return { type: 'sent', externalId: status.id, link: status.url ?? status.uri, told: limitTold(headers, now) }
}

/** What a server's no says of the post that would have been answered; null where it is about something else. */
function closedBy({ status, body }: Answered): Closed | null {
  const said = Complaint.safeParse(jsonOf(body)).data
  if (said === undefined || /scope|token/i.test(`${said.error} ${said.error_description ?? ''}`)) return null
  if (status === 404 || status === 410) {
    return { why: 'gone', sentence: 'The post is no longer there, or no longer shown to this account.', otherWay: null }
  }
  if (status === 403) {
    return { why: 'blocked', sentence: 'Its author does not let this account answer it.', otherWay: null }
  }
  return null
}

type Refused = Extract<Sent, { type: 'refused' }>

function refused(reason: string, closed: Closed | null): Refused {
  return { type: 'refused', reason, again: false, afterMs: null, closed }
}

function refusedForNow(reason: string, afterMs: number | null): Refused {
  return { type: 'refused', reason, again: true, afterMs }
}
