import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry, ReplyMark } from '@muster/shared/entry.ts'
import type { Facts, Incident, Responder, Wording } from '@muster/shared/incident.ts'
import type { ChannelMark, Presence, Snapshot } from '@muster/shared/protocol.ts'
import type { StatusUpdate } from '@muster/shared/status-page.ts'
import type { Bench } from '@muster/shared/training.ts'

/** What a screen knows of an incident, by id. */
export type Records = {
  incident: Incident
  facts: Facts
  wordings: Map<string, Wording>
  channels: Map<string, ChannelMark>
  conversations: Map<string, Conversation>
  responders: Map<string, Responder>
  replies: Map<string, ReplyMark>
  /** Who reviews, and how fast. */
  bench: Bench
  /** What the public is told. */
  updates: Map<string, StatusUpdate>
  /** By conversation: the newest entry by which something was said in it. A frame may show several at once. */
  said: Map<string, number>
}

export function fromSnapshot(snapshot: Snapshot): Records {
  return {
    incident: snapshot.incident,
    facts: snapshot.facts,
    wordings: byId(snapshot.wordings),
    channels: byId(snapshot.channels),
    conversations: byId(snapshot.conversations),
    responders: byId(snapshot.responders),
    replies: byId(snapshot.replies),
    bench: snapshot.bench,
    updates: byId(snapshot.updates),
    said: new Map(),
  }
}

/** An entry carries the touched records as they now are. */
export function put(records: Records, entry: Entry): void {
  putGuidance(records, entry)
  if ('responder' in entry && entry.responder) records.responders.set(entry.responder.id, entry.responder)
  if ('conversation' in entry) putConversation(records, entry)
  if ('reply' in entry) records.replies.set(entry.reply.id, entry.reply)
  if ('bench' in entry && entry.bench) records.bench = entry.bench
  if ('reply' in entry || 'messageId' in entry) records.said.set(entry.conversation.id, entry.seq)
}

function putGuidance(records: Records, entry: Entry): void {
  if ('incident' in entry) records.incident = entry.incident
  if ('facts' in entry) records.facts = entry.facts
  if ('wordings' in entry) for (const wording of entry.wordings) records.wordings.set(wording.id, wording)
  if ('wording' in entry) records.wordings.set(entry.wording.id, entry.wording)
  if ('wordingId' in entry) records.wordings.delete(entry.wordingId)
  if ('update' in entry) records.updates.set(entry.update.id, entry.update)
}

function putConversation(records: Records, entry: Extract<Entry, { conversation: Conversation }>): void {
  records.conversations.set(entry.conversation.id, entry.conversation)
  if (entry.type === 'conversation/merged') merge(records, entry)
  if (entry.type === 'conversation/parted') part(records, entry)
}

type Of<Type> = Extract<Entry, { type: Type }>

/** All that was in the one that is gone is in the other, its replies too. */
function merge(records: Records, { conversation, goneId, seq }: Of<'conversation/merged'>): void {
  records.conversations.delete(goneId)
  records.said.delete(goneId)
  records.said.set(conversation.id, seq)
  for (const [id, reply] of records.replies) {
    if (reply.conversationId === goneId) records.replies.set(id, { ...reply, conversationId: conversation.id })
  }
}

function part(records: Records, { conversation, other, replyIds, seq }: Of<'conversation/parted'>): void {
  records.conversations.set(other.id, other)
  for (const { id } of [conversation, other]) records.said.set(id, seq)
  for (const id of replyIds) {
    const reply = records.replies.get(id)
    if (reply) records.replies.set(id, { ...reply, conversationId: other.id })
  }
}

/** Who has which conversation on their screen. */
export function byViewing(present: Iterable<Presence>): Map<string, Presence[]> {
  const viewers = new Map<string, Presence[]>()
  for (const presence of present) {
    if (presence.viewing === null) continue
    const others = viewers.get(presence.viewing)
    if (others) others.push(presence)
    else viewers.set(presence.viewing, [presence])
  }
  return viewers
}

export function byId<Item extends { id: string }>(items: Iterable<Item>): Map<string, Item> {
  return new Map(Array.from(items, item => [item.id, item]))
}
