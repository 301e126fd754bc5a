import type { Facts, Incident, Severity, Topic, Wording, WordingText } from '@muster/shared/incident.ts'
import type { Playbook } from '@muster/shared/playbook.ts'
import { defaultTraining } from '@muster/shared/training-rules.ts'
import { lines } from './lines.ts'
import { say } from './words.ts'

/** A playbook as it is offered: with when to take it. */
export type Offer = { key: string; playbook: Playbook; hint: string; own: boolean }

type TopicName = 'access' | 'payment' | 'charged' | 'refund' | 'when' | 'broken' | 'data' | 'leaving'
type WordingName =
  | 'working'
  | 'noTime'
  | 'wait'
  | 'charged'
  | 'refund'
  | 'retry'
  | 'around'
  | 'examining'
  | 'phishing'
  | 'leaving'
type Plan = { severity: Severity; topics: readonly TopicName[]; wordings: readonly WordingName[] }

/** What a wording answers. */
const topicOf: Record<WordingName, TopicName | null> = {
  working: null,
  noTime: 'when',
  wait: 'access',
  charged: 'charged',
  refund: 'refund',
  retry: 'broken',
  around: null,
  examining: 'data',
  phishing: 'data',
  leaving: 'leaving',
}

const plans = {
  down: {
    severity: 'sev1',
    topics: ['access', 'when', 'refund', 'data', 'leaving'],
    wordings: ['working', 'noTime', 'refund', 'leaving'],
  },
  login: { severity: 'sev1', topics: ['access', 'when', 'data', 'leaving'], wordings: ['working', 'wait', 'noTime'] },
  payment: {
    severity: 'sev1',
    topics: ['payment', 'charged', 'refund', 'when'],
    wordings: ['working', 'charged', 'refund', 'noTime'],
  },
  slow: { severity: 'sev2', topics: ['broken', 'access', 'when', 'refund'], wordings: ['working', 'retry', 'noTime'] },
  supplier: { severity: 'sev2', topics: ['broken', 'when', 'refund'], wordings: ['around', 'noTime', 'refund'] },
  security: {
    severity: 'sev1',
    topics: ['data', 'access', 'when', 'leaving'],
    wordings: ['examining', 'phishing', 'leaving'],
  },
} as const satisfies Record<string, Plan>

type Kind = keyof typeof plans

/** The playbooks that come with Muster, in this person's language. */
export function builtIn(): Offer[] {
  return (Object.keys(plans) as Kind[]).map(kind => ({
    key: kind,
    playbook: playbookOf(kind),
    hint: say(`playbook.${kind}.hint`),
    own: false,
  }))
}

/** Those of the company, by name. */
export function ownOffers(playbooks: readonly Playbook[]): Offer[] {
  return playbooks
    .map(playbook => ({ key: `own/${playbook.id}`, playbook, hint: say('command.ownHint'), own: true }))
    .sort((one, other) => one.playbook.name.localeCompare(other.playbook.name))
}

/** Nothing is written yet. */
export function scratch(): Offer {
  const empty = { title: '', severity: 'sev1', affected: '', know: '', maySay: '', example: '' } as const
  const lists = { mustNotSay: [], mustNotMatch: [], topics: [], wordings: [] }
  const playbook = { id: 'scratch', name: say('command.scratch'), ...empty, ...lists, training: defaultTraining }
  return { key: 'scratch', playbook, hint: say('command.scratchHint'), own: false }
}

function playbookOf(kind: Kind): Playbook {
  const { severity, topics, wordings }: Plan = plans[kind]
  return {
    id: kind,
    name: say(`playbook.${kind}.name`),
    title: say(`playbook.${kind}.title`),
    severity,
    affected: say(`playbook.${kind}.affected`),
    know: say(`playbook.${kind}.know`),
    maySay: say(`playbook.${kind}.maySay`),
    mustNotSay: lines(say(`playbook.${kind}.mustNotSay`)),
    mustNotMatch: [],
    example: say(`playbook.${kind}.example`),
    topics: topics.map(topicNamed),
    wordings: wordings.map(wordingNamed),
    training: defaultTraining,
  }
}

function topicNamed(id: TopicName): Topic {
  return { id, name: say(`playbook.topic.${id}.name`), words: lines(say(`playbook.topic.${id}.words`)) }
}

function wordingNamed(id: WordingName): WordingText {
  const [title, text] = [say(`playbook.wording.${id}.title`), say(`playbook.wording.${id}.text`)]
  return { id, title, topic: topicOf[id], text, language: null, channelId: null, expiresAt: null }
}

/** What an incident has today, for the next one of its kind. */
export function keptFrom(
  incident: Incident,
  facts: Facts,
  wordings: Iterable<Wording>,
  { id, name }: Pick<Playbook, 'id' | 'name'>,
): Playbook {
  const { title, severity, affected, topics } = incident
  const { know, maySay, mustNotSay, mustNotMatch, example } = facts
  const approved = [...wordings].filter(({ approvedBy }) => approvedBy !== null)
  const texts = approved.map(wordingText)
  texts.sort((one, other) => one.title.localeCompare(other.title))
  return {
    id,
    name,
    title,
    severity,
    affected,
    know,
    maySay,
    mustNotSay,
    mustNotMatch,
    example,
    topics,
    wordings: texts.slice(0, 100),
    training: incident.policy.training,
  }
}

/** When it expires belongs to the incident it was written in. */
function wordingText({ id, title, topic, text, language, channelId }: Wording): WordingText {
  return { id, title, topic, text, language, channelId, expiresAt: null }
}

/** The playbook that already bears this name, whatever its case. */
export function namesake(playbooks: readonly Playbook[], name: string): Playbook | null {
  const plain = (text: string) => text.trim().toLocaleLowerCase()
  return playbooks.find(playbook => plain(playbook.name) === plain(name)) ?? null
}
