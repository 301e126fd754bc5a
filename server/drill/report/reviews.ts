import type { LogMark, Observations } from '../observation.ts'
import { groupBy } from './fault.ts'
import { percentiles } from './latency.ts'
import { sendingsOf } from './sending.ts'

type Told = Pick<Observations, 'log' | 'guidance'>
/** One reply's wait for its reviewer, and when it ended. */
export type ReviewWait = { at: number; ms: number }

/** From when a reply may be reviewed until the claim came of which a decision came. */
export function reviewWaits(log: readonly LogMark[]): ReviewWait[] {
  const open = new Map<string, { since: number; claimedAt: number }>()
  return log.flatMap(({ type, at, reply }) => {
    if (reply === null) return []
    const { id } = reply
    if (type === 'reply/submitted') open.set(id, { since: Math.max(at, reply.notBefore ?? at), claimedAt: at })
    const waited = open.get(id)
    if (waited === undefined) return []
    if (type === 'review/claimed') open.set(id, { ...waited, claimedAt: at })
    if (type !== 'review/approved' && type !== 'review/returned') return []
    open.delete(id)
    return [{ at: waited.claimedAt, ms: Math.max(0, waited.claimedAt - waited.since) }]
  })
}

export type ReviewedShare = { total: number; over: { second: number; replies: number; share: number }[] }

/** Of the replies of those who came to help, the share that somebody had read before it left: at each time, and in all. */
export function reviewedShare(told: Told): ReviewedShare {
  const first = new Map(
    sendingsOf(told)
      .filter(({ writer }) => writer?.cohort === 'other')
      .toReversed()
      .map(sending => [sending.reply.id, sending]),
  )
  const left = [...first.values()].map(({ mark: { at }, yes }) => ({ at, reviewed: yes !== null }))
  const over = [...groupBy(left, ({ at }) => String(secondOf(at, told.log)))].map(([second, replies]) => ({
    second: Number(second),
    replies: replies.length,
    share: shareOf(replies),
  }))
  return { total: shareOf(left), over: over.toSorted((one, other) => one.second - other.second) }
}

function shareOf(replies: readonly { reviewed: boolean }[]): number {
  const reviewed = replies.filter(each => each.reviewed).length
  return replies.length === 0 ? 0 : Math.round((reviewed / replies.length) * 1_000) / 1_000
}

export type Levels = { second: number; observer: number; gated: number; 'spot-checked': number; trusted: number }

/** How far those were allowed to go alone who came to help, at the end of each while. */
export function levelsOver(log: readonly LogMark[]): Levels[] {
  const levels = new Map<string, keyof Omit<Levels, 'second'>>()
  return [...groupBy(log, ({ at }) => String(secondOf(at, log)))].map(([second, marks]) => {
    for (const { responder } of marks) if (responder?.cohort === 'other') levels.set(responder.id, responder.level)
    const count = { second: Number(second), observer: 0, gated: 0, 'spot-checked': 0, trusted: 0 }
    for (const level of levels.values()) count[level]++
    return count
  })
}

export type ToldToWaitOver = {
  times: number
  people: number
  longestMs: number
  over: { second: number; times: number }[]
}

/** Newcomers whom reviewers' work put off, and when. */
export function waitingOver({ toldToWait, log }: Pick<Observations, 'toldToWait' | 'log'>): ToldToWaitOver {
  const over = [...groupBy(toldToWait, ({ at }) => String(secondOf(at, log)))].map(([second, waits]) => ({
    second: Number(second),
    times: waits.length,
  }))
  return {
    times: toldToWait.length,
    people: new Set(toldToWait.map(({ person }) => person)).size,
    longestMs: Math.max(0, ...toldToWait.map(({ waitMs }) => waitMs)),
    over,
  }
}

export type WaitOver = { second: number; p50: number; p95: number; count: number }

export function waitsOver(waits: readonly ReviewWait[], log: readonly LogMark[]): WaitOver[] {
  return [...groupBy(waits, ({ at }) => String(secondOf(at, log)))]
    .map(([second, group]) => {
      const { p50, p95, count } = percentiles(group.map(({ ms }) => ms))
      return { second: Number(second), p50, p95, count }
    })
    .toSorted((one, other) => one.second - other.second)
}

const longDrillMs = 600_000

/** The while a moment belongs to, by the second it begins at: ten seconds, in a long drill a minute. */
function secondOf(at: number, log: readonly LogMark[]): number {
  const began = log[0]?.at ?? at
  const whileMs = (log.at(-1)?.at ?? at) - began > longDrillMs ? 60_000 : 10_000
  return (Math.floor(Math.max(0, at - began) / whileMs) * whileMs) / 1_000
}
