import type { XSettings } from '@muster/shared/channel.ts'
import type { Closed } from '@muster/shared/conversation.ts'
import { type Anchor, byHandOf, linkOf, notSummoned } from './x-arrival.ts'
import { type Answer, problemOf } from './x-client.ts'

/** X has no codes for why it does not take a reply; these are its words. */
const duplicate = /duplicate content/i
const unsummoned =
  /not been mentioned or otherwise engaged|only reply to or quote posts where you are mentioned|summoned/i
const restricted = /restricted who can reply|can(?:no|')t reply to this (?:conversation|post|tweet)/i
const gone = /deleted or not visible|no longer available|does not exist|could not find/i
const blocked = /blocked/i
const unreachable =
  /cannot send messages? to this user|not allowed to (?:direct )?message|does not allow direct messages/i

export function isDuplicate(answer: Answer): boolean {
  return duplicate.test(wordsIn(answer))
}

/** What X's no says of the message that would have been answered; null where it is about something else. */
export function closedBy(answer: Answer, anchor: Anchor, settings: XSettings): Closed | null {
  const words = wordsIn(answer)
  if (anchor.kind === 'direct') return closedDirectly(words)
  const byHand = byHandOf(settings, linkOf(null, anchor.post))
  if (unsummoned.test(words)) return notSummoned(settings, byHand)
  if (restricted.test(words)) {
    return { why: 'replies-off', sentence: 'Its author lets only some people answer it.', otherWay: null }
  }
  if (gone.test(words)) {
    const sentence = 'The post is no longer there, or no longer shown to this account.'
    return { why: 'gone', sentence, otherWay: null }
  }
  if (blocked.test(words)) {
    return { why: 'blocked', sentence: 'Its author does not let this account answer.', otherWay: null }
  }
  return null
}

function closedDirectly(words: string): Closed | null {
  if (!unreachable.test(words) && !blocked.test(words)) return null
  return { why: 'blocked', sentence: 'They take no direct messages of this account any more.', otherWay: null }
}

function wordsIn(answer: Answer): string {
  const { detail = '', message = '', title = '' } = problemOf(answer) ?? {}
  return `${title} ${detail} ${message}`
}
