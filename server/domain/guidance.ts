import type { IncidentCommand } from '@muster/shared/command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Facts, Incident } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { type Context, change, type Decision, type PutRecord, refuse, type View } from './decision.ts'
import { named, openIncident, rosterOf } from './incident.ts'
import { keyOf } from './indexes.ts'
import { complaintAboutPatterns } from './pattern.ts'
import { guidanceChanged } from './refusals.ts'
import { outdated } from './status.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>
export type Guidance = { incident: Incident; facts: Facts }

/** Facts and wordings are one guidance under one epoch: whoever changes either raises it by exactly one. */
export function raised(command: { epoch: number }, view: View): Guidance | { refusal: Decision } {
  const incident = openIncident(view)
  if ('refusal' in incident) return { refusal: refuse(incident.refusal) }
  const former = view.get<Facts>(keyOf.facts)
  if (former === null || command.epoch !== incident.epoch) return { refusal: refuse(guidanceChanged(former)) }
  const epoch = incident.epoch + 1
  return { incident: { ...incident, epoch }, facts: { ...former, epoch } }
}

export function publish(command: Of<'facts/publish'>, view: View, context: Context): Decision {
  const guidance = raised(command, view)
  if ('refusal' in guidance) return guidance.refusal
  const { know, maySay, mustNotSay, mustNotMatch = [], example, nextUpdateAt } = command
  const unreadable = complaintAboutPatterns(mustNotMatch)
  if (unreadable !== null) return refuse(unreadable)
  const by = named(context.actor)
  const { incident } = guidance
  const said = { know, maySay, mustNotSay, mustNotMatch, example, nextUpdateAt }
  const facts: Facts = { ...guidance.facts, ...said, publishedBy: by, publishedAt: context.now }
  return guide(
    { incident, facts },
    [],
    { type: 'facts/published', at: context.now, by, incident, facts },
    view,
    context,
  )
}

/** Whoever publishes has read it. */
export function guide(
  { incident, facts }: Guidance,
  put: PutRecord[],
  told: Told,
  view: View,
  context: Context,
): Decision {
  const author = rosterOf(view, context.actor.id)
  const records: PutRecord[] = [{ key: keyOf.incident, value: incident }, { key: keyOf.facts, value: facts }, ...put]
  const former = outdated(view, context.now)
  const tell = [told, ...former.tell]
  records.push(...former.put)
  if (author !== null) {
    const responder = { ...author, acknowledged: incident.epoch }
    records.push({ key: keyOf.responder(author.id), value: responder })
    tell.push({ type: 'facts/acknowledged', at: context.now, by: named(context.actor), responder })
  }
  return change(records, tell, { epoch: incident.epoch })
}

export function acknowledge(command: Of<'facts/acknowledge'>, view: View, { actor, now }: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const responder = rosterOf(view, actor.id)
  if (responder === null) return refuse(notFound('self'))
  if (command.epoch > incident.epoch) return refuse(conflict('facts-to-come', {}))
  if (command.epoch <= responder.acknowledged) return { type: 'unchanged', answer: {} }
  const acknowledged = { ...responder, acknowledged: command.epoch }
  return change(
    [{ key: keyOf.responder(responder.id), value: acknowledged }],
    [{ type: 'facts/acknowledged', at: now, by: named(actor), responder: acknowledged }],
  )
}

/** Read and understood under today's guidance: who read an older one reads the new one first. */
export function finishBriefing(command: Of<'briefing/finish'>, view: View, { actor, now }: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const responder = rosterOf(view, actor.id)
  if (responder === null) return refuse(notFound('self'))
  if (command.epoch !== incident.epoch) return refuse(guidanceChanged(view.peek<Facts>(keyOf.facts)))
  if (responder.briefedAt !== null && responder.acknowledged === command.epoch) return { type: 'unchanged', answer: {} }
  const briefed = { ...responder, briefedAt: responder.briefedAt ?? now, acknowledged: command.epoch }
  return change(
    [{ key: keyOf.responder(responder.id), value: briefed }],
    [{ type: 'responder/briefed', at: now, by: named(actor), responder: briefed }],
    { responder: briefed },
  )
}
