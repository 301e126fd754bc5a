import { conflict } from '@muster/shared/conflict.ts'
import { type Claim, type Conversation, type Draft, longestDraft, type Question } from '@muster/shared/conversation.ts'
import { drafted } from '@muster/shared/drafted.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { letGo, lives } from './claim.ts'
import type { PutRecord, View } from './decision.ts'
import { keyOf } from './indexes.ts'

/** One claim covers both: that of the conversation that stays, else the other's under a fence of its own. */
export function claimIn(
  into: Conversation,
  other: Conversation,
  view: View,
  now: number,
): { claim: Claim | null; put: PutRecord[] } {
  const kept = lives(into.claim, now) ? into.claim : null
  const brought = kept === null && lives(other.claim, now) ? other.claim : null
  const over = [into, other].filter(({ claim }) => claim !== null && claim !== kept && claim !== brought)
  const put = new Map<string, PutRecord>()
  for (const record of over.flatMap(conversation => released(conversation, view))) put.set(record.key, record)
  // Whoever sat beside it comes again: it has another fence.
  const claim = brought === null ? kept : { ...brought, fence: into.fence + 1, pair: null }
  return { claim, put: [...put.values()] }
}

/** Laid, so that the second one of the same holder counts from the first. */
function released(conversation: Conversation, view: View): PutRecord[] {
  const put = letGo(conversation, view)
  view.lay(put)
  return put
}

/**
 * No word of either is lost. Whoever holds it may be writing, and what they save goes over the draft: what is brought stands
 * beside it until they have it.
 */
export function draftIn(
  into: Conversation,
  other: Conversation,
  claim: Claim | null,
  view: View,
): { put: PutRecord[] } | { refusal: Refusal } {
  const [key, otherKey] = [into, other].map(({ id }) => keyOf.draft(id)) as [string, string]
  const [mine, theirs] = [key, otherKey].map(each => view.get<Draft>(each))
  if (!theirs) return { put: [] }
  const both: Draft = { ...(mine ?? { ...theirs, text: '' }), brought: besideOf(mine, theirs) }
  const joined = drafted(both)
  if (joined.text.length > longestDraft) {
    return { refusal: conflict('merge-drafts', {}) }
  }
  const { brought: _, ...newer } = mine && mine.savedAt > theirs.savedAt ? mine : theirs
  const draft = claim === null ? { ...newer, ...joined } : both
  const fence = claim?.fence ?? Math.max(1, into.fence)
  return {
    put: [
      { key, value: { ...draft, conversationId: into.id, fence } satisfies Draft },
      { key: otherKey, value: null },
    ],
  }
}

function besideOf(mine: Draft | null | undefined, theirs: Draft): ReturnType<typeof drafted> {
  return mine?.brought ? drafted({ ...mine.brought, brought: drafted(theirs) }) : drafted(theirs)
}

/** One question stays open: where both have one, whoever answers answers both. */
export function questionIn({ question }: Conversation, { question: another }: Conversation): Question | null {
  if (question === null || another === null) return question ?? another
  if (question.answer !== null) return another
  if (another.answer !== null) return question
  return { ...question, text: `${question.text}\n\n${another.text}` }
}
