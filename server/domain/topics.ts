import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Topic } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { type Context, change, type Decision, refuse, type View } from './decision.ts'
import { openIncident } from './incident.ts'
import { keyOf } from './indexes.ts'
import { tell } from './telling.ts'
import { Phrases } from './words.ts'

const mostTopics = 20

type Words = { subject: string | null; text: string }

/** A conversation's topics once a message came: those it had, and those one of whose words the message holds whole. */
export function topicsWith(former: readonly string[], message: Words, topics: readonly Topic[]): string[] {
  const found = foundIn(message, topics)
  const added = topics.map(({ id }) => id).filter(id => found.has(id))
  return [...new Set([...former, ...added])].slice(0, mostTopics)
}

/** Those that are left once some messages were taken away or changed: without what only these spoke of. */
export function topicsAfter(
  former: readonly string[],
  gone: readonly Words[],
  kept: readonly Words[],
  topics: readonly Topic[],
): string[] {
  const all = (messages: readonly Words[]) => new Set(messages.flatMap(message => [...foundIn(message, topics)]))
  const lost = all(gone).difference(all(kept))
  return former.filter(id => !lost.has(id))
}

function foundIn({ subject, text }: Words, topics: readonly Topic[]): Set<string> {
  const phrases = phrasesOf(topics)
  return phrases.in(subject ?? '').union(phrases.in(text))
}

/** By the record's own list: arrivals of one batch share it, and a thousand words are folded once. */
const known = new WeakMap<readonly Topic[], Phrases<string>>()

function phrasesOf(topics: readonly Topic[]): Phrases<string> {
  const former = known.get(topics)
  if (former !== undefined) return former
  const phrases = new Phrases(topics.flatMap(({ id, words }) => words.map((word): [string, string] => [word, id])))
  known.set(topics, phrases)
  return phrases
}

export function tag(
  command: Extract<IncidentCommand, { type: 'conversation/tag' }>,
  view: View,
  context: Context,
): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const topics = [...new Set(command.topics)]
  const ofIncident = new Set(incident.topics.map(({ id }) => id))
  if (topics.some(id => !ofIncident.has(id))) return refuse(notFound('topic'))
  const conversation = view.get<Conversation>(keyOf.conversation(command.conversationId))
  if (conversation === null) return refuse(notFound('conversation'))
  if (new Set(conversation.topics).symmetricDifference(new Set(topics)).size === 0) {
    return { type: 'unchanged', answer: {} }
  }
  const tagged = { ...conversation, topics }
  return change([{ key: keyOf.conversation(tagged.id), value: tagged }], [tell('conversation/tagged', tagged, context)])
}
