import type { IncidentCommand } from '@muster/shared/command.ts'
import { defaultPolicy, type Facts, type Incident, type Policy, type Responder } from '@muster/shared/incident.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { type Actor, type Context, change, type Decision, refuse, type View } from './decision.ts'
import { keyOf } from './indexes.ts'
import { conflict, guidanceChanged, incidentResolved, notFound } from './refusals.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>

/** The incident, if it takes claims and replies. */
export function openIncident(view: View): Incident | { refusal: Refusal } {
  const incident = view.get<Incident>(keyOf.incident)
  if (incident === null) return { refusal: notFound('incident') }
  return incident.state === 'open' ? incident : { refusal: incidentResolved }
}

export function rosterOf(view: View, personId: string): Responder | null {
  return view.get<Responder>(keyOf.responder(personId))
}

export type Declare = Of<'incident/declare'> & { drill?: boolean; policy?: Partial<Policy> }

/** The incident's id is its command's: declaring again with the same command finds the same incident. */
export function declare(command: Declare, view: View, { actor, now }: Context): Decision {
  if (view.get(keyOf.incident) !== null) return refuse(conflict('An incident with this id has been declared already.'))
  view.get(keyOf.facts)
  const by = named(actor)
  const incident: Incident = {
    id: command.id,
    title: command.title,
    severity: command.severity,
    affected: command.affected,
    state: 'open',
    surge: false,
    drill: command.drill ?? false,
    channels: command.channels,
    epoch: 1,
    policy: { ...defaultPolicy, ...command.policy },
    declaredBy: by,
    declaredAt: now,
    resolvedAt: null,
  }
  const facts: Facts = {
    epoch: 1,
    know: command.know,
    maySay: command.maySay,
    mustNotSay: command.mustNotSay,
    nextUpdateAt: null,
    publishedBy: by,
    publishedAt: now,
  }
  return change(
    [
      { key: keyOf.incident, value: incident },
      { key: keyOf.facts, value: facts },
    ],
    [{ type: 'incident/declared', at: now, by, incident, facts }],
    { incidentId: incident.id },
  )
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

export function join(_: Of<'incident/join'>, view: View, { actor, now }: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const former = rosterOf(view, actor.id)
  if (actor.role === 'system') return { type: 'unchanged', answer: {} }
  const responder: Responder = {
    id: actor.id,
    name: actor.name,
    team: actor.team,
    role: actor.role,
    level: actor.role === 'observer' ? 'observer' : 'trusted',
    joinedAt: former?.joinedAt ?? now,
    holding: former?.holding ?? 0,
  }
  if (former !== null && same(former, responder)) return { type: 'unchanged', answer: { responder } }
  return change(
    [{ key: keyOf.responder(actor.id), value: responder }],
    [{ type: 'responder/joined', at: now, by: named(actor), responder }],
    { responder },
  )
}

function same(one: Responder, other: Responder): boolean {
  return one.name === other.name && one.team === other.team && one.role === other.role && one.level === other.level
}

/** Raises the epoch by exactly one over the epoch its writer was looking at. */
export function publish(command: Of<'facts/publish'>, view: View, { actor, now }: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const former = view.get<Facts>(keyOf.facts)
  if (command.epoch !== incident.epoch) return refuse(guidanceChanged(former))
  const by = named(actor)
  const facts: Facts = {
    epoch: incident.epoch + 1,
    know: command.know,
    maySay: command.maySay,
    mustNotSay: command.mustNotSay,
    nextUpdateAt: command.nextUpdateAt,
    publishedBy: by,
    publishedAt: now,
  }
  const changed = { ...incident, epoch: facts.epoch }
  return change(
    [
      { key: keyOf.incident, value: changed },
      { key: keyOf.facts, value: facts },
    ],
    [{ type: 'facts/published', at: now, by, incident: changed, facts }],
    { epoch: facts.epoch },
  )
}

export function named({ id, name }: Actor): { id: string; name: string } {
  return { id, name }
}
