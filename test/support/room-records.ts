import type { Claim, Conversation } from '@muster/shared/conversation.ts'
import type { ReplyMark } from '@muster/shared/entry.ts'
import type { Responder, WordingText } from '@muster/shared/incident.ts'
import { noRecord } from '@muster/shared/training-rules.ts'

/** Records as a screen gets them, for what it makes of them. */
export function responderOf(id: string, given: Partial<Responder> = {}): Responder {
  return {
    id,
    name: id,
    team: 'Support',
    role: 'responder',
    appointed: null,
    guest: false,
    cohort: 'support',
    level: 'trusted',
    record: noRecord,
    readiness: null,
    buddies: [],
    joinedAt: 0,
    holding: 0,
    choices: 0,
    answered: 0,
    topics: [],
    paused: false,
    briefedAt: null,
    acknowledged: 0,
    ...given,
  }
}

export function waitingOf(id: string, given: Partial<Conversation> = {}): Conversation {
  const human = given.human ?? {
    channelId: 'posts',
    address: `${id}@example.com`,
    name: id,
    reach: null,
    identity: null,
  }
  return {
    id,
    human,
    humans: [human],
    replyTo: { messageId: id, number: 1, visibility: 'public' },
    closed: null,
    subject: null,
    preview: 'It fails.',
    openedAt: 0,
    lastMessageAt: 0,
    waitingSince: 0,
    messages: 1,
    answeredThrough: 0,
    replies: 0,
    lookedThrough: 0,
    unseenAlarmAt: null,
    topics: [],
    distress: 0,
    signs: [],
    question: null,
    language: null,
    alike: null,
    lastReplyId: null,
    fence: 0,
    claim: null,
    ...given,
  }
}

export function claimOf(holder: string, claimedAt = 0): Claim {
  return {
    holder: { id: holder, name: holder },
    fence: 1,
    until: claimedAt + 60_000,
    claimedAt,
    replyId: null,
    supervised: false,
    correcting: false,
    pair: null,
  }
}

/** A wording as somebody writes it. */
export function wordingOf(id: string, given: Partial<WordingText> = {}): WordingText {
  return { id, title: id, topic: null, text: id, language: null, channelId: null, expiresAt: null, ...given }
}

/** A reply as the board shows it. */
export function markOf(id: string, given: Partial<ReplyMark> = {}): ReplyMark {
  return {
    id,
    conversationId: 'c1',
    writer: { id: 'ada', name: 'Ada' },
    state: 'queued',
    reason: null,
    setbacks: [],
    reasons: [],
    at: 0,
    epoch: 1,
    level: 'trusted',
    review: 'none',
    notBefore: null,
    reviewing: null,
    approvedBy: null,
    edited: false,
    partner: null,
    wordings: [],
    concerns: 0,
    sampled: false,
    channelId: 'posts',
    visibility: 'public',
    link: null,
    ...given,
  }
}
