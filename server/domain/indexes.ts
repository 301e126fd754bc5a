import type { Claim, Conversation, Human, Message } from '@muster/shared/conversation.ts'
import { fold } from '@muster/shared/fold.ts'
import type { Incident, Responder, Wording } from '@muster/shared/incident.ts'
import type { Moment } from '@muster/shared/moment.ts'
import type { Proposal } from '@muster/shared/proposal.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { laneOf } from '@muster/shared/weather.ts'
import type { Indexes } from '../store/store.ts'
import { addressId } from './address.ts'
import type { AlertRecord } from './alert.ts'
import { isAnswerable } from './answerable.ts'
import { fingerprint } from './fingerprint.ts'

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
  /** What went out by a channel: under a band of its likeness. */
  said: (channelId: string, band: string) => `said/${channelId}/${band}`,
  moment: (id: string) => `moment/${id}`,
  conversation: (id: string) => `conversation/${id}`,
  message: (id: string) => `message/${id}`,
  automatic: (id: string) => `automatic/${id}`,
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
  responders: 'responders',
  /** Wordings, by when they were published. */
  wordings: 'wordings',
  /** Lines of the timeline, the newest first: by their time, counted downwards. */
  timeline: 'timeline',
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
    case 'moment/':
      return { [lists.timeline]: -(value as Moment).at }
    default:
      return ofCompany(key, value)
  }
}

function ofMessage({ conversationId, number, from, arrivedAt, deletedAt }: Message): Indexes {
  return {
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

/** Keys and lists of the company's room: what belongs to no single incident. */
export const company = {
  /** No identifier holds an "@": no incident can be declared into this room. */
  room: '@company',
  installation: 'installation',
  incidents: 'incidents',
  openIncidents: 'open-incidents',
  /** Incidents by when they were resolved, the open ones last. */
  delivering: 'delivering',
  incident: (id: string) => `incidents/${id}`,
  /** Which incident took a message, so that a second sight of it goes nowhere else. */
  sighting: (messageId: string) => `sighting/${messageId}`,
  /** Arrivals no incident has taken yet, by when they came. */
  unclaimedArrivals: 'unclaimed-arrivals',
  arrival: (messageId: string) => `arrival/${messageId}`,
  /** What is kept of an address outside of any incident, by when it came. */
  keptOf: (addressId: string) => `kept/${addressId}`,
  /** An account that went, and when. */
  gone: (addressId: string) => `gone/${addressId}`,
  channels: 'channels',
  channel: (id: string) => `channels/${id}`,
  secrets: (channelId: string) => `secrets/${channelId}`,
  place: (channelId: string) => `place/${channelId}`,
  vault: (channelId: string) => `vault/${channelId}`,
  proposal: (id: string) => `proposals/${id}`,
  /** What nobody has declared or dismissed yet, by when it was made. */
  openProposals: 'open-proposals',
  /** The last proposal that a rise in arrivals made. */
  spike: 'spike',
  /** How many usually write by each channel. */
  pace: 'pace',
  /** When each channel was last known to be current, whichever node knew. */
  currents: 'currents',
  alertSources: 'alert-sources',
  alertSource: (id: string) => `alert-sources/${id}`,
  alertSecrets: (sourceId: string) => `alert-secrets/${sourceId}`,
  /** One trouble of a source, by its key there. */
  alert: (sourceId: string, key: string) => `alerts/${fingerprint(sourceId, key)}`,
  /** Alerts of which an incident is still to be declared or told. */
  dueAlerts: 'due-alerts',
  /** What may still leave through a pool that a network limits. */
  budget: (pool: string) => `budget/${pool}`,
  cost: (channelId: string) => `cost/${channelId}`,
  playbooks: 'playbooks',
  playbook: (id: string) => `playbooks/${id}`,
  quarantined: 'quarantined',
  quarantine: (id: string) => `quarantined/${id}`,
  /** The open join of an incident, and where its code leads. */
  join: (incidentId: string) => `joins/${incidentId}`,
  joinByCode: (code: string) => `join-codes/${code}`,
  people: 'people',
  person: (id: string) => `people/${id}`,
  personByName: (folded: string) => `name/${folded}`,
  password: (personId: string) => `password/${personId}`,
  links: 'links',
  link: (hash: string) => `links/${hash}`,
  sessions: 'sessions',
  session: (hash: string) => `sessions/${hash}`,
  sessionsOf: (personId: string) => `sessions-of/${personId}`,
  tokens: 'tokens',
  token: (hash: string) => `tokens/${hash}`,
}

function ofCompany(key: string, value: unknown): Indexes {
  const [kind] = key.split('/', 1)
  switch (kind) {
    case 'incidents': {
      const { declaredAt, state, resolvedAt } = value as Incident
      return {
        [company.incidents]: declaredAt,
        [company.delivering]: resolvedAt ?? Number.MAX_SAFE_INTEGER,
        ...(state === 'open' && { [company.openIncidents]: declaredAt }),
      }
    }
    case 'arrival':
      return { [company.unclaimedArrivals]: (value as Kept).arrivedAt, ...ofKept(value as Kept) }
    case 'channels':
      return { [company.channels]: 0 }
    case 'proposals': {
      const { state, madeAt } = value as Proposal
      return state === 'open' ? { [company.openProposals]: madeAt } : {}
    }
    case 'alert-sources':
      return { [company.alertSources]: 0 }
    case 'alerts': {
      const { due, alert } = value as AlertRecord
      return due === null ? {} : { [company.dueAlerts]: alert.at }
    }
    case 'playbooks':
      return { [company.playbooks]: 0 }
    case 'quarantined':
      return { [company.quarantined]: (value as Kept).arrivedAt, ...ofKept(value as Kept) }
    case 'people':
      return { [company.people]: 0 }
    case 'links':
      return { [company.links]: (value as { expiresAt: number }).expiresAt }
    case 'tokens':
      return { [company.tokens]: (value as { createdAt: number }).createdAt }
    case 'sessions': {
      const session = value as { personId: string; startedAt: number }
      return { [company.sessions]: session.startedAt, [company.sessionsOf(session.personId)]: session.startedAt }
    }
    default:
      return {}
  }
}

type Kept = { channelId: string; arrivedAt: number; arrival: { from: { address: unknown } } | null }

/** What Muster failed at may have an address that is none. */
function ofKept({ channelId, arrivedAt, arrival }: Kept): Indexes {
  const address = arrival?.from.address
  return typeof address === 'string' ? { [company.keptOf(addressId({ channelId, address }))]: arrivedAt } : {}
}
