import type { Claim, Conversation } from '@muster/shared/conversation.ts'

/**
 * Who may answer a conversation, as this screen can tell; the server judges by its own clock. `beside`: it is somebody else's
 * claim, beside whom this person sits: they write and send as its holder does.
 */
export type Holding =
  | { type: 'free' }
  | { type: 'mine'; claim: Claim; beside: boolean }
  | { type: 'leaving'; claim: Claim; replyId: string }
  | { type: 'theirs'; claim: Claim }

export function holdingOf({ claim }: Conversation, personId: string, now: number): Holding {
  if (claim === null || (claim.replyId === null && claim.until <= now)) return { type: 'free' }
  const beside = claim.pair?.partner?.id === personId
  if (claim.holder.id !== personId && !beside) return { type: 'theirs', claim }
  return claim.replyId === null ? { type: 'mine', claim, beside } : { type: 'leaving', claim, replyId: claim.replyId }
}

/** Whether somebody holds it, or sits beside who does. */
export function isAt({ claim }: Conversation, personId: string): boolean {
  return claim !== null && (claim.holder.id === personId || claim.pair?.partner?.id === personId)
}
