import type { IncidentCommand } from '@muster/shared/command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import {
  defaultPolicy,
  type Facts,
  type Incident,
  type Policy,
  type Responder,
  type Wording,
} from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { type Actor, type Context, change, type Decision, refuse, type View } from './decision.ts'
import { keyOf } from './indexes.ts'
import { complaintAboutPatterns } from './pattern.ts'
import { incidentResolved } from './refusals.ts'
import { noTexts, withText } from './texts.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>

/** The incident, if it takes claims and replies. */
export function openIncident(view: View): Incident | { refusal: Refusal } {
  const incident = knownIncident(view)
  if ('refusal' in incident) return incident
  return incident.state === 'open' ? incident : { refusal: incidentResolved }
}

/** The incident, resolved or not: what was handed in before its end may still be read, taken back and leave. */
export function knownIncident(view: View): Incident | { refusal: Refusal } {
  return view.get<Incident>(keyOf.incident) ?? { refusal: notFound('incident') }
}

export function rosterOf(view: View, personId: string): Responder | null {
  return view.get<Responder>(keyOf.responder(personId))
}

export type Declare = Of<'incident/declare'> & { drill?: boolean; policy?: Partial<Policy> }

/** The incident's id is its command's: declaring again with the same command finds the same incident. */
export function declare(command: Declare, view: View, { actor, now }: Context): Decision {
  if (view.get(keyOf.incident) !== null) return refuse(conflict('declared-before', {}))
  view.get(keyOf.facts)
  const by = named(actor)
  const incident = incidentOf(command, by, now)
  const facts = firstFacts(command, by, now)
  const unreadable = complaintAboutPatterns(facts.mustNotMatch)
  if (unreadable !== null) return refuse(unreadable)
  const wordings: Wording[] = command.wordings.map(text => ({
    ...text,
    epoch: 1,
    owner: by,
    approvedBy: by,
    publishedAt: now,
  }))
  view.get(keyOf.texts)
  for (const { id } of wordings) view.get(keyOf.wording(id))
  return change(
    [
      { key: keyOf.incident, value: incident },
      { key: keyOf.facts, value: facts },
      { key: keyOf.texts, value: wordings.reduce(withText, noTexts) },
      ...wordings.map(wording => ({ key: keyOf.wording(wording.id), value: wording })),
    ],
    [{ type: 'incident/declared', at: now, by, incident, facts, wordings }],
    { incidentId: incident.id },
  )
}

function incidentOf(command: Declare, by: Incident['declaredBy'], now: number): Incident {
  const { id, title, severity, affected, topics, channels } = command
  return {
    id,
    title,
    severity,
    affected,
    state: 'open',
    status: 'investigating',
    commander: by,
    surge: false,
    drill: command.drill ?? false,
    channels,
    topics,
    epoch: 1,
    policy: { ...defaultPolicy, ...(command.training && { training: command.training }), ...command.policy },
    declaredBy: by,
    declaredAt: now,
    resolvedAt: null,
  }
}

function firstFacts(command: Declare, by: Incident['declaredBy'], now: number): Facts {
  const { know, maySay, mustNotSay, mustNotMatch = [], example } = command
  const said = { know, maySay, mustNotSay, mustNotMatch, example }
  return { epoch: 1, ...said, nextUpdateAt: null, publishedBy: by, publishedAt: now }
}

export function surge(command: Of<'incident/surge'>, view: View, { actor, now }: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  if (incident.surge === command.on) return { type: 'unchanged', answer: {} }
  const changed = { ...incident, surge: command.on }
  return change(
    [{ key: keyOf.incident, value: changed }],
    [{ type: 'incident/surged', at: now, by: named(actor), incident: changed }],
  )
}

const changeable = ['title', 'severity', 'status', 'affected', 'topics'] as const

export function changeIncident(command: Of<'incident/change'>, view: View, { actor, now }: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const given = Object.fromEntries(
    changeable.filter(name => command[name] !== undefined).map(name => [name, command[name]]),
  )
  const { training } = command
  const policy = training === undefined ? incident.policy : { ...incident.policy, training }
  const changed: Incident = { ...incident, ...given, policy }
  if (JSON.stringify(changed) === JSON.stringify(incident)) return { type: 'unchanged', answer: {} }
  return change(
    [{ key: keyOf.incident, value: changed }],
    [{ type: 'incident/changed', at: now, by: named(actor), incident: changed }],
  )
}

export function resolve(_: Of<'incident/resolve'>, view: View, { actor, now }: Context): Decision {
  const incident = view.get<Incident>(keyOf.incident)
  if (incident === null) return refuse(notFound('incident'))
  if (incident.state === 'resolved') return { type: 'unchanged', answer: {} }
  const resolved: Incident = { ...incident, state: 'resolved', surge: false, resolvedAt: now }
  return change(
    [{ key: keyOf.incident, value: resolved }],
    [{ type: 'incident/resolved', at: now, by: named(actor), incident: resolved }],
  )
}

export function named({ id, name }: Pick<Actor, 'id' | 'name'>): { id: string; name: string } {
  return { id, name }
}
