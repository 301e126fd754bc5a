import { isOfChannel } from '@muster/shared/closed.ts'
import type { Claim, Conversation, Human, Message } from '@muster/shared/conversation.ts'
import { fold } from '@muster/shared/fold.ts'
import type { Responder, Wording } from '@muster/shared/incident.ts'
import type { Moment } from '@muster/shared/moment.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { laneOf } from '@muster/shared/weather.ts'
import type { Indexes } from '../store/store.ts'
import type { Acknowledgement } from './acknowledgement.ts'
import { addressId } from './address.ts'
import { isAnswerable } from './answerable.ts'
import { ofCompany } from './company-indexes.ts'
import { fingerprint } from './fingerprint.ts'

export { company } from './company-indexes.ts'

import type { StatusUpdate } from '@muster/shared/status-page.ts'
import type { Lane } from './publication.ts'

/** Keys of an incident's room. */
export const keyOf = {
  incident: 'incident',
  facts: 'facts',
  wording: (id: string) => `wording/${id}`,
  /** What may be used and what no longer may, for the gate. */
  texts: 'texts',
  bench: 'bench',
  /** Lanes by which a reply would leave too late. */
  pipes: 'pipes',
  /** Whether a channel that feeds it has fallen behind. */
  lag: (channelId: string) => `lag/${channelId}`,
  statusUpdate: (id: string) => `status/${id}`,
  /** Ids of the updates that somebody has to decide on. */
  statusProposals: 'status-proposals',
  /** How an incident's updates come onto one page. */
  statusLane: (pageId: string) => `status-lane/${pageId}`,
  /** What went out by a channel: under a band of its likeness. */
  said: (channelId: string, band: string) => `said/${channelId}/${band}`,
  moment: (id: string) => `moment/${id}`,
  conversation: (id: string) => `conversation/${id}`,
  message: (id: string) => `message/${id}`,
  automatic: (id: string) => `automatic/${id}`,
  /** Which message was the first sight of one that reached several of our accounts. */
  copy: (id: string) => `copy/${id}`,
  acknowledgement: (id: string) => `acknowledgement/${id}`,
  /** How many acknowledgements a channel has sent in this hour. */
  acknowledged: (channelId: string) => `acknowledged/${channelId}`,
  human: (id: string) => `human/${id}`,
  /** Where a conversation went that was merged into another. */
  moved: (conversationId: string) => `moved/${conversationId}`,
  reply: (id: string) => `reply/${id}`,
  draft: (conversationId: string) => `draft/${conversationId}`,
  responder: (id: string) => `responder/${id}`,
}

/** Lists of an incident's room. */
export const lists = {
  /** Every conversation, by when it opened. */
  conversations: 'conversations',
  /** Those in which somebody has this display name, whatever its case. */
  named: (name: string) => `named/${fingerprint(fold(name))}`,
  /** Unanswered and held by nobody, by how long they wait. */
  waiting: 'waiting',
  /** Those of them that belong to a topic. */
  waitingIn: (topicId: string) => `waiting/${topicId}`,
  /** Unanswered and held by nobody, with nothing in them that its channel lets us answer. */
  unanswerable: 'unanswerable',
  /** Those of them that would be answered by one lane. */
  waitingFor: (lane: string | null) => `waiting-for/${lane ?? '@nothing'}`,
  /** Those of both at which nobody has looked, and of which nobody was told. */
  unseen: 'unseen',
  /** Everybody to whom a reply by this lane is owed, held or not. */
  owing: (lane: string) => `owing/${lane}`,
  /** Conversations whose holder asked the leads something and has no answer yet, by when they asked. */
  questions: 'questions',
  /** Held by somebody new who is still writing. */
  supervised: 'supervised',
  heldBy: (personId: string) => `held/${personId}`,
  /** Holders who wish for somebody beside them. */
  pairs: 'pairs',
  /** Claimed and not replying, by when the lease ends. */
  leases: 'leases',
  /** Replies that wait for a reviewer, by when they may be read. */
  reviews: 'reviews',
  /** Replies somebody reviews, by when their lease ends. */
  reviewing: 'reviewing',
  /** Sent replies somebody should look at, by when they were sent. */
  samples: 'samples',
  /** Queued replies, by when they may leave. */
  outbox: 'outbox',
  /** Those of them that leave by one lane, by when they may. */
  outboxOf: (lane: string) => `outbox/${lane}`,
  /** And by how urgent they are. */
  urgentIn: (lane: string) => `urgent/${lane}`,
  /** Replies under way, by when their worker's lease ends. */
  sending: 'sending',
  /** Replies that need a person, by when it happened. */
  unsettled: 'unsettled',
  /** Those of them that their network may still tell of, by when it is asked again. */
  sought: 'sought',
  /** Acknowledgements that are due, by when they may leave. */
  acknowledgements: 'acknowledgements',
  responders: 'responders',
  /** Wordings, by when they were published. */
  wordings: 'wordings',
  /** Lines of the timeline, the newest first: by their time, counted downwards. */
  timeline: 'timeline',
  /** Updates for the public, the newest first: by when they were proposed, counted downwards. */
  statusUpdates: 'status-updates',
  /** Lanes that have something to be brought, by when that is due. */
  statusLanes: 'status-lanes',
  /** Messages closed for a reason of the channel they came by, whether they wait or not, by when they came. */
  closedBy: (channelId: string) => `closed-by/${channelId}`,
  messagesOf: (conversationId: string) => `messages/${conversationId}`,
  repliesOf: (conversationId: string) => `replies/${conversationId}`,
  /** What came from an address and is still kept, by when it came. */
  writtenBy: (addressId: string) => `written/${addressId}`,
} as const

