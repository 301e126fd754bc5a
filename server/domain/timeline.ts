import type { Conversation, Human } from '@muster/shared/conversation.ts'
import { nameOf, shownAddress } from '@muster/shared/customer.ts'
import type { ReplyMark, Told } from '@muster/shared/entry.ts'
import type { Incident, Responder } from '@muster/shared/incident.ts'
import type { Moment } from '@muster/shared/moment.ts'
import type { StatusUpdate } from '@muster/shared/status-page.ts'
import { isDirectLane, type Jam } from '@muster/shared/weather.ts'
import { isSame } from './address.ts'
import type { Change, View } from './decision.ts'
import { keyOf } from './indexes.ts'

type Detail = Moment['detail']

/** `former` is the incident before the change. Null: this one is no line. */
type Teller<Type> = (told: Told & { type: Type }, former: Incident | null) => Detail | null

/** What of the log belongs into the timeline, and what its line is filled with; everything else is the daily work. */
const tellers: { [Type in Told['type']]?: Teller<Type> } = {
  'incident/declared': ({ incident }) => ({ title: incident.title, severity: incident.severity }),
  'incident/surged': ({ incident }) => ({ on: incident.surge }),
  'incident/changed': ({ incident }, former) => (former === null ? null : changed(former, incident)),
  'incident/resolved': ({ incident }) => ({ title: incident.title }),
  'incident/handed-over': appointed,
  'responder/appointed': appointed,
  // Who pauses themselves is nobody's business in the history.
  'responder/paused': ({ by, responder }) =>
    by?.id === responder.id ? null : { person: responder.name, paused: responder.paused },
  'responder/levelled': ({ by, responder, from, reason }) => ({
    person: responder.name,
    from,
    level: responder.level,
    reason,
    byRule: by === null,
  }),
  'responder/thanked': ({ responder, text }) => ({ person: responder.name, text }),
  'facts/published': ({ facts }) => ({ epoch: facts.epoch, maySay: facts.maySay.slice(0, 280) }),
  'wording/published': ({ facts, wording }) => ({ epoch: facts.epoch, wording: wording.title }),
  'wording/retracted': ({ facts }) => ({ epoch: facts.epoch }),
  'gate/overridden': told => ({ ...reply(told), reason: told.override ?? '' }),
  'status/proposed': ({ update }) => ({ status: update.status, text: update.text.slice(0, 280) }),
  'status/approved': ({ update }) => ({ status: update.status, pages: update.pages.length }),
  'status/declined': ({ update }) => ({ status: update.status }),
  'status/failed': troubled,
  'status/uncertain': troubled,
  'status/settled': ({ update }) => ({ status: update.status }),
  'conversation/unseen': customer,
  'question/asked': customer,
  'question/answered': customer,
  'channel/lagging': channel,
  'channel/caught-up': channel,
  'alert/raised': ({ alert }) => ({ title: alert.title }),
  'alert/cleared': ({ alert }) => ({ title: alert.title }),
  'reply/uncertain': reply,
  'reply/settled': told => ({ ...reply(told), arrived: told.reply.state === 'sent' }),
  'reply/failed': reply,
  'reply/bounced': reply,
  'pipes/changed': ({ slowed, freed }) => ({
    slowed: namesOf(slowed, 'public'),
    slowedPrivate: namesOf(slowed, 'private'),
    freed: namesOf(freed, 'public'),
    freedPrivate: namesOf(freed, 'private'),
  }),
  // What is provably one human Muster joins by itself, at each arrival.
  'conversation/merged': ({ by, conversation }) =>
    by === null ? null : { ...customer({ conversation }), also: aliasesIn(conversation) },
  'conversation/parted': ({ conversation, other }) => ({
    ...customer({ conversation: other }),
    former: aliasOf(conversation.human),
  }),
}

/** The types of the timeline's lines. */
export const momentTypes: readonly string[] = Object.keys(tellers)

function detailOf(told: Told, former: Incident | null): Detail | null {
  const teller = tellers[told.type] as Teller<Told['type']> | undefined
  return teller?.(told, former) ?? null
}

function appointed({ responder }: { responder: Responder }): Detail {
  return { person: responder.name, role: responder.appointed }
}

function customer({ conversation: { id, human } }: { conversation: Conversation }): Detail {
  return { conversationId: id, customer: nameOf(human) }
}

/** What tells them apart where two bear one name. */
function aliasOf(human: Human): string {
  return shownAddress(human) ?? nameOf(human)
}

function aliasesIn({ human, humans }: Conversation): string[] {
  return humans.filter(one => !isSame(one, human)).map(aliasOf)
}

function namesOf(jams: readonly Jam[], reader: 'public' | 'private'): string[] {
  return jams.filter(({ lane }) => isDirectLane(lane) === (reader === 'private')).map(({ name }) => name)
}

function channel({ name, lagMs }: { name: string; lagMs: number }): Detail {
  return { channel: name, seconds: Math.round(lagMs / 1_000) }
}

function reply(told: { conversation: Conversation; reply: ReplyMark }): Detail {
  return { ...customer(told), writer: told.reply.writer.name }
}

function troubled({ at, update: { status, pages } }: { at: number; update: StatusUpdate }): Detail {
  const trouble = pages.find(page => page.at === at && (page.state === 'failed' || page.state === 'uncertain'))
  return { status, reason: trouble?.reason ?? '', setbacks: trouble?.setbacks ?? [] }
}

function changed(former: Incident, incident: Incident): Detail {
  const detail: Detail = {}
  if (former.title !== incident.title) detail.title = incident.title
  if (former.severity !== incident.severity)
    Object.assign(detail, { from: former.severity, severity: incident.severity })
  if (former.status !== incident.status) detail.status = incident.status
  if (former.affected !== incident.affected) detail.affected = incident.affected
  if (JSON.stringify(former.policy.training) !== JSON.stringify(incident.policy.training)) detail.training = true
  if (JSON.stringify(former.topics) !== JSON.stringify(incident.topics)) detail.topics = incident.topics.length
  return detail
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
