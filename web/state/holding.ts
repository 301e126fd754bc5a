import type { Claim, Conversation } from '@muster/shared/conversation.ts'

/** Who may answer a conversation, as this screen can tell; the server judges by its own clock. */
export type Holding =
  | { type: 'free' }
  | { type: 'mine'; claim: Claim }
  | { type: 'leaving'; claim: Claim; replyId: string }
  | { type: 'theirs'; claim: Claim }

export function holdingOf({ claim }: Conversation, personId: string, now: number): Holding {
  if (claim === null || (claim.replyId === null && claim.until <= now)) return { type: 'free' }
  if (claim.holder.id !== personId) return { type: 'theirs', claim }
  return claim.replyId === null ? { type: 'mine', claim } : { type: 'leaving', claim, replyId: claim.replyId }
}
