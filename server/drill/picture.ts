import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { Facts, Incident, Responder } from '@muster/shared/incident.ts'
import type { Snapshot } from '@muster/shared/protocol.ts'

/** An incident as one screen holds it: begun from a snapshot, then moved by the log alone. */
export type Picture = {
  incident: Incident
  facts: Facts
  conversations: Map<string, Conversation>
  responders: Map<string, Responder>
  /** Replies that are under way or need somebody, with their state. */
  replies: Map<string, string>
}

export function pictureOf({ incident, facts, conversations, responders, replies }: Omit<Snapshot, 'at'>): Picture {
  return {
    incident,
    facts,
    conversations: new Map(conversations.map(conversation => [conversation.id, conversation])),
    responders: new Map(responders.map(responder => [responder.id, responder])),
    replies: new Map(replies.map(({ id, state }) => [id, state])),
  }
}

/** Puts what an entry carries. Putting it twice, or over something newer that the log still leads to, does no harm. */
export function apply(picture: Picture, entry: Entry): void {
  if ('incident' in entry) picture.incident = entry.incident
  if ('facts' in entry) picture.facts = entry.facts
  if ('responder' in entry && entry.responder) picture.responders.set(entry.responder.id, entry.responder)
  if ('conversation' in entry) picture.conversations.set(entry.conversation.id, entry.conversation)
  if (!('reply' in entry)) return
  if (entry.reply.state === 'sent') picture.replies.delete(entry.reply.id)
  else picture.replies.set(entry.reply.id, entry.reply.state)
}

/** Where two pictures of one position differ first, as a sentence; null where they agree. */
export function differenceOf(screen: Picture, fresh: Picture): string | null {
  const { incident, facts } = fresh
  if (canonical(screen.incident) !== canonical(incident)) return differs('the incident', screen.incident, incident)
  if (canonical(screen.facts) !== canonical(facts)) return differs('the facts', screen.facts, facts)
  return (
    differenceOfMaps('conversation', screen.conversations, fresh.conversations, canonical) ??
    differenceOfMaps('responder', screen.responders, fresh.responders, withoutHolding) ??
    differenceOfMaps('reply', screen.replies, fresh.replies, String)
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

/** How many conversations somebody holds is kept to judge claims by; the log does not tell it. */
function withoutHolding({ holding: _, ...told }: Responder): string {
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
