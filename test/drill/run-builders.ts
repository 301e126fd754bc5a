import type { LogMark, MarkedReply, Observations, Post, Shown, Submission } from '@muster/server/drill/observation.ts'
import type { Claim, Conversation } from '@muster/shared/conversation.ts'
import type { Entry } from '@muster/shared/entry.ts'
import { defaultPolicy, type Incident, type Responder } from '@muster/shared/incident.ts'
import type { Snapshot } from '@muster/shared/protocol.ts'
import { emptyBench, noRecord } from '@muster/shared/training-rules.ts'
import { claimOf as heldBy, markOf } from '../support/room-records.ts'

const cora = { id: 'cora', name: 'Cora' }
const human = { channelId: 'steady', address: 'ann@steady.example', name: 'Ann', reach: null, identity: null }

export function incident(given: Partial<Incident> = {}): Incident {
  return {
    id: 'i-1',
    title: 'Tidewater sync is down',
    severity: 'sev1',
    affected: 'Sync',
    state: 'open',
    status: 'investigating',
    commander: cora,
    surge: false,
    drill: true,
    channels: ['steady'],
    topics: [],
    epoch: 1,
    policy: { ...defaultPolicy, leaseMs: 8_000 },
    declaredBy: cora,
    declaredAt: 1,
    resolvedAt: null,
    ...given,
  }
}

export function conversation(given: Partial<Conversation> = {}): Conversation {
  return {
    id: 'c-1',
    human,
    humans: [human],
    replyTo: { messageId: 'id-1', number: 1, visibility: 'direct' },
    closed: null,
    subject: null,
    preview: 'Is it down?',
    openedAt: 10,
    lastMessageAt: 10,
    waitingSince: 10,
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

function responder(): Responder {
  return {
    ...cora,
    team: 'Support',
    role: 'responder',
    appointed: null,
    guest: false,
    cohort: 'support',
    level: 'trusted',
    record: noRecord,
    readiness: null,
    buddies: [],
    joinedAt: 2,
    holding: 0,
    choices: 0,
    answered: 0,
    topics: [],
    paused: false,
    briefedAt: null,
    acknowledged: 0,
  }
}

export function snapshot(given: Partial<Snapshot> = {}): Snapshot {
  return {
    at: { era: 'e', seq: 4 },
    incident: incident(),
    facts: {
      epoch: 1,
      know: '',
      maySay: '',
      mustNotSay: [],
      mustNotMatch: [],
      example: '',
      nextUpdateAt: null,
      publishedBy: cora,
      publishedAt: 1,
    },
    wordings: [],
    channels: [],
    conversations: [conversation()],
    responders: [responder()],
    replies: [markOf('r-1', { conversationId: 'c-1', writer: cora, at: 11 })],
    bench: emptyBench,
    pipes: { jammed: [] },
    updates: [],
    ...given,
  }
}

export function entry(told: { seq: number; type: Entry['type'] } & Record<string, unknown>): Entry {
  return { at: 12, by: cora, ...told } as Entry
}

export function post(given: Partial<Post> = {}): Post {
  const { address } = human
  return {
    channelId: 'steady',
    externalId: 'm-1',
    address,
    text: 'Is it down?',
    sentAt: 1_000,
    acknowledgedAt: 1_010,
    times: 1,
    refused: null,
    ...given,
  }
}

export function shown(given: Partial<Shown> = {}): Shown {
  const { address } = human
  return {
    channelId: 'steady',
    replyId: 'r-1',
    address,
    inReplyTo: 'm-1',
    text: 'We are working on it.',
    at: 5_000,
    ...given,
  }
}

export function submission(given: Partial<Submission> = {}): Submission {
  return {
    replyId: 'r-1',
    person: 'ben',
    conversationId: 'c-1',
    fence: 1,
    epoch: 1,
    text: 'We are working on it.',
    wrong: null,
    accepted: true,
    ...given,
  }
}

export function claimOf(person: string, fence: number, given: Partial<Claim> = {}): Claim {
  return { ...heldBy(person, 1_000), fence, until: 9_000, ...given }
}

const eva = { id: 'eva', name: 'Eva' }
const ben = { id: 'ben', name: 'Ben' }

/** A reply of Ben's, as a line of the log shows it. */
export function markedReply(given: Partial<MarkedReply> = {}): MarkedReply {
  const free = { review: 'none', partner: null, approvedBy: null, notBefore: null } as const
  return { id: 'r-1', state: 'sending', epoch: 1, writer: ben, ...free, ...given }
}

/** Ben of the roster, who answers for a living and needs no review. */
export function joined(seq: number, given: Partial<NonNullable<LogMark['responder']>> = {}): LogMark {
  const responder = { id: 'ben', cohort: 'support', level: 'trusted', ...given } as const
  return mark(seq, 'responder/joined', { conversation: null, responder })
}

export { ben, eva }

export type MarkGiven = Partial<LogMark> & {
  claim?: Claim | null
  fence?: number
  conversationId?: string
  replyId?: string
  of?: Partial<MarkedReply>
}

/** A line of the log about conversation c-1, unless it says otherwise. */
export function mark(seq: number, type: LogMark['type'], given: MarkGiven = {}): LogMark {
  const { claim = null, fence = claim?.fence ?? 1, conversationId = 'c-1', replyId, of, ...rest } = given
  const reply = replyId === undefined ? null : markedReply({ id: replyId, ...of })
  const plain = {
    at: seq * 1_000,
    byPerson: true,
    reply,
    responder: null,
    guidance: null,
    wording: null,
    messageId: null,
  }
  return { seq, type, ...plain, conversation: { id: conversationId, fence, claim }, ...rest }
}

/** A run in which one customer wrote once, one person claimed and answered, and every promise was kept. */
export function goodRun(given: Partial<Observations> = {}): Observations {
  return {
    posts: [post()],
    shown: [shown()],
    grants: [{ person: 'ben', conversationId: 'c-1', fence: 1 }],
    submissions: [submission()],
    approvings: [],
    toldToWait: [],
    stopped: { drafts: 0, submits: 0, approvals: 0 },
    temptations: [{ kind: 'open blank', person: 'ben', accepted: false, answer: 'gate' }],
    guidance: { epoch: 1, mustNotSay: ['full refund'], wordings: [] },
    log: [
      joined(0),
      mark(1, 'message/arrived', { fence: 0, messageId: 'id-1' }),
      mark(2, 'conversation/claimed', { claim: claimOf('ben', 1) }),
      mark(3, 'reply/queued', { claim: claimOf('ben', 1, { replyId: 'r-1' }), replyId: 'r-1' }),
      mark(4, 'reply/sending', { claim: claimOf('ben', 1, { replyId: 'r-1' }), replyId: 'r-1' }),
      mark(5, 'reply/sent', { replyId: 'r-1' }),
    ],
    screens: [{ person: 'ben', gaps: [], difference: null }],
    read: [
      {
        id: 'c-1',
        channelId: 'steady',
        messages: [{ id: 'id-1', externalId: 'm-1', channelId: 'steady', number: 1, text: 'Is it down?' }],
        replies: [{ id: 'r-1', state: 'sent' }],
      },
    ],
    sights: new Map([['id-1', [1_050, 1_060]]]),
    claimMs: [3],
    refusals: {},
    ...given,
  }
}
