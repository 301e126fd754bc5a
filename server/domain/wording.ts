import type { IncidentCommand } from '@muster/shared/command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Incident, Wording, WordingText } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { type Context, change, type Decision, type PutRecord, refuse, type View } from './decision.ts'
import { guide, raised } from './guidance.ts'
import { named, openIncident } from './incident.ts'
import { keyOf, lists } from './indexes.ts'
import { noTexts, type Texts, withoutText, withText } from './texts.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>

/** As many as one incident can have, approved and proposed. */
const mostWordings = 190
/** And as many as may only be proposed, so that proposals never keep a lead from publishing. */
const mostWithProposals = 100

/**
 * The life of a wording: proposed by anybody who answers ──publish, by a lead──▶ approved ──publish──▶ changed
 * ──retract──▶ gone. What was approved once and is not any more stays known to the gate.
 */
export function publishWording(command: Of<'wording/publish'>, view: View, context: Context): Decision {
  const guidance = raised(command, view)
  if ('refusal' in guidance) return guidance.refusal
  const { incident, facts } = guidance
  const key = keyOf.wording(command.wording.id)
  const former = view.get<Wording>(key)
  const complaint = complaintAbout(command.wording, former, incident, view, context.now)
  if (complaint !== null) return refuse(complaint)
  const by = named(context.actor)
  const { now } = context
  const wording: Wording = {
    ...command.wording,
    epoch: incident.epoch,
    owner: former?.owner ?? by,
    approvedBy: by,
    publishedAt: now,
  }
  const put = [{ key, value: wording }, textsPut(view, texts => withText(texts, wording))]
  return guide(guidance, put, { type: 'wording/published', at: now, by, incident, facts, wording }, view, context)
}

export function retractWording(command: Of<'wording/retract'>, view: View, context: Context): Decision {
  const guidance = raised(command, view)
  if ('refusal' in guidance) return guidance.refusal
  const { wordingId } = command
  const key = keyOf.wording(wordingId)
  if (view.get<Wording>(key)?.approvedBy == null) return refuse(notFound('wording'))
  const { incident, facts } = guidance
  const by = named(context.actor)
  const told: Told = { type: 'wording/retracted', at: context.now, by, incident, facts, wordingId }
  const put = [{ key, value: null }, textsPut(view, texts => withoutText(texts, wordingId))]
  return guide(guidance, put, told, view, context)
}

/** Nobody can use it yet, so the guidance stays what it is. */
export function proposeWording(command: Of<'wording/propose'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const key = keyOf.wording(command.wording.id)
  const former = view.get<Wording>(key)
  const { actor, now } = context
  const theirs = former !== null && (former.approvedBy !== null || former.owner.id !== actor.id)
  if (theirs) return refuse(conflict('wording-theirs', {}))
  const complaint = complaintAbout(command.wording, former, incident, view, now, mostWithProposals)
  if (complaint !== null) return refuse(complaint)
  const by = named(actor)
  const wording: Wording = { ...command.wording, epoch: 0, owner: by, approvedBy: null, publishedAt: now }
  return change([{ key, value: wording }], [{ type: 'wording/proposed', at: now, by, wording }])
}

export function declineWording(command: Of<'wording/decline'>, view: View, { actor, now }: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const { wordingId } = command
  const key = keyOf.wording(wordingId)
  if (view.get<Wording>(key)?.approvedBy !== null) return refuse(notFound('proposed-wording'))
  return change([{ key, value: null }], [{ type: 'wording/declined', at: now, by: named(actor), wordingId }])
}

function complaintAbout(
  { topic, expiresAt }: WordingText,
  former: Wording | null,
  { topics }: Incident,
  view: View,
  now: number,
  most = mostWordings,
): Refusal | null {
  if (topic !== null && topics.every(({ id }) => id !== topic)) return notFound('topic')
  if (expiresAt !== null && expiresAt <= now) {
    return conflict('wording-expired', {})
  }
  if (former !== null || view.list(lists.wordings).length < most) return null
  return conflict('wordings-full', { number: most })
}

function textsPut(view: View, changed: (texts: Texts) => Texts): PutRecord {
  return { key: keyOf.texts, value: changed(view.get<Texts>(keyOf.texts) ?? noTexts) }
}
