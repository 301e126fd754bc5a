import type { Alert, AlertSource } from '@muster/shared/alert.ts'

/** What is known of a trouble: what was told last, when that came, and since when it fires or fired. */
export type KnownAlert = {
  alert: Alert
  /** ms since 1970, by our own clock. */
  toldAt: number
  /** Null while nobody ever heard that it began. */
  begunAt: number | null
}

export type ToldAlert = { alert: Alert; source: Pick<AlertSource, 'kind'>; toldAt: number }

/** Another node of the source, or a call that hung, tells a beginning at most so long after its end was told. */
const echoMs = 2 * 60_000
const aDay = 24 * 3_600_000

/** Its source never told that the former one was over: it does not tell ends, or that one was silenced when it ended. */
export function isAnew({ alert, toldAt }: KnownAlert, { state, at }: Alert): boolean {
  // By our clock and by that of its source, which may differ.
  return state === 'firing' && at > Math.max(toldAt, alert.at) + aDay
}

/**
 * PagerDuty says when something happened. A group says since when its members fire, which says nothing of when the group
 * began to: one that was silenced for hours fires now, as of hours ago.
 */
export function isLate(known: KnownAlert, { alert, source, toldAt }: ToldAlert): boolean {
  const isEarlier = alert.at < known.alert.at
  if (source.kind === 'pagerduty') return isEarlier
  if (toldAt < known.toldAt) return true
  if (alert.state === 'cleared') return isEarlier
  const isInside = isEarlier && alert.at >= (known.begunAt ?? Number.NEGATIVE_INFINITY)
  return isInside && toldAt - known.toldAt <= echoMs
}
