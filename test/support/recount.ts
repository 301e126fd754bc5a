import type { Conversation } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { FirstReplies, IncidentSeries, SeriesMinute } from '@muster/shared/figures.ts'

/** An incident's figures counted anew for every minute from the whole log, as plainly as it can be said. */
export function recount(
  entries: readonly Told[],
  now: number,
  most: number,
): Pick<IncidentSeries, 'minutes' | 'firstReplies'> {
  const log = entries.map((told, index) => ({
    told,
    at: Math.max(...entries.slice(0, index + 1).map(({ at }) => at)),
  }))
  const begin = log[0]?.at ?? now
  const lastEntry = log.at(-1)?.at ?? now
  const resolved = entries.findLast(told => 'incident' in told)?.incident.state === 'resolved'
  const end = resolved ? lastEntry : Math.max(now, lastEntry)
  const whole = Math.floor(end / 60_000) - Math.floor(begin / 60_000) + 1
  const starts = Array.from({ length: Math.min(whole, most) }, (_, back) => (Math.floor(end / 60_000) - back) * 60_000)
  const waitsIn = (from: number, to: number) =>
    log
      .filter(({ at }) => at >= from && at < to)
      .flatMap(({ at, told }) =>
        isSent(told) && told.conversation.replies === 1 ? Math.max(0, at - told.conversation.openedAt) : [],
      )
  const minuteFrom = (start: number): SeriesMinute => {
    const during = log.filter(({ at }) => at >= start && at < start + 60_000).map(({ told }) => told)
    const until = log.filter(({ at }) => at < start + 60_000).map(({ told }) => told)
    return {
      at: start,
      arrivals: during.filter(({ type }) => type === 'message/arrived').length,
      replies: during.filter(isSent).length,
      ...standing(until, Math.min(end, start + 60_000)),
      firstReplies: ranks(waitsIn(start, start + 60_000)),
    }
  }
  const minutes = starts.reverse().map(minuteFrom)
  return { minutes, firstReplies: ranks(waitsIn(starts[0] ?? end, Infinity)) }
}

function isSent(told: Told): told is Extract<Told, { reply: object }> {
  return ['reply/sent', 'reply/settled'].includes(told.type) && 'reply' in told && told.reply.state === 'sent'
}

function standing(entries: readonly Told[], end: number) {
  const newest = new Map<string, Conversation>()
  for (const told of entries) {
    if ('conversation' in told) newest.set(told.conversation.id, told.conversation)
    if ('other' in told) newest.set(told.other.id, told.other)
    if ('goneId' in told) newest.delete(told.goneId)
  }
  const waits = [...newest.values()].flatMap(({ waitingSince }) => (waitingSince === null ? [] : end - waitingSince))
  const holders = new Set([...newest.values()].flatMap(({ claim }) => (claim === null ? [] : claim.holder.id)))
  const joined = new Set(entries.flatMap(told => ('responder' in told && told.responder ? told.responder.id : [])))
  return {
    backlog: waits.length,
    oldestMs: Math.max(0, ...waits),
    answering: holders.size,
    others: [...joined].filter(id => !holders.has(id)).length,
  }
}

function ranks(waits: number[]): FirstReplies {
  const sorted = waits.toSorted((one, other) => one - other)
  const at = (share: number) => sorted.find((_, index) => (index + 1) / sorted.length >= share) ?? null
  return { count: sorted.length, medianMs: at(0.5), p90Ms: at(0.9) }
}
