import type { IncidentCommand } from '@muster/shared/command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Incident, Responder } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { exceeds, may, roleIn } from '@muster/shared/permission.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import type { Role } from '@muster/shared/role.ts'
import type { Cohort, Level, Training } from '@muster/shared/training.ts'
import { higher, noRecord } from '@muster/shared/training-rules.ts'
import { type Actor, type Context, change, type Decision, refuse, type View } from './decision.ts'
import { named, openIncident, rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { notAllowed } from './refusals.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>

export function join(_: Of<'incident/join'>, view: View, { actor, now }: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const { role } = actor
  if (role === 'system') return { type: 'unchanged', answer: {} }
  const former = rosterOf(view, actor.id)
  const responder = entered({ ...actor, role }, former, incident, now)
  if (JSON.stringify(former) === JSON.stringify(responder)) return { type: 'unchanged', answer: { responder } }
  return told('responder/joined', responder, actor, now)
}

/** Copies what the company knows of a person; what this incident knows of them stays. */
function entered(
  actor: Actor & { role: Responder['role'] },
  former: Responder | null,
  incident: Incident,
  now: number,
): Responder {
  const { id, name, team, role } = actor
  const guest = actor.incidentId !== null
  return {
    id,
    name,
    team,
    role,
    appointed: former?.appointed ?? null,
    guest,
    cohort: cohortOf(actor),
    level: levelOf({ ...actor, role }, former, incident),
    record: former?.record ?? noRecord,
    readiness: former === null ? (actor.readiness ?? null) : former.readiness,
    buddies: former?.buddies ?? [],
    joinedAt: former?.joinedAt ?? now,
    holding: former?.holding ?? 0,
    choices: former?.choices ?? 0,
    answered: former?.answered ?? 0,
    topics: former?.topics.filter(topic => incident.topics.some(({ id: known }) => known === topic)) ?? [],
    paused: former?.paused ?? false,
    briefedAt: former?.briefedAt ?? null,
    acknowledged: former?.acknowledged ?? 0,
  }
}

function cohortOf({ cohort = 'support', incidentId }: Actor): Cohort {
  return incidentId === null ? cohort : 'other'
}

/** What they reached here stays, unless they only watched for their role and may do more now. */
function levelOf(actor: Actor & { role: Role }, former: Responder | null, { policy }: Incident): Level {
  const role = roleIn({ role: actor.role, appointed: former?.appointed ?? null })
  if (role === 'observer') return 'observer'
  return former === null || onlyWatches(former) ? beginning({ ...actor, role }, policy.training) : former.level
}

/** For their role, not because a lead set them to. */
function onlyWatches(former: Responder): boolean {
  return former.level === 'observer' && roleIn(former) === 'observer'
}

/** Whoever answers for a living or reviews others begins trusted; others where the incident says, or as far as they got before. */
function beginning(actor: Actor & { role: Role }, { othersBegin }: Training): Level {
  if (actor.incidentId !== null) return 'gated'
  if (cohortOf(actor) === 'support' || may(actor.role, 'review/approve')) return 'trusted'
  return higher(othersBegin, actor.readiness?.level ?? 'observer')
}

/** Whether somebody leads here, by their own role or by the one they were given in this incident. */
export function leads(view: View, actor: Actor): boolean {
  if (may(actor.role, 'facts/publish')) return true
  const responder = rosterOf(view, actor.id)
  return responder !== null && may(roleIn(responder), 'facts/publish')
}

export function appoint(command: Of<'responder/appoint'>, view: View, context: Context): Decision {
  const found = subjectOf(command, view)
  if ('refused' in found) return found.refused
  const { incident, responder } = found
  const { role } = command
  if (role === responder.appointed) return { type: 'unchanged', answer: { responder } }
  const complaint = role === null ? null : complaintAbout(responder, role)
  if (complaint !== null) return refuse(complaint)
  if (incident.commander.id === responder.id && role !== 'commander') {
    return refuse(conflict('in-command', { name: responder.name }))
  }
  return told('responder/appointed', appointedTo(role, responder, incident), context.actor, context.now)
}

/** Who only watched for their own role begins where that of this incident does. */
function appointedTo(appointed: Role | null, former: Responder, { id, policy }: Incident): Responder {
  const responder = { ...former, appointed }
  if (!onlyWatches(former)) return responder
  const actor = { ...responder, role: roleIn(responder), incidentId: former.guest ? id : null }
  return { ...responder, level: beginning(actor, policy.training) }
}

/** A role given here adds to one's own and takes nothing away. */
function complaintAbout({ name, role: own, guest }: Responder, role: Responder['role']): Refusal | null {
  if (guest && role === 'commander') return conflict('guest-commands', { name })
  return exceeds(role, own) ? null : conflict('rights-already', { name })
}

/** The incident's commander changes; whoever commanded keeps the rights of their own role. */
export function handOver(command: Of<'incident/hand-over'>, view: View, { actor, now }: Context): Decision {
  const found = subjectOf(command, view)
  if ('refused' in found) return found.refused
  const { incident, responder } = found
  if (incident.commander.id === responder.id) return { type: 'unchanged', answer: {} }
  if (responder.guest) return refuse(conflict('guest-commands', { name: responder.name }))
  const former = rosterOf(view, incident.commander.id)
  const left = former?.appointed === 'commander' ? { ...former, appointed: null } : null
  const commander = appointedTo('commander', responder, incident)
  const changed: Incident = { ...incident, commander: { id: responder.id, name: responder.name } }
  return change(
    [
      { key: keyOf.incident, value: changed },
      { key: keyOf.responder(commander.id), value: commander },
      ...(left === null ? [] : [{ key: keyOf.responder(left.id), value: left }]),
    ],
    [
      { type: 'incident/handed-over', at: now, by: named(actor), incident: changed, responder: commander },
      ...(left === null ? [] : [{ type: 'responder/appointed' as const, at: now, by: named(actor), responder: left }]),
    ],
  )
}

export function move(command: Of<'responder/move'>, view: View, context: Context): Decision {
  const found = subjectOf(command, view)
  if ('refused' in found) return found.refused
  const refused = mayTouch(command, 'responder/move', view, context)
  if (refused !== null) return refused
  const { incident, responder } = found
  const unknown = command.topics.find(topic => incident.topics.every(({ id }) => id !== topic))
  if (unknown !== undefined) return refuse(notFound('topic'))
  const moved = { ...responder, topics: [...new Set(command.topics)] }
  return told('responder/moved', moved, context.actor, context.now)
}

export function pause(command: Of<'responder/pause'>, view: View, context: Context): Decision {
  const found = subjectOf(command, view)
  if ('refused' in found) return found.refused
  const refused = mayTouch(command, 'responder/pause', view, context)
  if (refused !== null) return refused
  const { responder } = found
  if (responder.paused === command.paused) return { type: 'unchanged', answer: {} }
  return told('responder/paused', { ...responder, paused: command.paused }, context.actor, context.now)
}

export function thank(command: Of<'responder/thank'>, view: View, { actor, now }: Context): Decision {
  const found = subjectOf(command, view)
  if ('refused' in found) return found.refused
  if (command.personId === actor.id) return refuse(conflict('own-thanks', {}))
  const { responder } = found
  const { text } = command
  return change([], [{ type: 'responder/thanked', at: now, by: named(actor), responder, text }])
}

function subjectOf(
  { personId }: { personId: string },
  view: View,
): { incident: Incident; responder: Responder } | { refused: Decision } {
  const incident = openIncident(view)
  if ('refusal' in incident) return { refused: refuse(incident.refusal) }
  const responder = rosterOf(view, personId)
  if (responder === null) return { refused: refuse(notFound('responder')) }
  return { incident, responder }
}

/** Everybody may do this to themselves; to somebody else only who leads. */
function mayTouch({ personId }: { personId: string }, what: string, view: View, { actor }: Context): Decision | null {
  if (personId === actor.id || leads(view, actor)) return null
  return refuse(notAllowed(actor.role, `${what} of somebody else`))
}

type RosterTold = Extract<Told, { responder: Responder }>['type'] & `responder/${string}`

function told(
  type: Exclude<RosterTold, 'responder/thanked' | 'responder/levelled'>,
  responder: Responder,
  actor: Actor,
  at: number,
): Decision {
  return change(
    [{ key: keyOf.responder(responder.id), value: responder }],
    [{ type, at, by: named(actor), responder }],
    { responder },
  )
}
