import type { Reply } from '@muster/shared/reply.ts'
import { type Setback, setbackOf } from '@muster/shared/setback.ts'
import type { Channel, Found, Sent } from '../channels/channel.ts'
import type { Report } from '../domain/report.ts'

export type Verdict = Report extends infer R ? (R extends Report ? Omit<R, 'id' | 'replyId' | 'worker'> : never) : never

/** What is known of a reply beside what its network answered. */
export type Judged = { reply: Reply; idempotency: Channel['idempotency']; chance: number }

/** What an answer of the network means; null where it says nothing and must be looked for. */
export function judge(sent: Sent, { reply, idempotency, chance }: Judged): Verdict | null {
  switch (sent.type) {
    case 'sent':
      return { type: 'delivery/sent', externalId: sent.externalId, link: sent.link ?? null }
    case 'refused':
      if (sent.again && sent.limited) return { type: 'delivery/limited', mayHaveArrived: reply.mayHaveArrived }
      return sent.again
        ? putOff(reply, sent.setback, sent.afterMs, chance, reply.mayHaveArrived)
        : { type: 'delivery/failed', setback: sent.setback, closed: sent.closed ?? null }
    case 'unknown':
      // The network itself drops a second send of one key: sending again cannot double it.
      return idempotency === 'native' ? putOff(reply, sent.setback, null, chance, true) : null
  }
}

/** What looking for it found, after an answer that said nothing for this reason. */
export function judgeFound(found: Found, setback: Setback, { reply, idempotency, chance }: Judged): Verdict {
  switch (found.type) {
    case 'sent':
      return { type: 'delivery/sent', externalId: found.externalId, link: found.link ?? null }
    case 'absent':
      return putOff(reply, setback, null, chance, false)
    case 'unknown':
      return { type: 'delivery/uncertain', setback, seekable: idempotency === 'search' }
  }
}

/** What sending came to where the channel failed at it. */
export function thrown(error: unknown, fault: (error: unknown, about: string) => void): Sent {
  fault(error, 'sending')
  return { type: 'unknown', setback: setbackOf('fault') }
}

/** Twice as long after each try, from 2 s to 10 minutes, with a quarter of chance; never sooner than the network asked. */
export function putOff(
  reply: Reply,
  setback: Setback,
  afterMs: number | null,
  chance: number,
  mayHaveArrived: boolean,
): Verdict {
  const backoff = Math.min(600_000, 2_000 * 2 ** Math.min(Math.max(0, reply.attempts - 1), 10)) * (0.75 + chance / 2)
  const wait = Math.max(afterMs ?? 0, Math.round(backoff))
  return { type: 'delivery/again', setback, afterMs: wait, askedMs: afterMs, mayHaveArrived }
}
