import { blanksIn } from '@muster/shared/blank.ts'
import type { Extent } from './extent.ts'
import { say } from './words.ts'

/** How one text stands when somebody wants to send it. */
export type Standing = {
  /** Whether it is this person's to answer, or could be claimed. */
  claim: 'held' | 'free' | 'none'
  /** Whether what both of a pair write is not here yet. */
  waiting: boolean
  /** Whether nothing can be answered there any more. */
  closed: boolean
  /** Whether its writer has not read today's facts. */
  stale: boolean
  text: string
  extent: Extent
  /** Whether the messages are on screen. */
  read: boolean
}

/** Why it cannot be sent now, as a sentence that says what to do first; null when it can. */
export function obstacleTo({ claim, waiting, closed, stale, text, extent, read }: Standing): string | null {
  const { used, longest, state } = extent
  const [blank] = blanksIn(text)
  if (claim !== 'held') return say(claim === 'free' ? 'answering.claimFirst' : 'answering.cannotSend')
  if (waiting) return say('pair.notHereYet')
  if (closed) return say('answering.cannotAnswerHere')
  if (stale) return say('composer.readFactsFirst')
  if (text.trim() === '') return say('composer.nothingWritten')
  if (blank) return say('answering.fillFirst', { blank: blank.name })
  if (state === 'over') return say('answering.tooLong', { longest, count: used - longest })
  return read ? null : say('composer.waitForMessages')
}
