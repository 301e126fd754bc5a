import { blanksIn } from '@muster/shared/blank.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Facts } from '@muster/shared/incident.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import { fold } from './fold.ts'

export type Leaving = {
  text: string
  epoch: number
  fence: number
  writerId: string
  /** Its length as its channel counts; null where that is not known. */
  length: { used: number; longest: number | null } | null
}

/**
 * The rules a reply passes before it leaves, and again in the moment of leaving. Answers with every reason at once, so
 * that its writer mends it in one go; no reason means it may leave.
 */
export function gate(leaving: Leaving, conversation: Conversation, facts: Facts): GateReason[] {
  return [
    ...claimReasons(leaving, conversation),
    ...epochReasons(leaving, facts),
    ...textReasons(leaving.text, facts),
    ...lengthReasons(leaving),
  ]
}

function claimReasons(leaving: Leaving, { claim }: Conversation): GateReason[] {
  if (claim !== null && claim.fence === leaving.fence && claim.holder.id === leaving.writerId) return []
  return [{ rule: 'claim', sentence: 'The claim this was written under has ended.' }]
}

function epochReasons(leaving: Leaving, facts: Facts): GateReason[] {
  if (leaving.epoch === facts.epoch) return []
  return [
    {
      rule: 'epoch',
      sentence: 'The guidance has changed since this was written: read the new facts, then send again.',
    },
  ]
}

function textReasons(text: string, facts: Facts): GateReason[] {
  if (text.trim() === '') return [{ rule: 'empty', sentence: 'There is no text to send yet.' }]
  const reasons: GateReason[] = blanksIn(text).map(({ from, to }) => ({
    rule: 'blank',
    sentence: `Fill in ${text.slice(from, to)} or take it out.`,
  }))
  const folded = fold(text)
  for (const words of facts.mustNotSay) {
    if (folded.includes(fold(words))) {
      reasons.push({
        rule: 'must-not-say',
        sentence: `Nobody may say "${words}" in this incident: put it another way.`,
      })
    }
  }
  return reasons
}

function lengthReasons({ length }: Leaving): GateReason[] {
  if (length === null || length.longest === null || length.used <= length.longest) return []
  return [
    { rule: 'length', sentence: `This channel takes ${length.longest} characters; this reply has ${length.used}.` },
  ]
}
