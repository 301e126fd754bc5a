import { type Closed, closedFor } from '@muster/shared/closed.ts'
import { type Setback, setbackOf } from '@muster/shared/setback.ts'
import type { Found, Outgoing, Sent } from './channel.ts'
import { failureOf, toldAs } from './failure.ts'
import { jsonOf, type MastodonAccount } from './mastodon-account.ts'
import { Complaint, Status } from './mastodon-entities.ts'
import { limitTold, pauseTold } from './mastodon-limits.ts'
import { postOf } from './mastodon-reply.ts'
import { findPost } from './mastodon-sent.ts'
import type { Asked } from './safe-fetch.ts'

type Answered = Extract<Asked, { type: 'answered' }>

/** Of this many keys it is remembered that they were posted before, so that the network is asked first. */
const mostPosted = 1_000

/**
 * Posts replies. Mastodon drops a second post of one `Idempotency-Key` for an hour once it stored the first; other servers
 * with its API know no such key. So a reply whose fate is unknown is looked for among the account's own posts, and one that
 * this process posted before is looked for right before it is posted again. Where a server gave no answer, what it does not
 * show yet is not surely absent until it had the time to finish.
 */
export class MastodonOutbox {
  readonly #account: MastodonAccount
  /** When each key was last left without an answer, ms; 0 where there was one. */
  readonly #posted = new Map<string, number>()

  constructor(account: MastodonAccount) {
    this.#account = account
  }

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    if (this.#posted.has(outgoing.key)) {
      const found = await this.find(outgoing, signal)
      if (found.type === 'sent') return found
      if (found.type === 'unknown') return { type: 'unknown', setback: setbackOf('posted-before') }
    }
    const headers = { 'idempotency-key': outgoing.key }
    const asked = await this.#account.ask('POST', '/api/v1/statuses', postOf(outgoing), headers, signal)
    const sent = this.#judge(asked)
    if (sent.type !== 'refused') this.#remember(outgoing.key, mayStillStore(asked))
    return sent
  }

  async find(outgoing: Outgoing, signal: AbortSignal): Promise<Found> {
    const found = await findPost(this.#account, outgoing, signal)
    if (found.type !== 'absent') return found
    // What became of a try by another process is not known here.
    const left = this.#posted.get(outgoing.key) ?? outgoing.triedAt ?? 0
    return this.#account.surroundings.clock() - left < this.#account.pace.settleMs ? { type: 'unknown' } : found
  }

  #remember(key: string, isInDoubt: boolean): void {
    this.#posted.delete(key)
    this.#posted.set(key, isInDoubt ? this.#account.surroundings.clock() : 0)
    const [oldest] = this.#posted.keys()
    if (this.#posted.size > mostPosted && oldest !== undefined) this.#posted.delete(oldest)
  }

  #judge(asked: Asked): Sent {
    if (asked.type === 'answered') return this.#judgeAnswer(asked)
    const failure = failureOf(asked.error, this.#account.conceal)
    switch (asked.type) {
      case 'forbidden':
        return refused(setbackOf('not-taken', failure), null)
      case 'unsent':
        return refusedForNow(setbackOf('not-taken', toldAs('Its server could not be reached', failure)), null)
      case 'lost':
        return { type: 'unknown', setback: setbackOf('no-answer', failure) }
    }
  }

  #judgeAnswer(answer: Answered): Sent {
    const { status, headers, body } = answer
    const now = this.#account.surroundings.clock()
    const failure = failureOf(this.#account.awayBy(answer), this.#account.conceal)
    const setback = setbackOf('not-taken', failure)
    if (status === 200) return takenAs(Status.safeParse(jsonOf(body)).data, answer, now)
    if (status === 429 || (status === 503 && headers['retry-after'] !== undefined)) {
      const afterMs = pauseTold(headers, now)
      return { ...refusedForNow(setback, afterMs), limited: true, told: limitTold(headers, now) }
    }
    // The account or its token can be mended, and then it goes out.
    if (status === 401 || (status === 403 && isAboutUs(answer))) return refusedForNow(setback, null)
    if (status >= 300 && status < 500 && status !== 408) return refused(setback, closedBy(answer))
    return { type: 'unknown', setback: setbackOf('unclear', failure) }
  }
}

function takenAs(status: Status | undefined, { headers }: Answered, now: number): Sent {
  if (status === undefined) return { type: 'unknown', setback: setbackOf('unnamed') }
  return { type: 'sent', externalId: status.id, link: status.url ?? status.uri, told: limitTold(headers, now) }
}

/** Whether a no is about our account (not confirmed, disabled, without the right) and not about what it would answer. */
function isAboutUs({ body }: Answered): boolean {
  const said = Complaint.safeParse(jsonOf(body)).data
  return said !== undefined && /scope|token|login|approval/i.test(`${said.error} ${said.error_description ?? ''}`)
}

/** A server that did not answer, or another in front of one that did not. */
function mayStillStore(asked: Asked): boolean {
  return asked.type !== 'answered' || asked.status === 408 || asked.status > 500
}

/** What a server's no says of the post that would have been answered; null where it is about something else. */
function closedBy({ status, body }: Answered): Closed | null {
  if (!Complaint.safeParse(jsonOf(body)).success) return null
  const network = 'Mastodon'
  if (status === 404 || status === 410) return closedFor('hidden', { network })
  return status === 403 ? closedFor('blocked', { network }) : null
}

type Refused = Extract<Sent, { type: 'refused' }>

function refused(setback: Setback, closed: Closed | null): Refused {
  return { type: 'refused', setback, again: false, afterMs: null, closed }
}

function refusedForNow(setback: Setback, afterMs: number | null): Refused {
  return { type: 'refused', setback, again: true, afterMs }
}
