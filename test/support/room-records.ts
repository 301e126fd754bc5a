import type { Claim, Conversation } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'

/** Records as a screen gets them, for what it makes of them. */
export function responderOf(id: string, given: Partial<Responder> = {}): Responder {
  return {
    id,
    name: id,
    team: 'Support',
    role: 'responder',
    appointed: null,
    guest: false,
    level: 'trusted',
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
  return {
    id,
    human: { channelId: 'posts', address: `${id}@example.com`, name: id, reach: null },
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
    question: null,
    fence: 0,
    claim: null,
    ...given,
  }
}

export function claimOf(holder: string, claimedAt = 0): Claim {
  return { holder: { id: holder, name: holder }, fence: 1, until: claimedAt + 60_000, claimedAt, replyId: null }
}
