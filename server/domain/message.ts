import type { Conversation, Human, Message } from '@muster/shared/conversation.ts'
import type { Incident, Topic } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { Arrival } from '../channels/channel.ts'
import { type Context, change, type Decision, type PutRecord, type View } from './decision.ts'
import { distressWith } from './distress.ts'
import { fingerprint } from './fingerprint.ts'
import { keyOf } from './indexes.ts'
import { topicsWith } from './topics.ts'
import { upsetBy } from './upset.ts'

export type Arrive = {
  id: string
  type: 'message/arrive'
  channelId: string
  arrival: Arrival
  /** In which language it is written, ISO 639-1; null where that cannot be told. */
  language?: string | null
  /** When it came, if that was before this command; ms. */
  arrivedAt: number | null
}

/** A message is known by its channel and its id there, wherever and how often it is seen. */
export function messageIdOf(channelId: string, externalId: string): string {
  return fingerprint(channelId, externalId)
}

export function arrive(command: Arrive, view: View, context: Context): Decision {
  const { arrival, channelId } = command
  const id = messageIdOf(channelId, arrival.externalId)
  if (view.get(keyOf.message(id)) !== null) return { type: 'unchanged', answer: {} }
  const human: Human = { channelId, ...arrival.from, identity: arrival.from.identity ?? null }
  const arrivedAt = command.arrivedAt ?? context.now
  if (arrival.automatic !== null) return keepAutomatic(id, arrival, human, arrivedAt, view)
  const { conversation: former, put: link } = conversationOf(human, arrival, id, view)
  const message: Message = {
    id,
    conversationId: former.id,
    number: former.messages + 1,
    channelId,
    externalId: arrival.externalId,
    from: human,
    subject: arrival.subject,
    text: arrival.text,
    trimmed: arrival.trimmed ?? null,
    whole: arrival.whole,
    visibility: arrival.visibility ?? 'direct',
    link: arrival.link ?? null,
    closed: arrival.closed ?? null,
    anchor: arrival.anchor ?? {},
    sentAt: arrival.sentAt,
    arrivedAt,
    editedAt: null,
    deletedAt: null,
  }
  const topics = view.peek<Incident>(keyOf.incident)?.topics ?? []
  const language = command.language ?? former.language
  const conversation = { ...withMessage(former, message, topics), language }
  const upset = upsetBy(conversation, former, view, context)
  return change(
    [
      { key: keyOf.message(id), value: message },
      { key: keyOf.conversation(conversation.id), value: conversation },
      ...link,
      ...upset.put,
    ],
    [{ type: 'message/arrived', at: context.now, by: null, conversation, messageId: id }, ...upset.tell],
  )
}

/** Kept so that a second sight of it is known and somebody may look; no human waits for an answer to it. */
function keepAutomatic(id: string, arrival: Arrival, from: Human, arrivedAt: number, view: View): Decision {
  view.get(keyOf.automatic(id))
  const { externalId, subject, text, automatic } = arrival
  return change(
    [{ key: keyOf.automatic(id), value: { id, externalId, from, subject, text, automatic, arrivedAt } }, seenMark(id)],
    [],
  )
}

/** What stands under a message's key for one that opens no conversation. */
function seenMark(id: string): PutRecord {
  return { key: keyOf.message(id), value: { id, automatic: true } }
}

/** By the reply it answers, else by who wrote; a new one when neither is known here. */
function conversationOf(
  human: Human,
  arrival: Arrival,
  messageId: string,
  view: View,
): { conversation: Conversation; put: PutRecord[] } {
  const answered = arrival.answersReply === null ? null : view.get<Reply>(keyOf.reply(arrival.answersReply))
  if (answered !== null) return { conversation: existing(answered.conversationId, view), put: [] }
  const key = keyOf.human(fingerprint(human.channelId, human.address.toLowerCase()))
  const known = view.get<{ conversationId: string }>(key)
  if (known !== null) return { conversation: existing(known.conversationId, view), put: [] }
  view.get(keyOf.conversation(messageId))
  return {
    conversation: blank(messageId, human, arrival.subject),
    put: [{ key, value: { conversationId: messageId } }],
  }
}

function existing(conversationId: string, view: View): Conversation {
  const conversation = view.get<Conversation>(keyOf.conversation(conversationId))
  if (conversation === null) throw new Error(`conversation ${conversationId} is referred to but not there`)
  return conversation
}

/** A conversation's id is its first message's. */
function blank(id: string, human: Human, subject: string | null): Conversation {
  return {
    id,
    human,
    humans: [human],
    replyTo: null,
    closed: null,
    subject,
    preview: '',
    openedAt: 0,
    lastMessageAt: 0,
    waitingSince: null,
    messages: 0,
    answeredThrough: 0,
    replies: 0,
    lookedThrough: 0,
    unseenAlarmAt: null,
    topics: [],
    distress: 0,
    question: null,
    language: null,
    lastReplyId: null,
    fence: 0,
    claim: null,
  }
}

/** The claim stays whoever's it is: a customer's next message never changes the owner. */
function withMessage(former: Conversation, message: Message, topics: readonly Topic[]): Conversation {
  return {
    ...former,
    ...targetWith(former, message),
    humans: former.humans.map(human => (isSame(human, message.from) ? withReach(message.from, former) : human)),
    topics: topicsWith(former.topics, message, topics),
    distress: distressWith(former, message.trimmed ?? message.text),
    preview: (message.trimmed ?? message.text).slice(0, 160),
    openedAt: former.messages === 0 ? message.arrivedAt : former.openedAt,
    lastMessageAt: message.arrivedAt,
    waitingSince: former.waitingSince ?? message.arrivedAt,
    messages: message.number,
  }
}

/** A reply goes to the newest message that can be answered. Where nothing that waits can be, the newest says why. */
function targetWith(
  former: Conversation,
  { id: messageId, number, visibility, closed, from }: Message,
): Pick<Conversation, 'human' | 'replyTo' | 'closed'> {
  // Who writes into somebody's thread from another address is not proved to be them: the answer goes where it went.
  const human = former.messages === 0 || writesAs(from, former) ? withReach(from, former) : former.human
  if (closed === null) return { human, replyTo: { messageId, number, visibility }, closed: null }
  if (former.replyTo !== null && former.replyTo.number > former.answeredThrough) return former
  return { human, replyTo: null, closed }
}

function writesAs(from: Human, { humans }: Conversation): boolean {
  return humans.some(human => isSame(human, from))
}

/** As many as read them now; a sight without a number says nothing of it. */
function withReach(from: Human, { humans }: Conversation): Human {
  return { ...from, reach: from.reach ?? humans.find(human => isSame(human, from))?.reach ?? null }
}

/** One address on one channel, whatever it calls itself today. */
export function isSame(one: Human, other: Human): boolean {
  return one.channelId === other.channelId && one.address.toLowerCase() === other.address.toLowerCase()
}