/** Which lists a record stands in, from the record alone: so both stores answer a list alike. */
export function indexesOf(key: string, value: unknown): Indexes {
  const kind = key.slice(0, key.indexOf('/') + 1)
  switch (kind) {
    case 'conversation/':
      return ofConversation(value as Conversation)
    case 'message/': {
      const message = value as Message | { id: string }
      return 'conversationId' in message ? ofMessage(message) : {}
    }
    case 'automatic/': {
      const { from, arrivedAt } = value as Pick<Message, 'from' | 'arrivedAt'>
      return { [lists.writtenBy(addressId(from))]: arrivedAt }
    }
    case 'reply/':
      return ofReply(value as Reply)
    case 'responder/':
      return { [lists.responders]: (value as Responder).joinedAt }
    case 'wording/':
      return { [lists.wordings]: (value as Wording).publishedAt }
    case 'acknowledgement/': {
      const { state, at } = value as Acknowledgement
      return state === 'due' ? { [lists.acknowledgements]: at } : {}
    }
    case 'moment/':
      return { [lists.timeline]: -(value as Moment).at }
    case 'status/':
      return { [lists.statusUpdates]: -(value as StatusUpdate).proposedAt }
    case 'status-lane/': {
      const { next } = value as Lane
      return next === null ? {} : { [lists.statusLanes]: next }
    }
    default:
      return ofCompany(key, value)
  }
}

function ofMessage({ conversationId, number, channelId, from, closed, arrivedAt, deletedAt }: Message): Indexes {
  return {
    ...(closed !== null && isOfChannel(closed) && { [lists.closedBy(channelId)]: arrivedAt }),
    [lists.messagesOf(conversationId)]: number,
    ...(deletedAt === null && { [lists.writtenBy(addressId(from))]: arrivedAt }),
  }
}

function ofConversation(conversation: Conversation): Indexes {
  const { claim, question, openedAt, humans } = conversation
  return {
    [lists.conversations]: openedAt,
    ...Object.fromEntries(humans.filter(isNamed).map(({ name }) => [lists.named(name), openedAt])),
    ...waitingLists(conversation),
    ...owingList(conversation),
    ...(question !== null && question.answer === null && { [lists.questions]: question.at }),
    ...(claim !== null && ofClaim(claim)),
  }
}

function ofClaim({ holder, claimedAt, replyId, until, supervised, pair }: Claim): Indexes {
  return {
    [lists.heldBy(holder.id)]: claimedAt,
    ...(replyId === null && { [lists.leases]: until }),
    ...(replyId === null && supervised && { [lists.supervised]: claimedAt }),
    ...(pair !== null && pair.partner === null && { [lists.pairs]: pair.askedAt }),
  }
}

function isNamed({ name }: Human): boolean {
  return name.trim() !== ''
}

function waitingLists(conversation: Conversation): Indexes {
  const { claim, waitingSince, topics, lookedThrough, answeredThrough, unseenAlarmAt } = conversation
  if (claim !== null || waitingSince === null) return {}
  const standing = [lists.waiting, lists.waitingFor(laneFor(conversation)), ...topics.map(lists.waitingIn)]
  const waits = isAnswerable(conversation) ? standing : [lists.unanswerable]
  const unseen = lookedThrough <= answeredThrough && unseenAlarmAt === null
  return Object.fromEntries([...waits, ...(unseen ? [lists.unseen] : [])].map(list => [list, waitingSince]))
}

function owingList(conversation: Conversation): Indexes {
  const lane = laneFor(conversation)
  const { waitingSince } = conversation
  if (waitingSince === null || lane === null || !isAnswerable(conversation)) return {}
  return { [lists.owing(lane)]: waitingSince }
}

/** By which lane a reply would leave; null where nothing that waits can be answered. */
export function laneFor({ human, replyTo }: Conversation): string | null {
  return replyTo === null ? null : laneOf(human.channelId, replyTo.visibility)
}

function ofReply(reply: Reply): Indexes {
  const all = { [lists.repliesOf(reply.conversationId)]: reply.submittedAt }
  switch (reply.state) {
    case 'submitted':
      return { ...all, [lists.reviews]: reply.notBefore }
    case 'in-review':
      return { ...all, [lists.reviewing]: reply.reviewing.until }
    case 'queued':
      return { ...all, ...ofQueued(reply) }
    case 'sending':
      return { ...all, [lists.sending]: reply.until }
    case 'uncertain':
      return {
        ...all,
        [lists.unsettled]: reply.since,
        ...(reply.lookAt !== null && { [lists.sought]: reply.lookAt }),
      }
    case 'held':
    case 'failed':
    case 'returned':
      return { ...all, [lists.unsettled]: reply.since }
    case 'sent':
      return {
        ...all,
        ...(reply.sample !== null && reply.sample.verdict === null && { [lists.samples]: reply.sentAt }),
        ...(reply.bounced !== null && { [lists.unsettled]: reply.bounced.at }),
      }
    case 'recalled':
      return all
  }
}

function ofQueued({ to, target, notBefore, urgency }: Reply & { state: 'queued' }): Indexes {
  const lane = laneOf(to.channelId, target.visibility)
  return { [lists.outbox]: notBefore, [lists.outboxOf(lane)]: notBefore, [lists.urgentIn(lane)]: urgency }
}
