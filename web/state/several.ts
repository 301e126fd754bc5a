import type { Conversation } from '@muster/shared/conversation.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { listed, say } from './words.ts'

/** What claiming several is answered with. */
export type SeveralAnswer = {
  claimed: { conversation: Conversation }[]
  refused: { conversationId: string; refusal: Refusal }[]
}

const reasons = {
  'already-claimed': 'views.notHeldByOthers',
  'too-many-claims': 'views.notMore',
  'oldest-first': 'views.notBefore',
  'reply-on-its-way': 'views.notLeaving',
} as const satisfies Partial<Record<Refusal['code'], unknown>>

/** How many were claimed and how many were not, by reason; null when all were. */
export function claimedSentence({ claimed, refused }: SeveralAnswer): string | null {
  if (refused.length === 0) return null
  const byReason = Map.groupBy(refused, ({ refusal }) => reasonOf(refusal))
  const told = [...byReason].map(([reason, { length }]) => say(reason, { count: length }))
  return say('views.claimedSome', { count: claimed.length, refused: listed(told) })
}

function reasonOf({ code }: Refusal) {
  return code in reasons ? reasons[code as keyof typeof reasons] : 'views.notAtAll'
}
