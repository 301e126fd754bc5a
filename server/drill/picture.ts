import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry, ReplyMark } from '@muster/shared/entry.ts'
import type { Facts, Incident, Responder, Wording } from '@muster/shared/incident.ts'
import type { Snapshot } from '@muster/shared/protocol.ts'
import type { Bench } from '@muster/shared/training.ts'

/** An incident as one screen holds it: begun from a snapshot, then moved by the log alone. */
export type Picture = {
  incident: Incident
  facts: Facts
  wordings: Map<string, Wording>
  bench: Bench
  conversations: Map<string, Conversation>
  responders: Map<string, Responder>
  /** Replies that are under way or need somebody. */
  replies: Map<string, ReplyMark>
}

export function pictureOf(snapshot: Omit<Snapshot, 'at'>): Picture {
  const { incident, facts, wordings, bench, conversations, responders, replies } = snapshot
  return {
    incident,
    facts,
    wordings: new Map(wordings.map(wording => [wording.id, wording])),
    bench,
    conversations: new Map(conversations.map(conversation => [conversation.id, conversation])),
    responders: new Map(responders.map(responder => [responder.id, responder])),
    replies: new Map(replies.map(reply => [reply.id, reply])),
  }
}

/** Puts what an entry carries. Putting it twice, or over something newer that the log still leads to, does no harm. */
export function apply(picture: Picture, entry: Entry): void {
  if ('incident' in entry) picture.incident = entry.incident
  if ('facts' in entry) picture.facts = entry.facts
  if ('bench' in entry && entry.bench) picture.bench = entry.bench
  if ('wording' in entry) picture.wordings.set(entry.wording.id, entry.wording)
  if ('wordingId' in entry) picture.wordings.delete(entry.wordingId)
  if ('responder' in entry && entry.responder) picture.responders.set(entry.responder.id, entry.responder)
  if ('conversation' in entry) putConversation(picture, entry)
  if (!('reply' in entry)) return
  const { id, state, sampled } = entry.reply
  if (state === 'recalled' || (state === 'sent' && !sampled)) picture.replies.delete(id)
  else picture.replies.set(id, entry.reply)
}

function putConversation(picture: Picture, entry: Extract<Entry, { conversation: Conversation }>): void {
  picture.conversations.set(entry.conversation.id, entry.conversation)
  if (entry.type === 'conversation/merged') merge(picture, entry)
  if (entry.type === 'conversation/parted') part(picture, entry)
}

type Of<Type> = Extract<Entry, { type: Type }>

function merge({ conversations, replies }: Picture, { conversation, goneId }: Of<'conversation/merged'>): void {
  conversations.delete(goneId)
  const moved = [...replies.values()].filter(({ conversationId }) => conversationId === goneId)
  for (const reply of moved) replies.set(reply.id, { ...reply, conversationId: conversation.id })
}

function part({ conversations, replies }: Picture, { other, replyIds }: Of<'conversation/parted'>): void {
  conversations.set(other.id, other)
  for (const id of replyIds) {
    const reply = replies.get(id)
    if (reply) replies.set(id, { ...reply, conversationId: other.id })
  }
}

/** Where two pictures of one position differ first, as a sentence; null where they agree. */
export function differenceOf(screen: Picture, fresh: Picture): string | null {
  const { incident, facts, bench } = fresh
  if (canonical(screen.incident) !== canonical(incident)) return differs('the incident', screen.incident, incident)
  if (canonical(screen.facts) !== canonical(facts)) return differs('the facts', screen.facts, facts)
  if (canonical(screen.bench) !== canonical(bench)) return differs('the bench', screen.bench, bench)
  return (
    differenceOfMaps('wording', screen.wordings, fresh.wordings, canonical) ??
    differenceOfMaps('conversation', screen.conversations, fresh.conversations, canonical) ??
    differenceOfMaps('responder', screen.responders, fresh.responders, withoutCounts) ??
    differenceOfMaps('reply', screen.replies, fresh.replies, withoutTime)
  )
}

function differenceOfMaps<T>(
  what: string,
  screen: ReadonlyMap<string, T>,
  fresh: ReadonlyMap<string, T>,
  text: (value: T) => string,
): string | null {
  for (const [id, value] of fresh) {
    const held = screen.get(id)
    if (held === undefined) return `${what} ${id} is missing`
    if (held !== value && text(held) !== text(value)) return differs(`${what} ${id}`, held, value)
  }
  const extra = [...screen.keys()].find(id => !fresh.has(id))
  return extra === undefined ? null : `${what} ${extra} is no longer there`
}

function differs(what: string, held: unknown, fresh: unknown): string {
  return `${what} is ${canonical(held)} but should be ${canonical(fresh)}`
}

/** How many conversations somebody holds and chose is kept to judge claims by; the log does not tell it. */
function withoutCounts({ holding: _, choices: __, ...told }: Responder): string {
  return canonical(told)
}

/** A snapshot tells when a reply came into its state, an entry when it was told. */
function withoutTime({ at: _, ...told }: ReplyMark): string {
  return canonical(told)
}

const canonicalOf = new WeakMap<object, string>()

/** JSON with sorted keys. Remembered by object: many screens share what they were told. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const known = canonicalOf.get(value)
  if (known !== undefined) return known
  const text = Array.isArray(value) ? `[${value.map(canonical).join()}]` : `{${membersOf(value).join()}}`
  canonicalOf.set(value, text)
  return text
}

function membersOf(value: object): string[] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
}
