import type { Conversation, Human, Message } from '@muster/shared/conversation.ts'
import type { Incident, Topic } from '@muster/shared/incident.ts'
import type { Arrival } from '../channels/channel.ts'
import { acknowledged } from './acknowledgement.ts'
import { firstSight, keysOfCopies } from './copy.ts'
import { type Change, type Context, change, type Decision, merged, type PutRecord, type View } from './decision.ts'
import { distressWith } from './distress.ts'
import { fingerprint } from './fingerprint.ts'
import { homeOf, keysToHome } from './home.ts'
import { withHuman, writesAs } from './human.ts'
import { keyOf } from './indexes.ts'
import { previewOf, wordsOf } from './standing.ts'
import { aimWith } from './target.ts'
import { topicsWith } from './topics.ts'
import { upsetBy } from './upset.ts'

export type Arrive = {
  id: string
  type: 'message/arrive'
  channelId: string
  arrival: Arrival
  /** In which language it is written, ISO 639-1; null where that cannot be told. */
  language?: string | null
  /** The group of those that say nearly the same; null where it says nothing. */
  alike?: string | null
  /** When it came, if that was before this command; ms. */
  arrivedAt: number | null
  /** When its sender changed it to what it is now, by its network's clock; left out where it is as it was written. */
  editedAt?: number | null
  /** Where the incident was resolved it takes nothing that it does not know, and answers `isOver`. */
  whileOpen?: boolean
  /** How many acknowledgements its channel sends in an hour; left out where it sends none. */
  acknowledgements?: number
}

/** A message is known by its channel and its id there, wherever and how often it is seen. */
export function messageIdOf(channelId: string, externalId: string): string {
  return fingerprint(channelId, externalId)
}

export function arrive(command: Arrive, view: View, context: Context): Decision {
  const { arrival, channelId } = command
  const id = messageIdOf(channelId, arrival.externalId)
  const human: Human = { channelId, ...arrival.from, identity: arrival.from.identity ?? null }
  const copies = keysOfCopies(arrival)
  view.need([keyOf.message(id), keyOf.incident, ...copies, ...keysToHome(human, arrival.answersReply)])
  if (view.get(keyOf.message(id)) !== null) return { type: 'unchanged', answer: {} }
  if (command.whileOpen && view.get<Incident>(keyOf.incident)?.state === 'resolved') return notTaken
  const sight = firstSight(arrival, id, view)
  if (sight === null) return change([seenMark(id)], [])
  const arrivedAt = command.arrivedAt ?? context.now
  if (arrival.automatic !== null) {
    const kept = keepAutomatic(id, arrival, human, arrivedAt, view)
    return merged([change(sight, []), kept], {})
  }
  const home = homeOf(human, arrival, id, view, context)
  if (home === 'gone') return { type: 'unchanged', answer: {} }
  const former = home.conversation
  const message = messageOf(command, { id, conversationId: former.id, number: former.messages + 1, human, arrivedAt })
  const topics = view.peek<Incident>(keyOf.incident)?.topics ?? []
  const language = command.language ?? former.language
  const conversation = { ...withMessage(former, message, home.own, topics), language }
  const upset = upsetBy(conversation, former, view, context)
  const come = change(
    [
      { key: keyOf.message(id), value: message },
      { key: keyOf.conversation(conversation.id), value: conversation },
      ...upset.put,
      ...sight,
      ...acknowledged(arrival, message, command.acknowledgements ?? 0, view, context),
    ],
    [{ type: 'message/arrived', at: context.now, by: null, conversation, messageId: id }, ...upset.tell],
  )
  return merged([change(home.put, home.tell), come], {})
}

const notTaken: Decision = { type: 'unchanged', answer: { isOver: true } }

type Place = { id: string; conversationId: string; number: number; human: Human; arrivedAt: number }

function messageOf({ arrival, channelId, alike = null, editedAt = null }: Arrive, place: Place): Message {
  const { id, conversationId, number, human, arrivedAt } = place
  return {
    id,
    conversationId,
    number,
    channelId,
    externalId: arrival.externalId,
    from: human,
    ...contentOf(arrival),
    alike,
    sentAt: arrival.sentAt,
    arrivedAt,
    editedAt,
    deletedAt: null,
  }
}

/** What its sender may change later. */
export function contentOf({ subject, text, whole, ...more }: Arrival) {
  return {
    subject,
    text,
    trimmed: more.trimmed ?? null,
    whole,
    visibility: more.visibility ?? 'direct',
    link: more.link ?? null,
    closed: more.closed ?? null,
    anchor: more.anchor ?? {},
  } satisfies Partial<Message>
}

/** Kept so that a second sight of it is known and somebody may look; no human waits for an answer to it. */
function keepAutomatic(id: string, arrival: Arrival, from: Human, arrivedAt: number, view: View): Change {
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

/** The claim stays whoever's it is: a customer's next message never changes the owner. */
function withMessage(former: Conversation, message: Message, own: boolean, topics: readonly Topic[]): Conversation {
  const { humans } = former
  const known = own || writesAs(message.from, former) ? withHuman(humans, message.from) : humans
  return {
    ...former,
    ...aimWith({ ...former, humans: known }, message),
    humans: known,
    topics: topicsWith(former.topics, message, topics),
    ...distressWith(former, wordsOf(message)),
    preview: previewOf(message),
    alike: message.alike,
    openedAt: former.messages === 0 ? message.arrivedAt : former.openedAt,
    lastMessageAt: message.arrivedAt,
    waitingSince: Math.min(former.waitingSince ?? message.arrivedAt, message.arrivedAt),
    messages: message.number,
  }
}
