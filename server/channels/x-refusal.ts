import type { XSettings } from '@muster/shared/channel.ts'
import { type Closed, closedFor } from '@muster/shared/closed.ts'
import { type Anchor, byHandOf, linkOf, network } from './x-arrival.ts'
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
  if (unsummoned.test(words)) return closedFor('not-summoned', byHand)
  if (restricted.test(words)) return closedFor('replies-off', { network })
  if (gone.test(words)) return closedFor('hidden', { network })
  return blocked.test(words) ? closedFor('blocked', { network }) : null
}

function closedDirectly(words: string): Closed | null {
  return unreachable.test(words) || blocked.test(words) ? closedFor('no-direct', { network }) : null
}

function wordsIn(answer: Answer): string {
  const { detail = '', message = '', title = '' } = problemOf(answer) ?? {}
  return `${title} ${detail} ${message}`
}
