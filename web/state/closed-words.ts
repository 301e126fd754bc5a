import type { Closed } from '@muster/shared/closed.ts'
import { say } from './words.ts'

/** Why a message cannot be answered from here. */
export function closedSentence({ why, network }: Closed): string {
  return say(`closed.${why}`, { network: network ?? '' })
}

/** The other way to reach the person; null where there is none. */
export function otherWaySentence({ network, otherWay }: Closed): string | null {
  if (otherWay === null) return null
  const { how, account } = otherWay
  const there = { network: network ?? '', account: account ?? '' }
  return say(how === 'by-hand' && account !== null ? 'closed.by-hand-as' : `closed.${how}`, there)
}

export function closedWords(closed: Closed): string {
  return [closedSentence(closed), otherWaySentence(closed)].filter(Boolean).join(' ')
}
