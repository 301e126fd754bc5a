import type { Told } from '@muster/shared/entry.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { Moment } from '@muster/shared/moment.ts'
import type { Change, View } from './decision.ts'
import { keyOf } from './indexes.ts'

type Detail = Moment['detail']

/**
 * What of the log belongs into the timeline, and what its line is filled with; everything else is the daily work. `former`
 * is the incident before the change.
 */
function detailOf(told: Told, former: Incident | null): Detail | null {
  switch (told.type) {
    case 'incident/declared':
      return { title: told.incident.title, severity: told.incident.severity }
    case 'incident/surged':
      return { on: told.incident.surge }
    case 'incident/changed':
      return former === null ? null : changed(former, told.incident)
    case 'incident/resolved':
      return { title: told.incident.title }
    case 'incident/handed-over':
    case 'responder/appointed':
      return { person: told.responder.name, role: told.responder.appointed }
    case 'responder/paused':
      // Who pauses themselves is nobody's business in the history.
      return told.by?.id === told.responder.id ? null : { person: told.responder.name, paused: told.responder.paused }
    case 'responder/thanked':
      return { person: told.responder.name, text: told.text }
    case 'facts/published':
      return { epoch: told.facts.epoch, maySay: told.facts.maySay.slice(0, 280) }
    case 'wording/published':
      return { epoch: told.facts.epoch, wording: told.wording.title }
    case 'wording/retracted':
      return { epoch: told.facts.epoch }
    case 'conversation/unseen':
    case 'question/asked':
    case 'question/answered':
      return { conversationId: told.conversation.id, customer: nameOf(told) }
    case 'reply/uncertain':
    case 'reply/settled':
    case 'reply/failed':
      return { conversationId: told.conversation.id, customer: nameOf(told), writer: told.reply.writer.name }
    default:
      return null
  }
}

function changed(former: Incident, incident: Incident): Detail {
  const detail: Detail = {}
  if (former.title !== incident.title) detail.title = incident.title
  if (former.severity !== incident.severity)
    Object.assign(detail, { from: former.severity, severity: incident.severity })
  if (former.status !== incident.status) detail.status = incident.status
  if (former.affected !== incident.affected) detail.affected = incident.affected
  if (JSON.stringify(former.topics) !== JSON.stringify(incident.topics)) detail.topics = incident.topics.length
  return detail
}

function nameOf({ conversation: { human } }: Extract<Told, { conversation: unknown }>): string {
  return human.name || human.address
}

/** The change with its line of the timeline, if it has one, in the same commit. */
export function withMoment(decision: Change, view: View, commandId: string): Change {
  const former = view.seen.get(keyOf.incident)?.value as Incident | undefined
  for (const told of decision.tell as readonly Told[]) {
    const detail = detailOf(told, former ?? null)
    if (detail === null) continue
    const key = keyOf.moment(commandId)
    view.get(key)
    const moment: Moment = { id: commandId, type: told.type, at: told.at, by: told.by, detail }
    return { ...decision, put: [...decision.put, { key, value: moment }] }
  }
  return decision
}
