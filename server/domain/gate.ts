import type { Sameness } from '@muster/shared/channel.ts'
import type { Conversation, Message } from '@muster/shared/conversation.ts'
import type { Facts, Responder } from '@muster/shared/incident.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { changed, closedReason, stop } from './gate-reason.ts'
import { textReasons } from './gate-text.ts'
import { gone } from './refusals.ts'
import { overrideSealOf, sealOf } from './seal.ts'
import type { Texts } from './texts.ts'

export type Leaving = Pick<
  Reply,
  | 'conversationId'
  | 'text'
  | 'epoch'
  | 'fence'
  | 'writer'
  | 'alongside'
  | 'to'
  | 'answers'
  | 'target'
  | 'review'
  | 'approval'
  | 'override'
>

/** What a reply is judged by, as it is in this moment. */
export type Grounds = {
  conversation: Conversation
  /** The message it stands under; null where it is none of this conversation. */
  target: Pick<Message, 'closed' | 'deletedAt'> | null
  facts: Facts
  texts: Texts
  /** Null where they are in no roster: then they are as new as can be. */
  writer: Pick<Responder, 'level'> | null
  /** Its length as its channel counts; null where that is not known. */
  length: { used: number; longest: number | null } | null
  sameness: Sameness | null
  /** How many went out to other customers that are too like it. */
  alike: number
  now: number
}

/**
 * The rules a reply passes before it leaves, and again in the moment of leaving. Answers with every reason at once, so
 * that its writer mends it in one go; a reply leaves where none of them says `stop`. What somebody with the right set
 * aside for this very text is no reason any more.
 */
export function gate(leaving: Leaving, grounds: Grounds): GateReason[] {
  const reasons = [
    ...claimReasons(leaving, grounds.conversation),
    ...closedReasons(grounds),
    ...epochReasons(leaving, grounds.facts),
    ...textReasons(leaving.text, grounds),
    ...alikeReasons(grounds),
    ...lengthReasons(grounds),
    ...reviewReasons(leaving, grounds),
  ]
  const { override } = leaving
  if (override === null || override.seal !== overrideSealOf(leaving)) return reasons
  return reasons.filter(({ rule }) => !override.rules.includes(rule))
}

/** What keeps it from leaving. */
export function stops(reasons: readonly GateReason[]): GateReason[] {
  return reasons.filter(({ weight }) => weight === 'stop')
}

function claimReasons(leaving: Leaving, { claim }: Conversation): GateReason[] {
  const writers = [claim?.holder.id, claim?.pair?.partner?.id]
  if (claim !== null && claim.fence === leaving.fence && writers.includes(leaving.writer.id)) return []
  return [stop('claim', 'The claim this was written under has ended.')]
}

/** Whatever its text says, there is nobody whom it would reach. */
function closedReasons({ target }: Grounds): GateReason[] {
  const open = target !== null && target.deletedAt === null && target.closed === null
  if (open) return []
  return [closedReason(target?.closed ?? gone)]
}

function epochReasons(leaving: Leaving, facts: Facts): GateReason[] {
  if (leaving.epoch === facts.epoch) return []
  return [changed]
}

function alikeReasons({ sameness, alike }: Grounds): GateReason[] {
  if (sameness === null || alike <= sameness.allowed) return []
  const sentence =
    alike === 1
      ? 'Another customer got almost the same words, and everybody reads along. Say it in your own words.'
      : `${alike} other customers got almost the same words, and everybody reads along. Say it in your own words.`
  return [stop('alike', sentence, { count: alike })]
}

function lengthReasons({ length }: Grounds): GateReason[] {
  if (length === null || length.longest === null || length.used <= length.longest) return []
  const { used, longest } = length
  return [stop('length', `This channel takes ${longest} characters; this reply has ${used}.`, { used, longest })]
}

function reviewReasons(leaving: Leaving, { writer }: Grounds): GateReason[] {
  const { approval, review } = leaving
  const level = writer?.level ?? 'gated'
  if (review === 'none' && level !== 'gated' && level !== 'observer') return []
  const own = [leaving.writer.id, ...leaving.alongside]
  if (approval !== null && approval.seal === sealOf(leaving) && !own.includes(approval.by.id)) return []
  return [stop('review', 'A reviewer reads this before it leaves.')]
}
