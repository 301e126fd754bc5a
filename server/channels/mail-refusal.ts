import type { Failure } from '@muster/shared/failure.ts'
import { setbackOf } from '@muster/shared/setback.ts'
import type { Sent } from './channel.ts'
import { toldAs } from './failure.ts'

/**
 * How far a letter got: a server that never saw its text cannot have taken it, so only from `text` on can its fate be
 * unknown. What the server answers in `hello` is about the account, not about this letter.
 */
export type Progress = { stage: 'hello' | 'envelope' | 'text' }

const secondMs = 1_000
/** For how long an account that sent too much is left alone, by what its server says it counts. */
const pauses: [words: RegExp, ms: number][] = [
  [/dail|per day|24 ?h|5\.4\.5|5\.1\.90/i, 3_600 * secondMs],
  [/hour/i, 900 * secondMs],
]
const usualPauseMs = 60 * secondMs

/** Status codes and words by which servers say that an account has sent enough for now, whatever the letter. */
const quotaCodes = /\b[45]\.(?:4\.5|1\.90)\b/
const quotaWords =
  /(?:send|daily|hourly|message|mail|submission|rate|recipients?|connections?|user|account)[\w' ]{0,40}(?:quota|limit)|(?:quota|limit)\w* (?:for|of|on) (?:send|messages|mails|recipients|connections)|throttl|rate[\w. ]{0,30} exceed|unusual rate|too much mail|too many (?:mails|messages|e-?mails|recipients|connections|log ?ins)/i
/** The customer's mailbox is full, or the letter is too long: that is no limit of the account. */
const notOurs = /\b[45]\.(?:2\.[0-9]+|3\.4)\b(?!.*submission)/i

/** What a failure to send says of the letter. */
export function judge(error: unknown, { stage }: Progress, failure: Failure): Sent {
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0
  const tooLong = code === 0 && error instanceof Error && 'code' in error && error.code === 'EMESSAGE'
  const { reason: said } = failure
  const setback = setbackOf('not-taken', toldAs('The mail server did not take it', failure))
  if (code >= 400 && isOverQuota(said)) {
    return { type: 'refused', setback, again: true, afterMs: pauseAfter(said), limited: true }
  }
  if (stage === 'hello') return { type: 'refused', setback, again: true, afterMs: null }
  if (code >= 400 || tooLong) return { type: 'refused', setback, again: code < 500 && !tooLong, afterMs: null }
  if (stage === 'envelope') return { type: 'refused', setback, again: true, afterMs: null }
  return { type: 'unknown', setback: setbackOf('no-answer', failure) }
}

function isOverQuota(said: string): boolean {
  return quotaCodes.test(said) || (quotaWords.test(said) && !notOurs.test(said))
}

function pauseAfter(said: string): number {
  return pauses.find(([words]) => words.test(said))?.[1] ?? usualPauseMs
}
